#include "operations/check_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/describe/class.hpp>

namespace agente::operations {

BOOST_DESCRIBE_STRUCT(server_facts, (),
                      (version, version_number, standby, read_only, encoding, time_zone,
                       statement_timeout))

namespace {

using namespace std::chrono_literals;
using postgres::query;
using std::chrono::duration_cast;
using std::chrono::microseconds;

constexpr query<server_facts> ask_server{
    "check.server",
    "select pg_catalog.current_setting('server_version') as version,"
    "       pg_catalog.current_setting('server_version_num')::int as version_number,"
    "       pg_catalog.pg_is_in_recovery() as standby,"
    "       pg_catalog.current_setting('default_transaction_read_only')::bool as read_only,"
    "       pg_catalog.current_setting('server_encoding') as encoding,"
    "       pg_catalog.current_setting('TimeZone') as time_zone,"
    "       pg_catalog.current_setting('statement_timeout') as statement_timeout"};

struct own_row {
    std::string name;
    bool superuser{}, bypasses_rls{}, makes_roles{}, makes_schemas{};
};
BOOST_DESCRIBE_STRUCT(own_row, (), (name, superuser, bypasses_rls, makes_roles, makes_schemas))

constexpr query<own_row> ask_role{
    "check.role",
    "select r.rolname::text as name, r.rolsuper as superuser, r.rolbypassrls as bypasses_rls,"
    "       r.rolcreaterole or r.rolsuper as makes_roles,"
    "       pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') as makes_schemas"
    "  from pg_catalog.pg_roles r where r.rolname = current_user"};

struct our_role_row {
    std::string name;
    bool usable{};
};
BOOST_DESCRIBE_STRUCT(our_role_row, (), (name, usable))

// Since PostgreSQL 16 becoming a role needs membership with SET.
constexpr query<our_role_row, std::vector<std::string>> ask_our_roles{
    "check.our_roles",
    "select r.rolname::text as name,"
    "       pg_catalog.pg_has_role(current_user, r.oid,"
    "           case when pg_catalog.current_setting('server_version_num')::int < 160000"
    "                then 'MEMBER' else 'SET' end) as usable"
    "  from pg_catalog.pg_roles r where r.rolname = any ($1)"};

constexpr query<double> ask_time{
    "check.time", "select extract(epoch from pg_catalog.clock_timestamp())::pg_catalog.float8"};

std::vector<std::string> const our_roles{"agente_app", "agente_system", "agente_platform"};

std::string in_ms(microseconds t) {
    return t < 10ms ? fmt::format("{:.2f} ms", static_cast<double>(t.count()) / 1000)
                    : fmt::format("{:.0f} ms", static_cast<double>(t.count()) / 1000);
}

}  // namespace

server_facts read_server(postgres::command_connection& db) { return db.row(ask_server).value(); }

role_facts read_role(postgres::command_connection& db) {
    auto const own = db.row(ask_role).value();
    role_facts out{own.name, own.superuser, own.bypasses_rls, own.makes_roles, own.makes_schemas,
                   {},       our_roles};
    for (auto const& role : db.rows(ask_our_roles, our_roles)) {
        std::erase(out.missing, role.name);
        if (role.usable) out.becomes.push_back(role.name);
    }
    return out;
}

distance measure_distance(postgres::command_connection& db, int round_trips) {
    real_clock const time;
    std::vector<microseconds> trips;
    distance out{.uncertain = microseconds::max()};
    for (int i = 0; i < std::max(round_trips, 2); ++i) {
        auto const before = time.now();
        auto const start = time.steady_now();
        auto const theirs = db.row(ask_time).value();
        auto const trip = duration_cast<microseconds>(time.steady_now() - start);
        trips.push_back(trip);
        if (trip / 2 >= out.uncertain) continue;
        out.uncertain = trip / 2;
        auto const ours = before.time_since_epoch() + trip / 2;
        out.skew = microseconds(static_cast<std::int64_t>(theirs * 1e6)) - ours;
    }
    trips.erase(
        trips.begin());  // planned for the first time, and a pooler's first server connection
    std::ranges::sort(trips);
    out.median = trips[trips.size() / 2];
    out.p95 = trips[std::min(trips.size() - 1, trips.size() * 95 / 100)];
    return out;
}

findings judge_server(server_facts const& facts) {
    findings out;
    auto const major = facts.version_number / 10'000;
    if (major < 15)
        out.push_back({"server.version", severity::fault,
                       fmt::format("PostgreSQL {}: older than 15, the oldest this program knows",
                                   facts.version),
                       "upgrade it (Supabase: Settings > Infrastructure)"});
    else if (major > 17)
        out.push_back(
            {"server.version", severity::warning,
             fmt::format("PostgreSQL {}: newer than 17, the newest this program was tried with",
                         facts.version),
             "look for a newer version of this program"});
    else
        out.push_back(
            {"server.version", severity::ok, fmt::format("PostgreSQL {}", facts.version), ""});
    if (facts.standby)
        out.push_back({"server.writable", severity::fault, "a standby: it only reads",
                       "give the primary's address in DATABASE_URL"});
    else if (facts.read_only)
        out.push_back(
            {"server.writable", severity::fault,
             "transactions are read-only by default: Supabase does that to a project whose disk is full",
             "make room (db cleanup, db report) or enlarge the disk, then wait for the "
             "project to become writable, or take default_transaction_read_only away"});
    else
        out.push_back({"server.writable", severity::ok, "it takes writes", ""});
    if (facts.encoding != "UTF8")
        out.push_back(
            {"server.encoding", severity::fault,
             fmt::format("the database's encoding is {}: guests' names and emoji do not fit",
                         facts.encoding),
             "make a new database with ENCODING 'UTF8' and move there (db backup, db restore)"});
    out.push_back({"server.settings", severity::info,
                   fmt::format("encoding {}, time zone {}, statement_timeout of the role {}",
                               facts.encoding, facts.time_zone,
                               facts.statement_timeout == "0" ? "none" : facts.statement_timeout),
                   ""});
    return out;
}

findings judge_role(role_facts const& facts) {
    findings out;
    std::string rights;
    auto const has = [&](bool right, std::string_view name) {
        if (right) rights += fmt::format("{}{}", rights.empty() ? "" : ", ", name);
    };
    has(facts.superuser, "superuser");
    has(facts.bypasses_rls && !facts.superuser, "bypasses row level security");
    has(facts.makes_roles && !facts.superuser, "makes roles");
    has(facts.makes_schemas && !facts.superuser, "makes schemas");
    out.push_back(
        {"role.rights", severity::info,
         fmt::format(
             "signed in as {} ({})", facts.name,
             rights.empty() ? "no special rights: enough to serve, too few to deploy" : rights),
         ""});
    if (!facts.missing.empty()) {
        bool const can_make = facts.makes_roles && facts.makes_schemas;
        out.push_back({"role.deployed", severity::fault,
                       fmt::format("roles that are not there: {}", fmt::join(facts.missing, ", ")),
                       can_make ? "run db deploy, which makes them"
                                : "run db deploy as a user that may make roles and schemas "
                                  "(MIGRATIONS_DATABASE_URL; on Supabase: postgres)"});
        return out;
    }
    std::vector<std::string> cannot;
    for (auto const& role : our_roles)
        if (std::ranges::find(facts.becomes, role) == facts.becomes.end()) cannot.push_back(role);
    if (cannot.empty())
        out.push_back({"role.deployed", severity::ok,
                       fmt::format("{} may become {}", facts.name, fmt::join(facts.becomes, ", ")),
                       ""});
    else
        out.push_back(
            {"role.deployed", severity::fault,
             fmt::format("{} may not become {}: every statement of the service would fail",
                         facts.name, fmt::join(cannot, ", ")),
             fmt::format("run db deploy as {0}, or as the owner: GRANT {1} TO {0}", facts.name,
                         fmt::join(cannot, ", "))});
    return out;
}

findings judge_distance(distance const& seen) {
    findings out;
    auto const trips = fmt::format("p50 {}, p95 {}", in_ms(seen.median), in_ms(seen.p95));
    if (seen.median > 150ms)
        out.push_back({"server.round_trip", severity::warning,
                       trips + ": far away, every answer waits for it",
                       "run the service in the project's region"});
    else
        out.push_back({"server.round_trip", severity::ok, trips, ""});
    auto const off = std::chrono::abs(seen.skew) - seen.uncertain;
    auto const by =
        fmt::format("the server's clock is {} {} ours", in_ms(std::chrono::abs(seen.skew)),
                    seen.skew < 0us ? "behind" : "ahead of");
    if (off < 1s)
        out.push_back({"server.clock", severity::ok, by, ""});
    else
        out.push_back({"server.clock", off > 60s ? severity::fault : severity::warning,
                       by + ": leases, sign-ins and tokens run out at the wrong time",
                       "let this machine keep time (systemd-timesyncd or chrony)"});
    return out;
}

}  // namespace agente::operations
