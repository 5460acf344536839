#include "identity/security_events.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/json/serialize.hpp>

#include "base/ids.hpp"
#include "base/log.hpp"
#include "net/gate.hpp"
#include "net/retry.hpp"
#include "postgres/group_commit.hpp"

namespace agente::identity {
namespace {

using namespace std::chrono_literals;
using maybe = std::optional<std::string>;

struct event_row {
    std::string id;
    time_point occurred_at;
    maybe tenant_id, user_id;
    std::string event_type;
    maybe ip_address;
    boost::json::value details;
};
BOOST_DESCRIBE_STRUCT(event_row, (),
                      (id, occurred_at, tenant_id, user_id, event_type, ip_address, details))

// Written again after a doubtful outcome: the id keeps it from standing there twice.
constexpr postgres::group_query add_query{"identity.note_security_events", R"sql(
insert into agente.security_events (id, occurred_at, tenant_id, user_id, event_type, ip_address, details)
select id::uuid, occurred_at, tenant_id, user_id, event_type, ip_address, details
  from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[])
       as event (id, occurred_at, tenant_id, user_id, event_type, ip_address, details)
on conflict do nothing returning id::text)sql"};

constexpr postgres::query<noted_event, maybe, maybe, maybe, std::optional<time_point>,
                          std::optional<time_point>, std::optional<time_point>, maybe, int>
    find_query{
        "identity.find_security_events",
        "select e.id::text as id, e.occurred_at, e.event_type, e.tenant_id, e.user_id, e.ip_address, e.details"
        "  from agente.security_events e"
        " where ($1::text is null or e.event_type = $1) and ($2::text is null or e.tenant_id = $2)"
        "   and ($3::text is null or e.user_id = $3)"
        "   and ($4::timestamptz is null or e.occurred_at >= $4)"
        "   and ($5::timestamptz is null or e.occurred_at < $5)"
        "   and ($6::timestamptz is null or (e.occurred_at, e.id) < ($6, $7::uuid))"
        " order by e.occurred_at desc, e.id desc limit $8",
        postgres::sharing::coalescible};

constexpr int most_attempts = 10;  // about half a minute of a database that is gone

maybe unless_empty(std::string s) { return s.empty() ? std::nullopt : maybe(std::move(s)); }

}  // namespace

struct security_events::core {
    core(asio::io_context& l, postgres::database& d, clock const& t, telemetry::metrics& m,
         std::size_t most)
        : loop(l), db(d), time(t),
          rows(d, postgres::access::system(), add_query,
               [](event_row const& row) { return row.id; }, m,
               {.most_flights = 1, .most_rows = most, .most_callers = most}),
          most_pending(most),
          written(m.count("security_events_total", "Security events, written or dropped",
                          {{"result", "written"}})),
          dropped(m.count("security_events_total", "Security events, written or dropped",
                          {{"result", "dropped"}})) {}

    asio::io_context& loop;
    postgres::database& db;
    clock const& time;
    postgres::group_commit<event_row> rows;
    std::size_t most_pending;
    std::size_t pending{0};
    net::gate idle;
    telemetry::counter &written, &dropped;

    void give_up(event_row const& row, std::string_view why) {
        dropped.add();
        log::warn("security_event.dropped", {{"message", why},
                                             {"type", row.event_type},
                                             {"tenant", row.tenant_id.value_or("")},
                                             {"user", row.user_id.value_or("")}});
    }

    // True: it is over, well or not.
    task<bool> add(event_row const& row, bool last) {
        try {
            co_await rows.add(row);
            written.add();
        } catch (failure const& why) {
            auto const kind = why.reason().kind();
            bool const again = kind == error_kind::unavailable || kind == error_kind::in_doubt ||
                               kind == error_kind::timeout;
            if (again && !last) co_return false;
            give_up(row, why.what());
        }
        co_return true;
    }

    static task<> write(std::shared_ptr<core> self, event_row row) {
        system_random random;
        net::backoff pauses({100ms, 5s}, random);
        for (int left = most_attempts; !co_await self->add(row, left == 1); --left)
            co_await net::pause(pauses.next());
        if (--self->pending == 0) self->idle.open_all();
    }
};

security_events::security_events(asio::io_context& loop, postgres::database& db, clock const& time,
                                 telemetry::metrics& metrics, std::size_t most_pending)
    : core_(std::make_shared<core>(loop, db, time, metrics, most_pending)) {}

security_events::~security_events() = default;

void security_events::note(tenancy::security_event what) {
    auto& c = *core_;
    system_random random;
    event_row row{.id = new_uuid(c.time, random),
                  .occurred_at = c.time.now(),
                  .tenant_id = unless_empty(std::move(what.tenant)),
                  .user_id = unless_empty(std::move(what.user_id)),
                  .event_type = std::move(what.type),
                  .ip_address = unless_empty(std::move(what.address)),
                  .details = std::move(what.details)};
    if (c.pending >= c.most_pending) return c.give_up(row, "too many wait for the database");
    ++c.pending;
    asio::co_spawn(c.loop, core::write(core_, std::move(row)), [](std::exception_ptr why) {
        if (why) std::rethrow_exception(why);  // write() swallows what is expected: this is a bug
    });
}

task<std::vector<noted_event>> security_events::find(tenancy::caller const& who, event_filter by) {
    std::optional<time_point> before;
    maybe before_id;
    if (by.before)
        std::tie(before, before_id) = std::make_pair(by.before->first, by.before->second);
    co_return co_await core_->db.rows(who.access(), find_query, by.type, by.tenant, by.user,
                                      by.from, by.until, before, before_id, by.most);
}

task<> security_events::drain(std::chrono::milliseconds most) {
    auto const c = core_;
    auto const end = std::chrono::steady_clock::now() + most;
    while (c->pending > 0 && std::chrono::steady_clock::now() < end)
        co_await c->idle.wait_until(end);
}

std::vector<postgres::query_text> store::security_event_queries() {
    namespace oid = postgres::oid;
    return {describe(find_query),
            {add_query.name,
             add_query.sql,
             {oid::text_array, oid::timestamptz_array, oid::text_array, oid::text_array,
              oid::text_array, oid::text_array, oid::jsonb_array},
             postgres::sharing::alone}};
}

}  // namespace agente::identity
