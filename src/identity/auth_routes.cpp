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
    add_session_routes(routes, with);
    add_account_routes(routes, with);
    add_user_routes(routes, with);
    add_security_routes(routes, with);
}

void add_auth_routes(http::router& routes, service& with) {
    add_login(routes, with);
    add_refresh(routes, with);
    add_me(routes, with);
    add_public_keys(routes, with);
}

}  // namespace agente::identity
