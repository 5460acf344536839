// Sign-in by e-mail or username, password and, where there is one, second factor. Used by the
// routes.
#pragma once

#include "identity/hashing.hpp"
#include "identity/lockout.hpp"
#include "identity/second_factors.hpp"
#include "identity/token_maker.hpp"

namespace agente::identity {

struct credentials {
    std::string identifier;
    secret password;
    std::optional<std::string> code;  // of the app, or a recovery code
};

class sign_in {
public:
    sign_in(postgres::database& db, hashing& hashes, lockout& guesses,
            second_factors const& factors, token_maker const& tokens, tenancy::security_log& log,
            std::chrono::milliseconds refuse_after)
        : db_(db), hashes_(hashes), guesses_(guesses), factors_(factors), tokens_(tokens),
          log_(log), refuse_after_(refuse_after) {}

    // Two round trips to the database (three when the password is hashed anew). Throws failure:
    // unauthenticated "auth.invalid_credentials" (unknown, disabled, locked out and wrong are told
    // by the same words, at the same moment), "auth.code_required", "auth.code_wrong"; forbidden
    // "auth.hotel_suspended"; unavailable "auth.busy".
    task<issued_tokens> with(credentials given, origin from);

private:
    task<std::optional<store::account>> find(credentials const& given);
    // Nothing: the account changed while its password was being checked.
    task<std::optional<issued_tokens>> decide(credentials const& given, origin const& from,
                                              std::optional<store::account> found,
                                              attempt const& what);
    task<> rehash(std::string user, std::string old_hash, std::string new_hash);
    task<> hold_back(hashing::checked what) const;
    void failed(store::account const* whose, attempt const& what, std::string_view identifier,
                std::string_view why, origin const& from);
    void note(std::string_view type, store::account const* whose, origin const& from,
              boost::json::object details = {});

    postgres::database& db_;
    hashing& hashes_;
    lockout& guesses_;
    second_factors const& factors_;
    token_maker const& tokens_;
    tenancy::security_log& log_;
    std::chrono::milliseconds refuse_after_;
};

}  // namespace agente::identity
