#include "postgres/pool.hpp"

#include <fmt/format.h>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "base/log.hpp"
#include "postgres/scope_statement.hpp"

namespace agente::postgres {
namespace {

constexpr std::chrono::milliseconds tick_length{25};  // how exact deadlines are

steady_time clock_now() { return std::chrono::steady_clock::now(); }

options completed(options with) {
    if (!with.authentication) with.authentication = std::make_shared<auth_budget>();
    with.size = std::max<std::size_t>(1, with.size);
    return with;
}

limits limits_of(options const& o) {
    return {o.most_waiting,        o.most_waiting_lone,   o.most_in_flight,
            o.most_reads_per_sync, o.most_bytes_per_sync, o.size + o.overflow};
}

}  // namespace

pool::pool(asio::io_context& loop, options with, telemetry::metrics& metrics)
    : loop_(loop), options_(completed(std::move(with))), metrics_(metrics),
      scheduler_(limits_of(options_), options_.mode == pipeline_mode::multi), pace_timer_(loop),
      tick_timer_(loop),
      // More than one dying server takes at once, so that a restart alone does not open it.
      breaker_({.failures = static_cast<int>(options_.size + options_.overflow) + 3,
                .pause = std::chrono::seconds(1),
                .most_pause = std::chrono::seconds(30)}),
      keeper_gate_(loop.get_executor()), changed_gate_(loop.get_executor()) {}

pool::~pool() { shut_down(); }

// --- work ---

unit_ptr pool::make_unit(batch b) const {
    auto one = std::make_shared<unit>();
    auto& own = b.statements();
    one->query = own.front().name;
    one->tenant = b.as().slug();
    one->coalescible = b.coalescible();
    one->grouped = b.grouped();
    one->cut = b.coalescible() ? when_cut::retry_once : when_cut::in_doubt;
    one->statements.reserve(own.size() + 1);
    one->statements.push_back(scope_statement(b.as(), b.coalescible(), options_.statement_timeout));
    for (auto& s : own) one->statements.push_back(std::move(s));
    for (auto const& s : one->statements) one->bytes += s.sql.size() + s.values.bytes();
    return one;
}

void pool::refuse(std::string_view query, std::string_view code, std::string why) {
    metrics_.failed(error_kind::unavailable);
    throw error(agente::error(error_kind::unavailable, code, fmt::format("{}: {}", query, why)));
}

// Throws unavailable when waiting would be in vain.
void pool::admit_or_throw(unit& one) {
    auto const now = clock_now();
    one.submitted = now;
    if (stopping_) refuse(one.query, "postgres.stopping", "this instance is stopping");
    if (hopeless())
        refuse(one.query, "postgres.unreachable",
               "the database cannot be reached: " + last_connect_error_);
    if (!breaker_.allows(now))
        refuse(one.query, "postgres.breaker_open",
               "round trips to the database keep failing: try again in a moment");
    one.tested = breaker_.open();
}

task<answers> pool::run(batch b) {
    if (b.empty()) co_return answers({}, {});
    auto const one = make_unit(std::move(b));
    admit_or_throw(*one);
    one->expires = one->submitted + options_.most_wait;
    if (!scheduler_.submit(one, one->submitted)) {
        if (one->tested) breaker_.untried();
        refuse(one->query, "postgres.full",
               fmt::format("{} batches wait already: try again later", scheduler_.waiting()));
    }
    pump_soon();
    co_await landing_of(one);
    if (one->failed) throw error(*one->failed);
    std::vector<std::string_view> names;
    for (auto s = one->statements.begin() + static_cast<std::ptrdiff_t>(one->hidden);
         s != one->statements.end(); ++s)
        names.push_back(s->name);
    one->tables.erase(one->tables.begin(),
                      one->tables.begin() + static_cast<std::ptrdiff_t>(one->hidden));
    co_return answers(std::move(names), std::move(one->tables));
}

// Until complete(). A cancelled caller is let go at once.
task<> pool::landing_of(unit_ptr one) {
    tick_soon();
    if (!one->done) {
        auto initiate = [this, one](auto handler) {
            // Its own slot is the one to use: the type-erased handler has put a relay into the
            // coroutine's.
            one->waiter.emplace(std::move(handler));
            auto slot = asio::get_associated_cancellation_slot(*one->waiter);
            if (slot.is_connected())
                slot.assign(
                    [here = weak_from_this(), one = std::weak_ptr(one)](asio::cancellation_type) {
                        auto const self = here.lock();
                        if (auto const cancelled = one.lock(); self && cancelled)
                            self->abandon(cancelled);
                    });
        };
        co_await asio::async_initiate<asio::use_awaitable_t<> const, void()>(std::move(initiate),
                                                                             asio::use_awaitable);
    }
    if (one->abandoned) throw boost::system::system_error(asio::error::operation_aborted);
}

void pool::abandon(unit_ptr const& one) {
    if (one->done) return;
    scheduler_.abandon(*one);
    complete(one);
}

// The waiting coroutine is resumed later, never from inside the scheduler or a connection's read
// pump: it may call back here.
void pool::complete(unit_ptr const& one) {
    if (std::exchange(one->done, true)) return;
    if (!one->abandoned) metrics_.finished(*one, clock_now());
    if (one->tested) breaker_.untried();
    if (!one->waiter) return;
    asio::any_completion_handler<void()> handler(std::move(*one->waiter));
    one->waiter.reset();
    asio::post(loop_,
               [resume = std::move(handler)]() mutable { asio::dispatch(std::move(resume)); });
}

void pool::complete_all(finished const& all) {
    for (auto const& one : all) complete(one);
}

// Posted, so that everybody who is resumed by the same landing asks before the next departure
// leaves.
void pool::pump_soon() {
    if (std::exchange(pumping_soon_, true)) return;
    asio::post(loop_, [here = weak_from_this()] {
        if (auto const self = here.lock()) self->pump();
    });
}

void pool::pump() {
    pumping_soon_ = false;
    auto const now = clock_now();
    while (auto const granted = scheduler_.grant()) {
        connections_.at(granted->connection)->lend(true);
        complete(granted);
    }
    while (auto const leaving = scheduler_.depart(now)) {
        auto& on = *connections_.at(leaving->connection);
        for (auto const& one : leaving->units)
            for (auto const& s : one->statements) on.send(s);
        on.sync();
        metrics_.departed(leaving->units.size(), leaving->units.front()->coalescible);
    }
    if (auto const next = scheduler_.next_departure(); next && *next > now) {
        pace_timer_.expires_at(*next);
        pace_timer_.async_wait([here = weak_from_this()](boost::system::error_code ec) {
            if (auto const self = here.lock(); self && !ec) self->pump();
        });
    }
    if (wants_more(now)) keeper_gate_.open_all();
    metrics_.work(scheduler_.waiting(), scheduler_.in_flight());
    if (stopping_) changed_gate_.open_all();
}

void pool::tick_soon() {
    if (std::exchange(ticking_, true)) return;
    tick_timer_.expires_after(tick_length);
    tick_timer_.async_wait([here = weak_from_this()](boost::system::error_code ec) {
        if (auto const self = here.lock(); self && !ec) self->tick();
    });
}

void pool::tick() {
    ticking_ = false;
    auto const now = clock_now();
    complete_all(scheduler_.expire(now));
    for (int late; (late = scheduler_.overdue(now, options_.reply_deadline)) >= 0;) {
        metrics_.wedged();
        lose(late, fmt::format("no answer within {} ms", options_.reply_deadline.count()), true,
             false);
    }
    if (scheduler_.waiting() + scheduler_.in_flight() > 0) {
        tick_soon();
        pump_soon();
    }
}

// --- what connections report ---

void pool::replied(int connection, reply one) {
    if (!scheduler_.replied(connection, std::move(one)))
        lose(connection, "it answered what nobody asked", false, true);
}

void pool::synced(int id) {
    auto const done = scheduler_.synced(id, clock_now());
    if (!done) return lose(id, "it answered what nobody asked", false, true);
    breaker_.succeeded();
    complete_all(*done);
    auto const& on = *connections_.at(id);
    if (returning_.contains(id)) {
        if (on.in_transaction())
            return lose(id, "its rollback did not end the transaction", false, false);
        returning_.erase(id);
        connections_.at(id)->lend(false);
        scheduler_.take_back(id);
    } else if (!on.lent() && on.in_transaction()) {
        return lose(id, "a batch left it in an open transaction", false, true);
    }
    pump_soon();
    if (scheduler_.idle(id)) keeper_gate_.open_all();
}

void pool::lost(int connection, std::string why) { lose(connection, why, false, false); }

void pool::lose(int id, std::string_view why, bool too_slow, bool nonsense) {
    auto const at = connections_.find(id);
    if (at == connections_.end()) return;
    auto const now = clock_now();
    auto const busy = scheduler_.busy(id);
    auto const done = scheduler_.lost(id, why, too_slow, now);
    close(id);
    log::warn("postgres.connection_lost",
              {{"connection", id}, {"message", why}, {"failed_batches", done.size()}});
    if (busy) {
        auto const was_open = breaker_.open();
        breaker_.failed(now);
        if (breaker_.open() && !was_open) {
            log::error(
                "postgres.breaker_open",
                {{"message", "round trips keep failing: answering at once until one works again"}});
            complete_all(scheduler_.fail_waiting(error(
                agente::error(error_kind::unavailable, "postgres.breaker_open",
                              "round trips to the database keep failing: try again in a moment"))));
        }
    }
    complete_all(done);
    if ((nonsense || too_slow) && scheduler_.multi() && options_.mode != pipeline_mode::multi) {
        probe_wanted_ = !nonsense;
        use_mode(false, fmt::format("several Syncs in flight were given up: {}", why));
    }
    pump_soon();
}

void pool::close(int id) {
    auto const gone = connections_.extract(id);
    if (gone.empty()) return;
    gone.mapped()->close();
    returning_.erase(id);
    metrics_.connections(connections_.size());
    keeper_gate_.open_all();
}

}  // namespace agente::postgres
