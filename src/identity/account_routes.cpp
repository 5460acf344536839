#include "identity/auth_answers.hpp"
#include "identity/routes.hpp"

namespace agente::identity {

struct change_password_request {
    std::string current_password, new_password;
};
BOOST_DESCRIBE_STRUCT(change_password_request, (), (current_password, new_password))
inline constexpr std::array change_password_rules{
    http::rule("current_password").length(1, 256).example("three otters at dawn"),
    http::rule("new_password").length(1, longest_password).example("seven herons under a bridge")};
constexpr std::span<http::rule const> http_rules(change_password_request const*) {
    return change_password_rules;
}

struct accept_link_request {
    std::string token, new_password;
};
BOOST_DESCRIBE_STRUCT(accept_link_request, (), (token, new_password))
inline constexpr std::array accept_link_rules{
    http::rule("token").length(1, 200).example("q3QdHk0mZJpJw2m1l4p6mUq9E1mVt5o8c2y7sXh0aBc"),
    http::rule("new_password").length(1, longest_password).example("seven herons under a bridge")};
constexpr std::span<http::rule const> http_rules(accept_link_request const*) {
    return accept_link_rules;
}

struct enroll_request {
    std::string password;
};
BOOST_DESCRIBE_STRUCT(enroll_request, (), (password))
inline constexpr std::array enroll_rules{
    http::rule("password").length(1, 256).example("three otters at dawn")};
constexpr std::span<http::rule const> http_rules(enroll_request const*) { return enroll_rules; }

struct enroll_answer {
    std::string secret, uri;
};
BOOST_DESCRIBE_STRUCT(enroll_answer, (), (secret, uri))
inline constexpr std::array enroll_answer_rules{
    http::rule("secret").example("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").describe("Base32"),
    http::rule("uri")
        .example("otpauth://totp/Agente%20Hotel:ana?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        .describe("For a QR code")};
constexpr std::span<http::rule const> http_rules(enroll_answer const*) {
    return enroll_answer_rules;
}

struct activate_request {
    std::string code;
};
BOOST_DESCRIBE_STRUCT(activate_request, (), (code))
inline constexpr std::array activate_rules{http::rule("code").length(6, 6).example("492039")};
constexpr std::span<http::rule const> http_rules(activate_request const*) { return activate_rules; }

struct recovery_answer {
    std::vector<std::string> recovery_codes;
};
BOOST_DESCRIBE_STRUCT(recovery_answer, (), (recovery_codes))
inline constexpr std::array recovery_rules{
    http::rule("recovery_codes")
        .example("k3v9-x2mf-7qwd")
        .describe("Each is good once, in place of a code. They are not shown again")};
constexpr std::span<http::rule const> http_rules(recovery_answer const*) { return recovery_rules; }

struct disable_request {
    std::string password, code;
};
BOOST_DESCRIBE_STRUCT(disable_request, (), (password, code))
inline constexpr std::array disable_rules{
    http::rule("password").length(1, 256).example("three otters at dawn"),
    http::rule("code").length(6, 20).example("492039")};
constexpr std::span<http::rule const> http_rules(disable_request const*) { return disable_rules; }

namespace {

using namespace std::chrono_literals;
using by = http::rate_limit::by;

http::problem_doc const busy{503, "auth.busy", "Too many passwords are being checked now"};
http::problem_doc const wrong_password{403, "auth.password_wrong",
                                       "The current password is not right"};
http::problem_doc const weak{
    400, "password.too_short",
    "The new password is refused; also password.no_upper, .no_lower, .no_digit, "
    ".no_symbol, .personal, .too_common, .used_before, .characters"};
http::limits const small{.most_body = 4096};

template <class Body>
http::answer_as<Body> kept_by_nobody(Body body) {
    http::answer_as<Body> out{.body = std::move(body)};
    out.headers.emplace_back("Cache-Control", "no-store");
    return out;
}

void add_passwords(http::router& routes, service& with) {
    http::endpoint<change_password_request, tokens_answer>(
        routes,
        {.method = "POST",
         .path = "/api/v1/auth/change-password",
         .summary = "Choose a new password",
         .description = "Ends all sessions of the account; the tokens in the answer are of a new "
                        "one.",
         .tags = {"auth"},
         .scope = "session",
         .rates = {{by::account, 20, 60s}},
         .limits = small,
         .answer = "Changed",
         .problems = {weak,
                      wrong_password,
                      busy,
                      {409, "auth.password_changed_meanwhile", "Somebody else changed it"}}},
        [&with](change_password_request const& in,
                http::request const& r) -> task<http::answer_as<tokens_answer>> {
            auto const tokens =
                co_await with.passwords.change(tenancy::caller_of(r), secret(in.current_password),
                                               secret(in.new_password), origin_of(r));
            co_return answer_of(tokens);
        });
    http::endpoint<accept_link_request, http::nothing>(
        routes,
        {.method = "POST",
         .path = "/api/v1/auth/accept-link",
         .summary = "Choose a password by the link of an invitation or a reset",
         .tags = {"auth"},
         .rates = {{by::address, 30, 60s}},
         .limits = small,
         .answer = "Chosen: now sign in with it",
         .problems = {weak,
                      busy,
                      {404, "auth.link_invalid", "The link was used, replaced, or is too old"}}},
        [&with](accept_link_request const& in, http::request const& r) -> task<> {
            co_await with.passwords.accept_link(in.token, secret(in.new_password), origin_of(r));
        });
}

void add_totp(http::router& routes, service& with) {
    http::endpoint<enroll_request, enroll_answer>(
        routes,
        {.method = "POST",
         .path = "/api/v1/auth/totp/enroll",
         .summary = "Begin to use an authenticator app",
         .description = "Nothing changes until the app's first code is sent to activate.",
         .tags = {"auth"},
         .scope = "session",
         .rates = {{by::account, 20, 60s}},
         .limits = small,
         .answer = "What the app needs to know, shown once",
         .problems = {wrong_password,
                      busy,
                      {409, "totp.already_active", "Disable the one that is active first"},
                      {503, "settings_key.missing", "The service cannot keep secrets"}}},
        [&with](enroll_request const& in,
                http::request const& r) -> task<http::answer_as<enroll_answer>> {
            auto made = co_await with.factors.enroll(tenancy::caller_of(r), secret(in.password));
            co_return kept_by_nobody(
                enroll_answer{.secret = std::move(made.secret), .uri = std::move(made.uri)});
        });
    http::endpoint<activate_request, recovery_answer>(
        routes,
        {.method = "POST",
         .path = "/api/v1/auth/totp/activate",
         .summary = "Ask for codes at sign-in from now on",
         .tags = {"auth"},
         .scope = "session",
         .rates = {{by::account, 20, 60s}},
         .limits = small,
         .answer = "Active",
         .problems = {{403, "totp.code_wrong", "The code is not right"},
                      {409, "totp.not_enrolled", "Enroll first"},
                      {409, "totp.already_active", "It is active already"}}},
        [&with](activate_request const& in,
                http::request const& r) -> task<http::answer_as<recovery_answer>> {
            auto codes = co_await with.factors.activate(tenancy::caller_of(r), in.code);
            co_return kept_by_nobody(recovery_answer{std::move(codes)});
        });
    http::endpoint<disable_request, http::nothing>(
        routes,
        {.method = "POST",
         .path = "/api/v1/auth/totp/disable",
         .summary = "Sign in without codes again",
         .tags = {"auth"},
         .scope = "session",
         .rates = {{by::account, 20, 60s}},
         .limits = small,
         .answer = "Disabled; its recovery codes are worth nothing",
         .problems = {wrong_password,
                      busy,
                      {403, "totp.code_wrong", "The code is not right, or was used before"},
                      {409, "totp.not_active", "There is none"}}},
        [&with](disable_request const& in, http::request const& r) -> task<> {
            co_await with.factors.disable(tenancy::caller_of(r), secret(in.password), in.code);
        });
}

}  // namespace

void add_account_routes(http::router& routes, service& with) {
    add_passwords(routes, with);
    add_totp(routes, with);
}

}  // namespace agente::identity
