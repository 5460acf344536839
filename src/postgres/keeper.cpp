// The pool's connections: opening, choosing the mode, retiring, stopping. One attempt to connect at
// a time.
#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/log.hpp"
#include "postgres/pool.hpp"
#include "postgres/probe.hpp"

namespace agente::postgres {
namespace {

steady_time clock_now() { return std::chrono::steady_clock::now(); }

constexpr unsigned hopeless_after = 3;  // failed attempts in a row

error stopping_error() {
    return error(
        agente::error(error_kind::unavailable, "postgres.stopping", "this instance is stopping"));
}

}  // namespace

task<> pool::start() {
    choose_mode();
    asio::co_spawn(
        loop_,
        [](std::shared_ptr<pool> self) -> task<> { co_await self->keep(); }(shared_from_this()),
        asio::detached);
    while (!tried_) co_await changed_gate_.wait();
}

task<> pool::stop() {
    stopping_ = true;
    auto const until = clock_now() + options_.reply_deadline;
    complete_all(scheduler_.fail_waiting(stopping_error()));
    while (scheduler_.in_flight() + scheduler_.waiting() + scheduler_.lent() > 0 &&
           co_await changed_gate_.wait_until(until)) {
    }
    shut_down();
}

// Once, by the database's end: what holds the pool longer (the keeper, a lease) finds it empty and
// touches nothing outside.
void pool::shut_down() {
    stopping_ = true;
    if (std::exchange(shut_down_, true)) return;
    auto const now = clock_now();
    while (!connections_.empty()) {
        auto const id = connections_.begin()->first;
        complete_all(scheduler_.lost(id, "this instance is stopping", false, now));
        close(id);
    }
    complete_all(scheduler_.fail_waiting(stopping_error()));  // also the reads that were under way
    pace_timer_.cancel();
    tick_timer_.cancel();
    keeper_gate_.open_all();
    changed_gate_.open_all();
    metrics_.work(0, 0);
}

database::status pool::now() const {
    return {scheduler_.multi() ? pipeline_mode::multi : pipeline_mode::single, mode_reason_,
            connections_.size(), scheduler_.waiting(), last_connect_error_};
}

void pool::choose_mode() {
    switch (options_.mode) {
        case pipeline_mode::multi: return use_mode(true, "configured");
        case pipeline_mode::single: return use_mode(false, "configured");
        case pipeline_mode::probed:
        case pipeline_mode::automatic: break;
    }
    if (options_.mode == pipeline_mode::automatic && options_.server.on_supabase())
        return use_mode(
            false,
            "a Supabase pooler: some of its versions lose or cross the replies of several Syncs in flight");
    probe_wanted_ = true;
    use_mode(false, "until the endpoint has passed the probe");
}

void pool::use_mode(bool multi, std::string reason) {
    scheduler_.set_multi(multi);
    for (auto const& [id, one] : connections_) one->keep_statements(multi);
    mode_reason_ = std::move(reason);
    log::info("postgres.mode", {{"mode", multi ? "multi" : "single"}, {"message", mode_reason_}});
}

bool pool::wants_more(steady_time now) const {
    if (connections_.size() < options_.size) return true;
    return connections_.size() < options_.size + options_.overflow &&
           scheduler_.wants_connection(now);
}

bool pool::hopeless() const noexcept {
    return connections_.empty() && (backoff_.failures() >= hopeless_after || refusals_ > 0);
}

task<> pool::keep() {
    auto const look_around = std::min(
        {std::chrono::milliseconds(1'000), options_.max_lifetime / 4, options_.idle_close / 4});
    while (!stopping_) {
        auto const now = clock_now();
        retire_old(now);
        auto const to_do = wants_more(now) || (probe_wanted_ && !connections_.empty());
        if (!to_do || now < next_attempt_) {
            auto const until =
                to_do ? std::min<steady_time>(next_attempt_, now + look_around) : now + look_around;
            co_await keeper_gate_.wait_until(until);
        } else if (probe_wanted_ && !connections_.empty()) {
            co_await probe();
        } else {
            co_await connect_one();
        }
    }
}

task<> pool::connect_one() {
    auto const place = options_.authentication->take(clock_now());
    if (!place) {
        next_attempt_ = clock_now() + std::chrono::milliseconds(500);
        co_return;
    }
    session made;
    std::optional<error> failed;
    auto const attempt = attempts_++;
    try {
        made = co_await sign_in(options_.server, options_.connect_timeout, attempt);
    } catch (error const& e) {
        failed = e;
    }
    if (!failed || !failed->sqlstate().starts_with("28"))
        options_.authentication->give_back(*place);
    tried_ = true;
    if (failed) {
        connect_failed(*failed);
    } else if (!stopping_) {
        backoff_.reset();
        refusals_ = 0;
        last_connect_error_.clear();
        auto const id = next_id_++;
        auto const opened = std::make_shared<connection>(loop_.get_executor(), std::move(made), id,
                                                         static_cast<connection_events&>(*this));
        connections_.emplace(id, opened);
        scheduler_.add(id);
        opened->keep_statements(scheduler_.multi());
        opened->start();
        metrics_.connections(connections_.size());
        log::debug("postgres.connected",
                   {{"connection", id}, {"server_version", opened->server_version()}});
        pump_soon();
    }
    changed_gate_.open_all();
}

void pool::connect_failed(error const& why) {
    auto const refused = why.sqlstate().starts_with("28");
    auto wait = backoff_.next();
    if (refused) wait += wait_after_refusal(++refusals_);
    next_attempt_ = clock_now() + wait;
    last_connect_error_ = why.what();
    metrics_.connect_failed();
    log::warn("postgres.connect_failed", {{"message", last_connect_error_},
                                          {"attempt", backoff_.failures()},
                                          {"next_in_ms", wait.count()}});
    if (hopeless())
        complete_all(scheduler_.fail_waiting(
            error(agente::error(error_kind::unavailable, "postgres.unreachable",
                                "the database cannot be reached: " + last_connect_error_))));
}

task<> pool::probe() {
    auto const place = options_.authentication->take(clock_now());
    if (!place) {
        next_attempt_ = clock_now() + std::chrono::milliseconds(500);
        co_return;
    }
    std::optional<error> failed;
    try {
        auto verdict = co_await probe_pipeline(options_.server, options_.connect_timeout);
        probe_wanted_ = false;
        use_mode(verdict.passed, std::move(verdict.why));
    } catch (error const& e) {
        failed = e;
    }
    if (!failed || !failed->sqlstate().starts_with("28"))
        options_.authentication->give_back(*place);
    if (failed) connect_failed(*failed);
    pump_soon();
}

// Old connections leave sharing and are closed when the last answer came; overflow ones when nobody
// needed them for a while.
void pool::retire_old(steady_time now) {
    std::vector<int> closing;
    auto spare = connections_.size() > options_.size ? connections_.size() - options_.size : 0;
    for (auto const& [id, one] : connections_) {
        // A tenth more or less, by id, so that those opened together do not leave together.
        auto const lifetime = options_.max_lifetime * (90 + id * 7 % 21) / 100;
        if (now - one->opened() > lifetime) {
            scheduler_.retire(id);
            if (scheduler_.idle(id)) closing.push_back(id);
        } else if (spare > 0 && now - one->opened() > options_.idle_close &&
                   scheduler_.unused_since(id, now - options_.idle_close)) {
            --spare;
            closing.push_back(id);
        }
    }
    for (auto const id : closing) {
        complete_all(scheduler_.lost(id, "retired", false, now));
        close(id);
    }
}

}  // namespace agente::postgres
