// Choosing passwords: one's own, by a link that was sent, or for somebody. Used by the routes and
// the command line.
#pragma once

#include "identity/password_rules.hpp"
#include "identity/reauthentication.hpp"
#include "tenancy/security_log.hpp"

namespace agente::identity {

class passwords {
public:
    passwords(postgres::database& db, hashing& hashes, reauthentication& again, lockout& guesses,
              token_maker const& tokens, tenancy::security_log& log, password_policy policy)
        : db_(db), hashes_(hashes), again_(again), guesses_(guesses), tokens_(tokens), log_(log),
          policy_(policy) {}

    // Ends all sessions of the account, and opens a new one in place of the caller's. Throws what
    // reauthentication does; invalid "password.…" (see password_rules) and "password.used_before".
    task<issued_tokens> change(tenancy::caller const& who, secret current, secret next,
                               origin from);

    // By the one-time link of an invitation or a reset. Ends all sessions; signing in comes next.
    // Throws not_found "auth.link_invalid"; invalid as above, and the link stays good.
    task<> accept_link(std::string token, secret next, origin from);

    // The hash to store for a person who has none yet. Throws invalid as above.
    task<std::string> first_hash(secret password, personal_words of);

    // For an operator on a command line: like a link, without one.
    task<> set(std::string user, secret next, bool must_change);

private:
    // The hash; throws invalid.
    task<std::string> choose(secret next, std::string user, std::string current_hash,
                             personal_words of);
    // Guesses at the old password are not held against who has the new one. Never throws: the
    // password is set by then, and without Redis they count until their window has passed.
    task<> forget_guesses(std::string const& user);

    postgres::database& db_;
    hashing& hashes_;
    reauthentication& again_;
    lockout& guesses_;
    token_maker const& tokens_;
    tenancy::security_log& log_;
    password_policy policy_;
};

}  // namespace agente::identity
