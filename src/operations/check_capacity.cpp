#include "operations/check_capacity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/describe/class.hpp>

#include "base/text.hpp"

namespace agente::operations {

BOOST_DESCRIBE_STRUCT(capacity_facts, (), (bytes, connections, ours, allowed))

namespace {

using postgres::query;

// Backends without a database are the server's own.
constexpr query<capacity_facts> ask_capacity{
    "check.capacity",
    "select pg_catalog.pg_database_size(pg_catalog.current_database()) as bytes,"
    "       count(*) as connections,"
    "       count(*) filter (where a.application_name like 'agente-hotel%') as ours,"
    "       pg_catalog.current_setting('max_connections')::bigint"
    "         - pg_catalog.current_setting('superuser_reserved_connections')::bigint as allowed"
    "  from pg_catalog.pg_stat_activity a where a.datid is not null"};

constexpr std::int64_t mib = 1024 * 1024;
constexpr std::int64_t session_pool = 15;  // server connections of the session pooler, small tiers

severity by_share(std::int64_t used, std::int64_t of) {
    if (used * 100 >= of * 95) return severity::fault;
    return used * 100 >= of * 80 ? severity::warning : severity::ok;
}

finding of_size(capacity_facts const& facts, check_options const& options) {
    if (!options.tier)
        return {"capacity.size", severity::info,
                text::size(static_cast<double>(facts.bytes)) + ", no quota known", ""};
    auto const quota = limits_of(*options.tier);
    auto const level = by_share(facts.bytes, quota.bytes);
    return {
        "capacity.size", level,
        fmt::format("{} of {} ({} %) of the {} tier", text::size(static_cast<double>(facts.bytes)),
                    text::size(static_cast<double>(quota.bytes)), facts.bytes * 100 / quota.bytes,
                    quota.name),
        level == severity::ok
            ? ""
            : "make room (db cleanup; db report shows what is large), or take a larger tier: a full "
              "project becomes read-only (SUPABASE_TIER says which tier it is)"};
}

finding of_connections(capacity_facts const& facts, std::int64_t limit, bool pooled) {
    auto const level = by_share(facts.connections, limit);
    // A pooler signs its server connections with its own name.
    auto const ours =
        pooled ? std::string() : fmt::format(", {} of them by this program", facts.ours);
    return {"capacity.connections", level,
            fmt::format("{} of {} server connections in use{}", facts.connections, limit, ours),
            level == severity::ok ? "" : "see whose they are (db report), and close idle ones"};
}

finding of_budget(endpoint const& at, std::int64_t limit, check_options const& options) {
    auto const ours = static_cast<std::int64_t>(options.instances) * options.connections_each;
    auto const sum =
        fmt::format("{} x {} connections = {}", options.instances, options.connections_each, ours);
    constexpr auto lower = "lower INSTANCES, POSTGRES_POOL_SIZE or POSTGRES_MAX_OVERFLOW";
    if (at.kind == endpoint_kind::transaction_pooler) {
        auto const clients = limits_of(options.tier.value_or(supabase_tier::free)).pooler_clients;
        if (ours > clients)
            return {"capacity.budget", severity::fault,
                    fmt::format("our instances may take {}: more than the pooler's {} clients", sum,
                                clients),
                    lower};
        return {"capacity.budget", severity::ok,
                fmt::format("our instances may take {} of the pooler's {} clients", sum, clients),
                ""};
    }
    if (at.kind == endpoint_kind::session_pooler && ours > session_pool)
        return {
            "capacity.budget", severity::fault,
            fmt::format(
                "our instances may take {}, and session mode gives each a server connection of a pool of {}",
                sum, session_pool),
            std::string("use the transaction pooler (port 6543), or ") + lower};
    auto const level =
        ours > limit ? severity::fault : std::min(by_share(ours, limit), severity::warning);
    return {"capacity.budget", level,
            fmt::format("our instances may take {} of {} server connections", sum, limit),
            level == severity::ok ? "" : std::string(lower) + ", or use a transaction pooler"};
}

}  // namespace

tier_limits limits_of(supabase_tier tier) {
    switch (tier) {
        case supabase_tier::free: return {"free", 500 * mib, 60, 200};
        case supabase_tier::pro: return {"pro", 8 * 1024 * mib, 120, 200};
    }
    return {"free", 500 * mib, 60, 200};
}

capacity_facts read_capacity(postgres::command_connection& db) {
    return db.row(ask_capacity).value();
}

findings judge_capacity(capacity_facts const& facts, endpoint const& at,
                        check_options const& options) {
    auto const limit = options.tier ? std::min(facts.allowed, limits_of(*options.tier).connections)
                                    : facts.allowed;
    bool const pooled =
        at.kind == endpoint_kind::session_pooler || at.kind == endpoint_kind::transaction_pooler;
    return {of_size(facts, options), of_connections(facts, limit, pooled),
            of_budget(at, limit, options)};
}

}  // namespace agente::operations
