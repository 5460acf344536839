#include "postgres/database.hpp"

#include "postgres/pool.hpp"

namespace agente::postgres {

database::database(asio::io_context& loop, options with, telemetry::metrics& metrics)
    : pool_(std::make_shared<pool>(loop, std::move(with), metrics)) {}

database::~database() { pool_->shut_down(); }

task<> database::start() { return pool_->start(); }
task<> database::stop() { return pool_->stop(); }
task<answers> database::run(batch statements) { return pool_->run(std::move(statements)); }

task<lease> database::exclusive(access const& as, std::chrono::milliseconds most_wait) {
    return pool_->exclusive(as, most_wait);
}

task<std::int64_t> database::affected_by(batch one, handle<void> at) {
    auto const all = co_await run(std::move(one));
    co_return all.affected(at);
}

database::status database::now() const { return pool_->now(); }

}  // namespace agente::postgres
