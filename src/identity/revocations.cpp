#include "identity/revocations.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/describe.hpp>
#include <deque>
#include <unordered_map>

#include "base/log.hpp"
#include "net/deadline.hpp"
#include "net/gate.hpp"
#include "postgres/database.hpp"
#include "telemetry/metrics.hpp"

namespace agente::identity {
namespace {

using namespace std::chrono_literals;
using moment = std::chrono::steady_clock::time_point;

struct revocation_row {
    time_point server_now;
    std::optional<std::int64_t> id;  // null: there is no row after the last one
    std::optional<time_point> at;
    std::optional<std::string> session_id, user_id, tenant_id;
};
BOOST_DESCRIBE_STRUCT(revocation_row, (), (server_now, id, at, session_id, user_id, tenant_id))

constexpr int page_size = 2'000;
// A row carries the time it was written, and is seen when its transaction commits.
constexpr auto longest_transaction = 10s;
constexpr auto slack = 60s;  // of clocks, when old knowledge is dropped

constexpr postgres::query<revocation_row, std::optional<time_point>, std::int64_t, double, int>
    read_query{
        "identity.read_revocations",
        "select clock_timestamp() as server_now, r.id, r.at, r.session_id, r.user_id, r.tenant_id"
        "  from (select 1) as always"
        "  left join lateral ("
        "       select x.id, x.at, x.session_id, x.user_id, x.tenant_id from agente.revocations x"
        "        where (x.at, x.id) > (coalesce($1, now() - make_interval(secs => $3)), $2)"
        "        order by x.at, x.id limit $4) r on true",
        postgres::sharing::coalescible};

}  // namespace

struct revocations::core : std::enable_shared_from_this<core> {
    core(asio::io_context& l, postgres::database& d, clock const& t, telemetry::metrics& m,
         revocation_limits with)
        : loop(l), db(d), time(t), limits(with),
          read_well(m.count("revocation_reads_total", "Reads of what was revoked",
                            {{"outcome", "done"}})),
          read_badly(m.count("revocation_reads_total", "Reads of what was revoked",
                             {{"outcome", "failed"}})),
          known(m.measure("revocations_known",
                          "Sessions, users and hotels whose older access tokens are refused")) {}

    using ids = std::unordered_map<std::string, std::int64_t>;
    struct remembered {
        ids* where;
        std::string whose;
        std::int64_t id;
        moment until;
    };

    bool hits(claims const& token) const {
        if (sessions.contains(token.session_id)) return true;
        auto const user = users.find(token.user_id);
        if (user != users.end() && user->second > token.revision) return true;
        auto const tenant = token.tenant.empty() ? tenants.end() : tenants.find(token.tenant);
        return tenant != tenants.end() && tenant->second > token.revision;
    }

    void remember(ids& where, std::string const& whose, std::int64_t id) {
        auto& newest = where[whose];
        if (newest >= id) return;
        newest = id;
        memory.push_back({&where, whose, id, time.steady_now() + limits.longest_token + slack});
    }

    void forget_old() {
        auto const now = time.steady_now();
        for (; !memory.empty() && memory.front().until <= now; memory.pop_front()) {
            auto const& old = memory.front();
            auto const at = old.where->find(old.whose);
            if (at != old.where->end() && at->second == old.id) old.where->erase(at);
        }
        known.set(static_cast<double>(sessions.size() + users.size() + tenants.size()));
    }

    task<> read_all() {
        auto const began = time.steady_now();
        std::optional<time_point> after;
        if (read_until) after = *read_until - longest_transaction;
        std::int64_t after_id = 0;
        double const back = static_cast<double>((limits.longest_token + slack).count());
        std::optional<time_point> server_began;
        for (bool more = true; more;) {
            auto const rows = co_await db.rows(postgres::access::system(), read_query, after,
                                               after_id, back, page_size);
            if (!server_began) server_began = rows.front().server_now;
            for (auto const& row : rows) {
                if (!row.id) continue;
                if (row.session_id) remember(sessions, *row.session_id, *row.id);
                if (row.user_id) remember(users, *row.user_id, *row.id);
                if (row.tenant_id) remember(tenants, *row.tenant_id, *row.id);
                after = row.at;
                after_id = *row.id;
            }
            more = rows.size() == page_size;
        }
        read_until = server_began;
        fresh_at = began;
        forget_old();
    }

    // One at a time; ends in any case.
    static task<> fly(std::shared_ptr<core> self) {
        try {
            auto reading = self->read_all();
            co_await net::with_deadline(std::move(reading), self->limits.patience,
                                        "auth.revocations_slow");
            self->read_well.add();
        } catch (std::exception const& e) {
            self->read_badly.add();
            log::warn("auth.revocations_unread", {{"message", e.what()}});
        }
        self->flying = false;
        ++self->flights;
        self->landed.open_all();
    }

    void start_reading() {
        if (std::exchange(flying, true)) return;
        asio::co_spawn(loop, fly(shared_from_this()), [](std::exception_ptr why) {
            if (why) std::rethrow_exception(why);
        });
    }

    task<> know_at_least(moment since) {
        // The flight under way may have begun too early; the next one has not.
        for (int tries = 0; !fresh_at || *fresh_at < since; ++tries) {
            if (tries == 2)
                throw failure(error(error_kind::unavailable, "auth.unavailable",
                                    "whether your sign-in is still valid cannot be checked now: "
                                    "try again in a moment"));
            start_reading();
            auto const before = flights;
            while (flights == before) co_await landed.wait();
        }
    }

    asio::io_context& loop;
    postgres::database& db;
    clock const& time;
    revocation_limits limits;
    telemetry::counter &read_well, &read_badly;
    telemetry::gauge& known;

    ids sessions, users, tenants;
    std::deque<remembered> memory;   // oldest first
    std::optional<moment> fresh_at;  // when the last good read began
    std::optional<time_point> read_until;
    bool flying{false};
    std::uint64_t flights{0};
    net::gate landed;
};

revocations::revocations(asio::io_context& loop, postgres::database& db, clock const& time,
                         telemetry::metrics& metrics, revocation_limits limits)
    : core_(std::make_shared<core>(loop, db, time, metrics, limits)) {}

revocations::~revocations() = default;

task<bool> revocations::revoked(claims const& token) {
    auto const c = core_;
    auto const now = c->time.steady_now();
    if (!c->fresh_at || now - *c->fresh_at > c->limits.oldest)
        co_await c->know_at_least(now - c->limits.oldest);
    else if (now - *c->fresh_at > c->limits.fresh)
        c->start_reading();
    co_return c->hits(token);
}

std::vector<postgres::query_text> store::revocation_queries() { return {describe(read_query)}; }

}  // namespace agente::identity
