#include "booking/lock_events.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/json/value.hpp>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "booking/catalogue.hpp"
#include "net/gate.hpp"
#include "net/retry.hpp"
#include "postgres/group_commit.hpp"

namespace agente::booking {
namespace {

using namespace std::chrono_literals;

struct audit_row {
    std::string tenant_id;
    std::string lock_key;
    lock_event_kind event_type{lock_event_kind::acquired};
    boost::json::value details;
    time_point created_at;
};
BOOST_DESCRIBE_STRUCT(audit_row, (), (tenant_id, lock_key, event_type, details, created_at))

constexpr postgres::group_query audit_query{"booking.audit_locks", R"sql(
insert into public.lock_audit (tenant_id, lock_key, event_type, details, created_at)
select tenant_id, lock_key, event_type, details, created_at
  from unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::timestamptz[])
       as event (tenant_id, lock_key, event_type, details, created_at))sql"};

constexpr std::size_t longest_key = 255;  // of the column
constexpr int most_attempts =
    10;  // to write one event: about half a minute of a database that is gone

}  // namespace

void append_audit_queries(std::vector<postgres::query_text>& to) {
    namespace oid = postgres::oid;
    to.push_back({audit_query.name,
                  audit_query.sql,
                  {oid::text_array, oid::text_array, oid::text_array, oid::jsonb_array,
                   oid::timestamptz_array},
                  postgres::sharing::alone});
}

struct lock_events::core {
    core(asio::io_context& l, postgres::database& d, telemetry::metrics& m, std::size_t most)
        : loop(l), rows(d, postgres::access::system(), audit_query, nullptr, m,
                        {.most_flights = 1, .most_rows = most, .most_callers = most}),
          most_pending(most), written(m.count("booking_lock_events_total",
                                              "Lock events, written to lock_audit or dropped",
                                              {{"result", "written"}})),
          dropped(m.count("booking_lock_events_total",
                          "Lock events, written to lock_audit or dropped",
                          {{"result", "dropped"}})) {}

    asio::io_context& loop;
    postgres::group_commit<audit_row>
        rows;  // one flight at a time: they stand in the table in the order they happened
    std::size_t most_pending;
    std::size_t pending{0};
    net::gate idle;
    telemetry::counter& written;
    telemetry::counter& dropped;

    static task<> write(std::shared_ptr<core> self, audit_row row);
    task<bool> add(audit_row row, bool last);
};

// True: it is over, well or not.
task<bool> lock_events::core::add(audit_row row, bool last) {
    try {
        co_await rows.add(std::move(row));
        written.add();
    } catch (failure const& why) {
        // In doubt it may be there: an audit that shows an event twice is worse than one with a gap
        // that is counted.
        if (why.reason().kind() == error_kind::unavailable && !last) co_return false;
        dropped.add();
        log::warn("booking.audit_failed", {{"code", why.reason().code()}, {"message", why.what()}});
    }
    co_return true;
}

task<> lock_events::core::write(std::shared_ptr<core> self, audit_row row) {
    system_random random;
    net::backoff pauses({100ms, 5s}, random);
    for (int left = most_attempts; !co_await self->add(row, left == 1); --left)
        co_await net::pause(pauses.next());
    if (--self->pending == 0) self->idle.open_all();
}

lock_events::lock_events(asio::io_context& loop, postgres::database& database,
                         telemetry::metrics& metrics, std::size_t most_pending)
    : core_(std::make_shared<core>(loop, database, metrics, most_pending)) {}

lock_events::~lock_events() = default;

void lock_events::record(lock_event event) {
    auto& c = *core_;
    if (c.pending >= c.most_pending) {
        c.dropped.add();
        return;
    }
    ++c.pending;
    audit_row row{std::move(event.tenant), event.lock_key.substr(0, longest_key), event.kind,
                  std::move(event.details), real_clock{}.now()};
    asio::co_spawn(c.loop, core::write(core_, std::move(row)), [](std::exception_ptr why) {
        if (why) std::rethrow_exception(why);  // write() swallows what is expected: this is a bug
    });
}

task<> lock_events::drain(std::chrono::milliseconds most) {
    auto const c = core_;
    auto const end = std::chrono::steady_clock::now() + most;
    while (c->pending > 0 && std::chrono::steady_clock::now() < end)
        co_await c->idle.wait_until(end);
}

}  // namespace agente::booking
