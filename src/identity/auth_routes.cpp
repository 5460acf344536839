#include "identity/routes.hpp"

#include "identity/auth_answers.hpp"
#include "identity/rights.hpp"

namespace agente::identity {

struct login_request {
    std::string identifier, password;
    std::optional<std::string> code;
};
BOOST_DESCRIBE_STRUCT(login_request, (), (identifier, password, code))
inline constexpr std::array login_rules{
    http::rule("identifier")
        .length(1, 255)
        .example("ana@hotel-sol.example")
        .describe("E-mail address or username"),
    http::rule("password").length(1, 256).example("three otters at dawn"),
    http::rule("code").length(6, 20).example("492039").describe(
        "Of the authenticator app, or a recovery code; for accounts with a second "
        "factor")};
constexpr std::span<http::rule const> http_rules(login_request const*) { return login_rules; }

struct refresh_request {
    std::string refresh_token;
};
BOOST_DESCRIBE_STRUCT(refresh_request, (), (refresh_token))
inline constexpr std::array refresh_rules{
    http::rule("refresh_token")
        .length(1, 200)
        .example("AZLwwX5bfDqbHj0vSltsfQAAAABzb21lIHNpZ25hdHVy")};
constexpr std::span<http::rule const> http_rules(refresh_request const*) { return refresh_rules; }

struct logout_request {
    logout_scope scope{logout_scope::local};
};
BOOST_DESCRIBE_STRUCT(logout_request, (), (scope))
inline constexpr std::array logout_rules{
    http::rule("scope").defaulted().describe("This session, all others of yours, or all of yours")};
constexpr std::span<http::rule const> http_rules(logout_request const*) { return logout_rules; }

struct me_answer : user_answer {
    bool second_factor{false};
    int recovery_codes{0};
    std::vector<std::string> rights;
};
BOOST_DESCRIBE_STRUCT(me_answer, (user_answer), (second_factor, recovery_codes, rights))
inline constexpr std::array me_rules{
    http::rule("id").example("0192f0c1-7e5b-7c3a-9b1e-3d2f4a5b6c7d"),
    http::rule("username").example("ana"),
    http::rule("email").example("ana@hotel-sol.example"),
    http::rule("full_name").example("Ana Ruiz"),
    http::rule("role").example("owner"),
    http::rule("tenant").example("hotel-sol"),
    http::rule("recovery_codes").describe("How many are left"),
    http::rule("rights").example("tenants:read").describe("What routes name as their scope")};
constexpr std::span<http::rule const> http_rules(me_answer const*) { return me_rules; }

struct session_answer {
    std::string id;
    bool current{false};
    time_point created_at, refreshed_at, expires_at;
    std::optional<std::string> user_agent, address;
};
BOOST_DESCRIBE_STRUCT(session_answer, (),
                      (id, current, created_at, refreshed_at, expires_at, user_agent, address))
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

using namespace std::chrono_literals;
using by = http::rate_limit::by;

http::problem_doc const busy{503, "auth.busy", "Too many passwords are being checked now"};

void add_login(http::router& routes, service& with) {
    http::endpoint<login_request, tokens_answer>(
        routes,
        {.method = "POST",
         .path = "/api/v1/auth/login",
         .summary = "Sign in",
         .description = "Unknown names, wrong passwords, disabled accounts and lock-outs get the "
                        "same answer.",
         .tags = {"auth"},
         .rates = {{by::address, 60, 60s}},
         .limits = {.most_body = 4096},
         .answer = "Signed in",
         .problems = {{401, "auth.invalid_credentials", "The name or the password is not right"},
                      {401, "auth.code_required", "The account has a second factor"},
                      {401, "auth.code_wrong", "The code is not right, or was used before"},
                      {403, "auth.hotel_suspended", "The account's hotel is not active"},
                      busy}},
        [&with](login_request const& in,
                http::request const& r) -> task<http::answer_as<tokens_answer>> {
            credentials given{
                .identifier = in.identifier, .password = secret(in.password), .code = in.code};
            auto const tokens = co_await with.signing_in.with(std::move(given), origin_of(r));
            co_return answer_of(tokens);
        });
}

void add_refresh(http::router& routes, service& with) {
    http::endpoint<refresh_request, tokens_answer>(
        routes,
        {.method = "POST",
         .path = "/api/v1/auth/refresh",
         .summary = "Exchange a refresh token for new tokens",
         .description = "Each refresh token is good once. The one before the current one is "
                        "answered with the current one for a moment, for clients that lost an "
                        "answer; an older one ends the session.",
         .tags = {"auth"},
         .rates = {{by::address, 1'200, 60s}},
         .limits = {.most_body = 4096},
         .answer = "New tokens",
         .problems = {{401, "auth.refresh_invalid", "Not a refresh token of ours"},
                      {401, "auth.refresh_reused", "It was used before: the session has ended"},
                      {401, "auth.session_ended", "The session has ended: sign in again"}}},
        [&with](refresh_request const& in,
                http::request const& r) -> task<http::answer_as<tokens_answer>> {
            auto const tokens =
                co_await with.sessions.refresh(secret(in.refresh_token), origin_of(r));
            co_return answer_of(tokens);
        });
}

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

void add_me(http::router& routes, service& with) {
    http::endpoint<http::nothing, me_answer>(
        routes,
        {.method = "GET",
         .path = "/api/v1/auth/me",
         .summary = "Who is signed in, and what they may do",
         .tags = {"auth"},
         .scope = "session",
         .answer = "The account"},
        [&with](http::nothing const&, http::request const& r) -> task<me_answer> {
            auto const& who = tenancy::caller_of(r);
            auto const found = co_await store::find_by_id(with.db, who.user_id(),
                                                          with.tokens.limits().password_age);
            if (!found)
                throw failure(error(error_kind::unauthenticated, "auth.session_ended",
                                    "this account is gone: sign in with another"));
            me_answer out;
            static_cast<user_answer&>(out) = answer_of(*found);
            out.second_factor = found->sealed_secret.has_value();
            out.recovery_codes = found->recovery_codes;
            for (auto const right : rights_of(found->role, found->is_superuser))
                out.rights.emplace_back(right);
            co_return out;
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

void add_public_keys(http::router& routes, service& with) {
    if (!with.tokens.access().keys().asymmetric()) return;
    auto const keys = with.tokens.access().keys().public_keys();
    http::endpoint<http::nothing, boost::json::value>(
        routes,
        {.method = "GET",
         .path = "/.well-known/jwks.json",
         .summary = "The public keys that check access tokens (RFC 7517)",
         .tags = {"auth"},
         .answer = "Keep it for 10 minutes at most, and read it again for a key id it lacks",
         .example = keys},
        [keys](http::nothing const&,
               http::request const&) -> task<http::answer_as<boost::json::value>> {
            http::answer_as<boost::json::value> out{.body = keys};
            out.headers.emplace_back("Cache-Control", "public, max-age=600");
            co_return out;
        });
}

}  // namespace

http::answer_as<tokens_answer> answer_of(issued_tokens const& tokens) {
    auto const& whose = tokens.whose;
    http::answer_as<tokens_answer> out;
    out.body = {.access_token = tokens.access_token,
                .expires_in = tokens.access_life.count(),
                .refresh_token = std::string(tokens.refresh_token.reveal()),
                .refresh_expires_in = tokens.refresh_life.count(),
                .user = {.id = whose.user_id,
                         .username = whose.username,
                         .email = whose.email,
                         .full_name = whose.full_name,
                         .role = whose.role,
                         .tenant = whose.tenant_id,
                         .superuser = whose.is_superuser,
                         .password_must_change = whose.must_change}};
    out.headers.emplace_back("Cache-Control", "no-store");
    return out;
}

user_answer answer_of(store::account const& a) {
    return {.id = a.id,
            .username = a.username,
            .email = a.email,
            .full_name = a.full_name,
            .role = a.role,
            .tenant = a.tenant_id,
            .superuser = a.is_superuser,
            .password_must_change = a.must_change};
}

origin origin_of(http::request const& request) {
    return {.address = request.remote_address,
            .user_agent = std::string(request.header("user-agent"))};
}

void add_routes(http::router& routes, service& with) {
    add_auth_routes(routes, with);
    add_account_routes(routes, with);
    add_user_routes(routes, with);
    add_security_routes(routes, with);
}

void add_auth_routes(http::router& routes, service& with) {
    add_login(routes, with);
    add_refresh(routes, with);
    add_logout(routes, with);
    add_me(routes, with);
    add_sessions(routes, with);
    add_public_keys(routes, with);
}

}  // namespace agente::identity
