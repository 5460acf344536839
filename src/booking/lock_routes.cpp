#include "booking/lock_routes.hpp"

#include "booking/lock_view.hpp"
#include "http/endpoint.hpp"

namespace agente::booking {

inline constexpr auto tenant_rule =
    http::rule("tenant").length(1, 255).example("hotel-sol").describe("A hotel's slug");
inline constexpr auto key_example = "lock:hotel-sol:stay:7:2027-03-12..2027-03-14";

struct list_locks {
    std::optional<std::string> tenant;
};
BOOST_DESCRIBE_STRUCT(list_locks, (), (tenant))
inline constexpr std::array list_locks_rules{tenant_rule};
constexpr std::span<http::rule const> http_rules(list_locks const*) { return list_locks_rules; }

struct list_audit : http::page_request {
    std::optional<std::string> key, tenant;
    std::optional<lock_event_kind> event;
    std::optional<time_point> from, to;
};
BOOST_DESCRIBE_STRUCT(list_audit, (http::page_request), (key, tenant, event, from, to))
inline constexpr std::array list_audit_rules{
    http::page_limit,
    http::page_cursor<audit_key>,
    http::rule("key").length(1, 255).example(key_example).describe("A lock's whole key"),
    tenant_rule,
    http::rule("from").describe("Events since then"),
    http::rule("to").example("2026-11-25T00:00:00Z").describe("Events before then")};
constexpr std::span<http::rule const> http_rules(list_audit const*) { return list_audit_rules; }

inline constexpr std::array active_lock_rules{
    tenant_rule, http::rule("key").example(key_example),
    http::rule("holder")
        .example("0192f0c1-7e5b-7c3a-9b1e-3d2f4a5b6c7d")
        .describe("The instance that holds it; null: not known yet"),
    http::rule("reference").example("AH7K2M9QWXYZ").describe("Of the booking it is held for"),
    http::rule("expires_in_ms").describe("Unless its holder extends it")};
constexpr std::span<http::rule const> http_rules(active_lock const*) { return active_lock_rules; }

inline constexpr std::array audited_event_rules{tenant_rule, http::rule("key").example(key_example),
                                                http::rule("event").example("acquired")};
constexpr std::span<http::rule const> http_rules(audited_event const*) {
    return audited_event_rules;
}

namespace {

std::vector<http::rate_limit> often(int requests) {
    return {{.who = http::rate_limit::by::account, .requests = requests}};
}

std::vector<http::problem_doc> problems() {
    return {{403, "auth.no_hotel", "The account belongs to no hotel"},
            {404, "tenants.not_found", "There is no such hotel, or it is not the caller's"}};
}

}  // namespace

void add_lock_routes(http::router& routes, lock_view& locks) {
    http::endpoint<list_locks, active_locks>(
        routes,
        {.method = "GET",
         .path = "/api/v1/admin/locks",
         .summary = "The locks that are held now, and by whom",
         .description = "Operators of the platform see those of all hotels, others their own. "
                        "Locks held in PostgreSQL, when Redis cannot be used, are in the audit.",
         .tags = {"locks"},
         .scope = "locks:read",
         .rates = often(60),
         .problems = problems()},
        [&locks](list_locks const& in, http::request const& r) {
            return locks.active(tenancy::caller_of(r), in.tenant);
        });
    http::endpoint<list_audit, http::page<audited_event>>(
        routes,
        {.method = "GET",
         .path = "/api/v1/admin/locks/audit",
         .summary = "What happened to locks, the newest first",
         .tags = {"locks"},
         .scope = "locks:read",
         .rates = often(300),
         .problems = problems()},
        [&locks](list_audit const& in, http::request const& r) {
            return locks.audit(tenancy::caller_of(r), {.key = in.key,
                                                       .tenant = in.tenant,
                                                       .event = in.event,
                                                       .from = in.from,
                                                       .to = in.to,
                                                       .limit = in.limit,
                                                       .cursor = in.cursor});
        });
}

}  // namespace agente::booking
