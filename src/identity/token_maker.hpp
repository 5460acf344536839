// Hands out tokens for a session. Used by sign_in, sessions and passwords.
#pragma once

#include "identity/access_token.hpp"
#include "identity/options.hpp"
#include "identity/refresh_token.hpp"
#include "identity/session_facts.hpp"
#include "identity/session_store.hpp"

namespace agente::identity {

struct issued_tokens {
    std::string access_token;
    std::chrono::seconds access_life{};
    secret refresh_token;
    std::chrono::seconds refresh_life{};  // of the session: refreshing does not make it longer
    session_facts whose;
};

class token_maker {
public:
    // Throws failure invalid for keys that cannot be used.
    token_maker(options const& with, clock const& time);

    // A session that is about to be opened: its ids, and the refresh token whose hash is stored.
    struct beginning {
        store::new_session row;
        secret refresh_token;
    };
    beginning begin(origin from) const;
    std::string new_token_id() const;

    issued_tokens issue(session_facts whose, secret refresh_token, std::string token_id) const;

    access_tokens const& access() const noexcept { return access_; }
    refresh_tokens const& refresh() const noexcept { return refresh_; }
    store::session_limits const& limits() const noexcept { return limits_; }

private:
    clock const& time_;
    std::chrono::seconds access_life_;
    access_tokens access_;
    refresh_tokens refresh_;
    store::session_limits limits_;
};

}  // namespace agente::identity
