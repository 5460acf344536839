#include "http/endpoint.hpp"
#include "http/page.hpp"
#include "identity/routes.hpp"

namespace agente::identity {

struct events_key {  // of a page's last event
    time_point at;
    std::string id;
};
BOOST_DESCRIBE_STRUCT(events_key, (), (at, id))
inline bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool const dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool const hex = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
        if (dash ? text[i] != '-' : !hex) return false;
    }
    return true;
}

inline constexpr std::array events_key_rules{
    http::rule("id").format("uuid", &is_uuid).example("0192f0c1-7e5b-7c3a-9b1e-3d2f4a5b6c7d")};
constexpr std::span<http::rule const> http_rules(events_key const*) { return events_key_rules; }

struct find_events : http::page_request {
    std::optional<std::string> type, tenant, user;
    std::optional<time_point> from, until;
};
BOOST_DESCRIBE_STRUCT(find_events, (http::page_request), (type, tenant, user, from, until))
inline constexpr std::array find_events_rules{
    http::page_limit,
    http::page_cursor<events_key>,
    http::rule("type").length(1, 100).example("auth.sign_in_failed"),
    http::rule("tenant").length(1, 255).example("hotel-sol").describe("Of this hotel only"),
    http::rule("user")
        .length(1, 255)
        .example("0192f0c1-7e5b-7c3a-9b1e-3d2f4a5b6c7d")
        .describe("Of this person only"),
    http::rule("from").example("2026-11-24T00:00:00Z"),
    http::rule("until").example("2026-11-25T00:00:00Z").describe("Before this moment")};
constexpr std::span<http::rule const> http_rules(find_events const*) { return find_events_rules; }

struct event_answer {
    std::string id;
    time_point occurred_at;
    std::string type;
    std::optional<std::string> tenant, user_id, address;
    boost::json::value details;
};
BOOST_DESCRIBE_STRUCT(event_answer, (), (id, occurred_at, type, tenant, user_id, address, details))
inline constexpr std::array event_rules{
    http::rule("id").example("0192f0c1-7e5b-7c3a-9b1e-3d2f4a5b6c7d"),
    http::rule("type").example("auth.sign_in_failed"), http::rule("tenant").example("hotel-sol"),
    http::rule("user_id").example("0192f0c1-7e5b-7c3a-9b1e-3d2f4a5b6c7e"),
    http::rule("address").example("192.0.2.7")};
constexpr std::span<http::rule const> http_rules(event_answer const*) { return event_rules; }

namespace {

task<http::page<event_answer>> page_of(service& with, find_events const& in,
                                       tenancy::caller const& who) {
    if (in.tenant) who.for_hotel(*in.tenant);
    event_filter by{.type = in.type,
                    .tenant = in.tenant,
                    .user = in.user,
                    .from = in.from,
                    .until = in.until,
                    .before = std::nullopt,
                    .most = in.limit + 1};
    if (in.cursor) {
        auto key = http::read_cursor<events_key>(*in.cursor);
        by.before.emplace(key.at, std::move(key.id));
    }
    auto found = co_await with.events.find(who, std::move(by));
    http::page<event_answer> out;
    for (auto& e : found) {
        if (std::ssize(out.items) == in.limit) {
            auto const& last = out.items.back();
            out.next_cursor = http::write_cursor(events_key{last.occurred_at, last.id});
            break;
        }
        out.items.push_back({.id = std::move(e.id),
                             .occurred_at = e.occurred_at,
                             .type = std::move(e.event_type),
                             .tenant = std::move(e.tenant_id),
                             .user_id = std::move(e.user_id),
                             .address = std::move(e.ip_address),
                             .details = std::move(e.details)});
    }
    co_return out;
}

}  // namespace

void add_security_routes(http::router& routes, service& with) {
    http::endpoint<find_events, http::page<event_answer>>(
        routes,
        {.method = "GET",
         .path = "/api/v1/admin/security-events",
         .summary = "What happened to accounts and secrets",
         .description = "Of the own hotel, or of all for operators. Sign-ins, failures, lock-outs, "
                        "copied tokens, changes of passwords, roles and people.",
         .tags = {"security"},
         .scope = "security:read",
         .rates = {{http::rate_limit::by::account, 120}, {http::rate_limit::by::tenant, 600}},
         .answer = "The newest first",
         .problems = {{404, "tenants.not_found", "No such hotel, or not yours"}}},
        [&with](find_events const& in, http::request const& r) {
            return page_of(with, in, tenancy::caller_of(r));
        });
}

}  // namespace agente::identity
