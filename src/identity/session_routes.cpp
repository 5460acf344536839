#include "http/endpoint.hpp"
#include "identity/routes.hpp"

namespace agente::identity {

struct logout_request {
    logout_scope scope{logout_scope::local};
};
BOOST_DESCRIBE_STRUCT(logout_request, (), (scope))
inline constexpr std::array logout_rules{
    http::rule("scope").defaulted().describe("This session, all others of yours, or all of yours")};
constexpr std::span<http::rule const> http_rules(logout_request const*) { return logout_rules; }

struct session_answer {
    std::string id;
    bool current{false};
    time_point created_at, refreshed_at, expires_at;
    std::optional<std::string> user_agent, address;
};
BOOST_DESCRIBE_STRUCT(session_answer, (),
                      (id, current, created_at, refreshed_at, expires_at, user_agent, address))
inline constexpr std::array session_answer_rules{
    http::rule("refreshed_at").describe("When it was last used to get tokens"),
    http::rule("user_agent").example("Mozilla/5.0 (X11; Linux x86_64) …").describe("Then"),
    http::rule("address").example("192.0.2.7").describe("Then")};
constexpr std::span<http::rule const> http_rules(session_answer const*) {
    return session_answer_rules;
}
struct session_list {
    std::vector<session_answer> items;
};
BOOST_DESCRIBE_STRUCT(session_list, (), (items))

struct session_request {
    std::string id;
};
BOOST_DESCRIBE_STRUCT(session_request, (), (id))
inline constexpr std::array session_rules{
    http::rule("id").length(1, 255).example("0192f0c1-7e5b-7c3a-9b1e-3d2f4a5b6c7d")};
constexpr std::span<http::rule const> http_rules(session_request const*) { return session_rules; }

namespace {

void add_logout(http::router& routes, service& with) {
    http::endpoint<logout_request, http::nothing>(
        routes,
        {.method = "POST",
         .path = "/api/v1/auth/logout",
         .summary = "End this session, the others, or all",
         .tags = {"auth"},
         .scope = "session",
         .answer = "Ended; access tokens die within a second"},
        [&with](logout_request const& in, http::request const& r) -> task<> {
            co_await with.sessions.sign_out(tenancy::caller_of(r), in.scope);
        });
}

void add_sessions(http::router& routes, service& with) {
    http::endpoint<http::nothing, session_list>(
        routes,
        {.method = "GET",
         .path = "/api/v1/auth/sessions",
         .summary = "One's own open sessions",
         .tags = {"auth"},
         .scope = "session",
         .answer = "At most 100, the newest first"},
        [&with](http::nothing const&, http::request const& r) -> task<session_list> {
            auto const& who = tenancy::caller_of(r);
            session_list out;
            for (auto& s : co_await with.sessions.of(who)) {
                bool const current = s.id == who.session_id();
                out.items.push_back({.id = std::move(s.id),
                                     .current = current,
                                     .created_at = s.created_at,
                                     .refreshed_at = s.refreshed_at,
                                     .expires_at = s.expires_at,
                                     .user_agent = std::move(s.user_agent),
                                     .address = std::move(s.ip_address)});
            }
            co_return out;
        });
    http::endpoint<session_request, http::nothing>(
        routes,
        {.method = "DELETE",
         .path = "/api/v1/auth/sessions/{id}",
         .summary = "End one of one's own sessions",
         .tags = {"auth"},
         .scope = "session",
         .answer = "Ended; its access tokens die within a second",
         .problems = {{404, "sessions.not_found", "No such session of yours, or it has ended"}}},
        [&with](session_request const& in, http::request const& r) -> task<> {
            co_await with.sessions.end(tenancy::caller_of(r), in.id);
        });
}

}  // namespace

void add_session_routes(http::router& routes, service& with) {
    add_logout(routes, with);
    add_sessions(routes, with);
}

}  // namespace agente::identity
