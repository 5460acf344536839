#include "booking/lock_events.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/json/value.hpp>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "booking/catalogue.hpp"
#include "net/gate.hpp"
#include "net/retry.hpp"
#include "postgres/database.hpp"

namespace agente::booking {
namespace {

using namespace std::chrono_literals;

// One INSERT at a time, its rows in the array's order: the order of the rows is the order in which things happened here.
constexpr postgres::query<void, std::vector<std::string>, std::vector<std::string>, std::vector<lock_event_kind>,
                          std::vector<boost::json::value>, std::vector<time_point>>
    write_query{"booking.audit_locks", R"sql(
insert into public.lock_audit (tenant_id, lock_key, event_type, details, created_at)
select tenant, lock_key, event_type, details, at
  from unnest($1, $2, $3, $4, $5) as event (tenant, lock_key, event_type, details, at))sql"};

constexpr std::size_t most_rows = 500;  // of one INSERT

struct dated_event {
    lock_event what;
    time_point at;
};

}  // namespace

void append_audit_queries(std::vector<postgres::query_text>& to) { to.push_back(postgres::describe(write_query)); }

struct lock_events::core {
    core(asio::io_context& l, postgres::database& d, telemetry::metrics& m, std::size_t most)
        : loop(l), database(d), most_pending(most), idle(l.get_executor()),
          written(m.count("booking_lock_events_total", "Lock events, written to lock_audit or dropped", {{"result", "written"}})),
          dropped(m.count("booking_lock_events_total", "Lock events, written to lock_audit or dropped", {{"result", "dropped"}})) {}

    asio::io_context& loop;
    postgres::database& database;
    std::size_t most_pending;
    std::deque<dated_event> pending;
    std::size_t under_way{0};
    bool writing{false};
    net::gate idle;
    telemetry::counter& written;
    telemetry::counter& dropped;

    task<std::int64_t> insert(std::vector<dated_event> const& all) {
        std::vector<std::string> tenants, keys;
        std::vector<lock_event_kind> kinds;
        std::vector<boost::json::value> details;
        std::vector<time_point> times;
        for (auto const& one : all) {
            tenants.push_back(one.what.tenant);
            keys.push_back(one.what.lock_key.substr(0, 255));
            kinds.push_back(one.what.kind);
            details.emplace_back(one.what.details);
            times.push_back(one.at);
        }
        return database.execute(postgres::access::system(), write_query, tenants, keys, kinds, details, times);
    }

    // What arrived during one INSERT leaves with the next. A database that is gone is tried again; meanwhile the line fills,
    // and past its bound events are dropped.
    static task<> write(std::shared_ptr<core> self) {
        system_random random;
        net::backoff pauses({100ms, 5s}, random);
        std::vector<dated_event> batch;
        while (!self->pending.empty() || !batch.empty()) {
            while (batch.size() < most_rows && !self->pending.empty()) {
                batch.push_back(std::move(self->pending.front()));
                self->pending.pop_front();
            }
            self->under_way = batch.size();
            bool again = false;
            try {
                co_await self->insert(batch);
                self->written.add(static_cast<double>(batch.size()));
                pauses.reset();
            } catch (failure const& why) {
                auto const kind = why.reason().kind();
                // In doubt they may be there already: an audit that shows an event twice is worse than one with a gap that is counted.
                again = kind == error_kind::unavailable || kind == error_kind::timeout || kind == error_kind::conflict;
                if (!again) self->dropped.add(static_cast<double>(batch.size()));
                log::write(again ? log::level::debug : log::level::error, "booking.audit_failed",
                           {{"events", batch.size()}, {"code", why.reason().code()}, {"message", why.what()}});
            }
            if (again) {
                co_await net::pause(pauses.next());
            } else {
                batch.clear();
                self->under_way = 0;
            }
        }
        self->writing = false;
        self->idle.open_all();
    }
};

lock_events::lock_events(asio::io_context& loop, postgres::database& database, telemetry::metrics& metrics, std::size_t most_pending)
    : core_(std::make_shared<core>(loop, database, metrics, most_pending)) {}

lock_events::~lock_events() = default;

void lock_events::record(lock_event event) {
    auto& c = *core_;
    if (c.pending.size() + c.under_way >= c.most_pending) {
        c.dropped.add();
        return;
    }
    c.pending.push_back({std::move(event), real_clock{}.now()});
    if (std::exchange(c.writing, true)) return;
    asio::co_spawn(c.loop, core::write(core_), [](std::exception_ptr why) {
        if (why) std::rethrow_exception(why);  // write() swallows what is expected: this is a bug
    });
}

task<> lock_events::drain(std::chrono::milliseconds most) {
    auto const c = core_;
    auto const end = std::chrono::steady_clock::now() + most;
    while (c->writing && std::chrono::steady_clock::now() < end) co_await c->idle.wait_until(end);
}

}  // namespace agente::booking
