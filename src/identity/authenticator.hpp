// Who sends a request, by its access token. The guard of the routes asks it for every route with a
// scope, and puts the answer into request.principal.
#pragma once

#include "http/message.hpp"
#include "http/route_doc.hpp"
#include "identity/access_token.hpp"
#include "identity/revocations.hpp"
#include "tenancy/caller.hpp"
#include "tenancy/security_log.hpp"

namespace agente::identity {

class authenticator {
public:
    // References must outlive it and the callers it makes.
    authenticator(access_tokens const& tokens, revocations& revoked, tenancy::security_log& log,
                  clock const& time)
        : tokens_(tokens), revoked_(revoked), log_(log), time_(time) {}

    // Costs no round trip, but for one a second and instance. Throws failure: unauthenticated
    // "auth.required", "auth.token_invalid", "auth.token_expired", "auth.session_ended"; forbidden
    // "auth.password_must_change" on every route but those that choose a new password and sign out;
    // unavailable "auth.unavailable".
    task<tenancy::caller_ptr> caller_of(http::request const& request);

    // What a guard that asks it may answer, for guard_duties::scope_problems.
    static std::vector<http::problem_doc> problems();

private:
    access_tokens const& tokens_;
    revocations& revoked_;
    tenancy::security_log& log_;
    clock const& time_;
};

}  // namespace agente::identity
