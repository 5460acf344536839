// Sessions after sign-in: refreshed, listed, ended. Used by the routes and the command line.
#pragma once

#include "identity/session_store.hpp"
#include "identity/token_maker.hpp"
#include "tenancy/caller.hpp"
#include "tenancy/security_log.hpp"

namespace agente::identity {

enum class logout_scope { local, others, global };
BOOST_DESCRIBE_ENUM(logout_scope, local, others, global)

class sessions {
public:
    sessions(postgres::database& db, token_maker const& tokens, tenancy::security_log& log)
        : db_(db), tokens_(tokens), log_(log) {}

    // One round trip. Throws failure unauthenticated: "auth.refresh_invalid" (no token of ours),
    // "auth.session_ended", "auth.refresh_reused" (and the session is revoked).
    task<issued_tokens> refresh(secret shown, origin from);

    task<> sign_out(tenancy::caller const& who, logout_scope which);

    task<std::vector<store::listed_session>> of(tenancy::caller const& who);
    // Throws failure not_found "sessions.not_found".
    task<> end(tenancy::caller const& who, std::string const& session);

private:
    void note_ended(tenancy::caller const& who, std::vector<std::string> const& sessions,
                    std::string_view reason);

    postgres::database& db_;
    token_maker const& tokens_;
    tenancy::security_log& log_;
};

}  // namespace agente::identity
