#include "redis/driver.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "base/log.hpp"
#include "net/deadline.hpp"

namespace agente::redis {
namespace {

using std::chrono::steady_clock;

}  // namespace

driver::driver(asio::any_io_executor executor, options with, telemetry::metrics& metrics)
    : executor_(std::move(executor)), with_(std::move(with)), dialer_(with_),
      backoff_(with_.reconnect, random_), queue_(with_.most_waiting, with_.most_waiting_bytes),
      trouble_("it was not started"),
      connected_metric_(metrics.measure("redis_connected", "Connections to Redis that are up")),
      commands_metric_(metrics.count("redis_commands_total", "Commands sent to Redis")),
      writes_metric_(metrics.count("redis_writes_total",
                                   "Writes to Redis; what waits at the same time shares one")),
      latency_metric_(metrics.distribution("redis_latency_seconds",
                                           "From the call to its answer, queueing included")),
      metrics_(metrics) {}

task<> driver::start() {
    if (!running_) {
        running_ = true;
        stopping_ = false;
        attempts_ = 0;
        status_ = status::opening;
        asio::co_spawn(executor_, live(shared_from_this()),
                       asio::bind_cancellation_slot(
                           stop_signal_.slot(),
                           [self = shared_from_this()](std::exception_ptr) { self->ended(); }));
    }
    while (running_ && attempts_ == 0) co_await changed_.wait();
}

task<> driver::stop() {
    if (!running_) co_return;
    stopping_ = true;
    auto const until = steady_clock::now() + with_.deadline;
    while (running_ && connected() && queue_.size() > 0) {
        auto const in_time = co_await changed_.wait_until(until);
        if (!in_time) break;
    }
    shut();
    while (running_) co_await changed_.wait();
}

void driver::shut() {
    stopping_ = true;
    // From within the loop: emitted outside of it, Asio posts a call that holds a bare pointer into
    // the signal.
    asio::dispatch(executor_, [self = shared_from_this()] {
        if (self->running_) self->stop_signal_.emit(asio::cancellation_type::terminal);
    });
}

void driver::ended() {
    running_ = false;
    lose("it was stopped");
    status_ = status::stopped;
    changed_.open_all();
}

task<> driver::live(std::shared_ptr<driver> self) { co_await self->run(); }

task<> driver::run() {
    for (;;) {
        auto const opened = co_await open();
        ++attempts_;
        changed_.open_all();
        if (opened) {
            auto const since = steady_clock::now();
            auto const why = co_await serve();
            auto const state = co_await asio::this_coro::cancellation_state;
            if (state.cancelled() != asio::cancellation_type::none) co_return;
            // A server that accepts and hangs up again must not be called without a pause.
            auto const lasted = steady_clock::now() - since >= with_.reconnect.most;
            if (lasted) backoff_.reset();
            lose(why);
            if (lasted) {
                status_ = status::opening;
                continue;
            }
        }
        auto const length = backoff_.next();
        co_await net::pause(length);
    }
}

task<bool> driver::open() {
    std::string why;
    std::string_view code = "redis.unreachable";
    try {
        co_await net::with_deadline(greet(), with_.connect_timeout, "redis.connect_timeout");
        status_ = status::connected;
        trouble_.clear();
        connected_metric_.add(1);
        last_heard_ = steady_clock::now();
        log::info("redis.connected", {{"server", describe(with_)}});
        co_return true;
    } catch (boost::system::system_error const& e) {
        if (e.code() == asio::error::operation_aborted) throw;
        why = e.code().message();
    } catch (failure const& e) {
        why = e.what();
        code = e.reason().code();
    } catch (std::exception const& e) {
        why = e.what();
    }
    failed_to_open(code, std::move(why));
    co_return false;
}

task<> driver::greet() {
    stream_.reset();
    hung_up_.clear();
    reader_.emplace(with_.most_reply);
    stream_ = co_await dialer_.dial();

    std::string bytes;
    std::size_t expected = 1;
    if (!with_.password.empty()) {
        std::vector<std::string> words{"AUTH"};
        if (!with_.user.empty()) words.push_back(with_.user);
        words.emplace_back(with_.password.reveal());
        append_command(bytes, words);
        ++expected;
    }
    if (with_.database != 0) {
        append_command(bytes, {"SELECT", std::to_string(with_.database)});
        ++expected;
    }
    append_command(bytes, {"PING"});  // shows a missing password and a server that is loading
    co_await stream_->write(bytes);

    std::vector<char> buffer(4096);
    while (expected > 0) {
        auto const length = co_await stream_->read_some(buffer.data(), buffer.size());
        reader_->feed({buffer.data(), length});
        for (auto answer = reader_->next(); answer; answer = reader_->next()) {
            if (auto const* text = answer->failed()) throw explain(*text);
            if (expected == 0)
                throw std::runtime_error("it answers more than it was asked: this is not Redis");
            --expected;
        }
    }
}

void driver::failed_to_open(std::string_view code, std::string why) {
    stream_.reset();
    trouble_code_ = code;
    auto const news = why != trouble_;
    trouble_ = std::move(why);
    status_ = status::down;
    if (news)
        log::warn("redis.connect_failed", {{"server", describe(with_)}, {"message", trouble_}});
    else
        log::debug("redis.connect_failed", {{"server", describe(with_)}, {"message", trouble_}});
    queue_.fail_waiting(std::make_exception_ptr(
        gone(error_kind::unavailable, "redis.unavailable", "is not reachable")));
}

void driver::lose(std::string const& why) {
    if (stream_) stream_->close();
    stream_.reset();
    if (connected()) {
        connected_metric_.add(-1);
        if (stopping_)
            log::info("redis.closed", {{"server", describe(with_)}});
        else
            log::warn("redis.connection_lost",
                      {{"server", describe(with_)}, {"message", why}, {"requests", queue_.size()}});
    }
    trouble_ = why;
    trouble_code_ = "redis.unreachable";
    status_ = status::down;
    queue_.fail_written(
        std::make_exception_ptr(gone(error_kind::in_doubt, "redis.in_doubt",
                                     "may or may not have executed the command: no answer came")));
    queue_.fail_waiting(std::make_exception_ptr(gone(error_kind::unavailable, "redis.unavailable",
                                                     "was lost before the command was sent")));
}

void driver::hang_up(std::string why) {
    if (!stream_ || !hung_up_.empty()) return;
    hung_up_ = std::move(why);
    stream_->close();
}

std::string driver::trouble() const { return connected() ? std::string() : trouble_; }

error driver::gone(error_kind kind, std::string_view code, std::string_view what) const {
    return error(agente::error(kind, code,
                               fmt::format("Redis at {} {}: {}", describe(with_), what, trouble_)));
}

error driver::refused(std::string_view reply_text) {
    count_error("refused");
    return explain(reply_text);
}

void driver::count_error(std::string_view kind) {
    metrics_
        .count("redis_errors_total", "Commands that failed, by what is known of them",
               {{"kind", std::string(kind)}})
        .add();
}

}  // namespace agente::redis
