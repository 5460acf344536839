// The password once more, from somebody who is signed in, before what a stolen token must not do.
// Used by passwords and second_factors.
#pragma once

#include <functional>

#include "identity/account_store.hpp"
#include "identity/hashing.hpp"
#include "identity/lockout.hpp"
#include "identity/token_maker.hpp"
#include "tenancy/caller.hpp"
#include "tenancy/security_log.hpp"

namespace agente::identity {

class reauthentication {
public:
    reauthentication(postgres::database& db, hashing& hashes, lockout& guesses,
                     token_maker const& tokens, tenancy::security_log& log)
        : db_(db), hashes_(hashes), guesses_(guesses), tokens_(tokens), log_(log) {}

    // What else the account's owner must prove: what is wrong with it, or nothing.
    using also = std::function<std::optional<error>(store::account const&)>;

    // Wrong passwords, and what `more` finds wrong behind a right one, count like those of a
    // sign-in. Throws that; failure forbidden "auth.password_wrong", unauthenticated
    // "auth.session_ended" when the account is gone.
    task<store::account> check(tenancy::caller const& who, secret password, also more = {});

private:
    void failed(tenancy::caller const& who, store::account const& whose, attempt const& what,
                error const& why);

    postgres::database& db_;
    hashing& hashes_;
    lockout& guesses_;
    token_maker const& tokens_;
    tenancy::security_log& log_;
};

}  // namespace agente::identity
