#include "identity/authenticator.hpp"

#include <algorithm>
#include <array>

#include "identity/rights.hpp"

namespace agente::identity {
namespace {

// The token of "Authorization: Bearer <token>" (RFC 6750, 2.1).
std::string_view bearer_token(http::request const& request) {
    constexpr std::string_view scheme = "Bearer ";
    auto value = request.header("authorization");
    if (value.size() <= scheme.size() || !http::same_name(value.substr(0, 6), "Bearer") ||
        value[6] != ' ')
        throw failure(error(error_kind::unauthenticated, "auth.required",
                            "sign in at /api/v1/auth/login, and send the access token as "
                            "Authorization: Bearer"));
    value.remove_prefix(scheme.size());
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    return value;
}

constexpr std::array open_to_old_passwords{std::string_view("/api/v1/auth/change-password"),
                                           std::string_view("/api/v1/auth/logout")};

}  // namespace

task<tenancy::caller_ptr> authenticator::caller_of(http::request const& request) {
    auto checked = tokens_.check(bearer_token(request), time_.now());
    if (!checked) throw failure(checked.error());
    if (co_await revoked_.revoked(*checked))
        throw failure(error(error_kind::unauthenticated, "auth.session_ended",
                            "this sign-in has ended, or what you may do has changed: refresh the "
                            "token, or sign in again"));
    if (checked->must_change &&
        std::ranges::find(open_to_old_passwords, request.route) == open_to_old_passwords.end())
        throw failure(error(error_kind::forbidden, "auth.password_must_change",
                            "choose a new password first, at /api/v1/auth/change-password"));
    co_return tenancy::authentication::caller_for(
        {.user_id = std::move(checked->user_id),
         .session_id = std::move(checked->session_id),
         .role = checked->role,
         .platform = checked->superuser,
         .tenant = std::move(checked->tenant),
         .rights = &rights_of(checked->role, checked->superuser),
         .address = request.remote_address,
         .log = &log_});
}

std::vector<http::problem_doc> authenticator::problems() {
    return {{401, "auth.required", "No access token was sent"},
            {401, "auth.token_invalid", "The access token is not one of ours"},
            {401, "auth.token_expired", "The access token has expired: refresh it"},
            {401, "auth.session_ended", "The sign-in was ended, or its rights have changed"},
            {403, "auth.password_must_change", "A new password must be chosen first"},
            {503, "auth.unavailable", "Whether the sign-in is still valid cannot be checked now"}};
}

}  // namespace agente::identity
