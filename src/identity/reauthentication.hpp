// The password once more, from somebody who is signed in, before what a stolen token must not do.
// Used by passwords and second_factors.
#pragma once

#include "identity/account_store.hpp"
#include "identity/hashing.hpp"
#include "identity/lockout.hpp"
#include "identity/token_maker.hpp"
#include "tenancy/caller.hpp"

namespace agente::identity {

class reauthentication {
public:
    reauthentication(postgres::database& db, hashing& hashes, lockout& guesses,
                     token_maker const& tokens)
        : db_(db), hashes_(hashes), guesses_(guesses), tokens_(tokens) {}

    // Wrong passwords count like those of a sign-in. Throws failure forbidden
    // "auth.password_wrong", unauthenticated "auth.session_ended" when the account is gone.
    task<store::account> check(tenancy::caller const& who, secret password);

private:
    postgres::database& db_;
    hashing& hashes_;
    lockout& guesses_;
    token_maker const& tokens_;
};

}  // namespace agente::identity
