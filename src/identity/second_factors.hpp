// The second factor of an account: enrolled, activated with a first code, proved at sign-in, taken
// away. Used by sign_in and the routes.
#pragma once

#include "identity/account_store.hpp"
#include "identity/reauthentication.hpp"
#include "identity/session_store.hpp"
#include "tenancy/sealer.hpp"
#include "tenancy/security_log.hpp"

namespace agente::identity {

struct enrolment {
    std::string secret;  // base32, shown once
    std::string uri;     // otpauth:
};

class second_factors {
public:
    second_factors(postgres::database& db, tenancy::sealer const& sealer, clock const& time,
                   reauthentication& again, tenancy::security_log& log, std::string issuer)
        : db_(db), sealer_(sealer), time_(time), again_(again), log_(log),
          issuer_(std::move(issuer)) {}

    // Of an account with an activated factor: what the code proves. Nothing: it is wrong. Whether
    // it was used before is known when the session is opened.
    std::optional<store::proof> prove(store::account const& of, std::string_view code) const;

    // Throws what reauthentication does; conflict "totp.already_active"; unavailable
    // "settings_key.missing".
    task<enrolment> enroll(tenancy::caller const& who, secret password);
    // The recovery codes, shown once. Throws conflict "totp.not_enrolled", "totp.already_active";
    // forbidden "totp.code_wrong".
    task<std::vector<std::string>> activate(tenancy::caller const& who, std::string code);
    // Wrong codes count like wrong passwords. Throws conflict "totp.not_active", forbidden
    // "totp.code_wrong".
    task<> disable(tenancy::caller const& who, secret password, std::string code);

private:
    secret open(std::string const& user, std::string const& sealed) const;
    void note(std::string_view type, tenancy::caller const& who);

    postgres::database& db_;
    tenancy::sealer const& sealer_;
    clock const& time_;
    reauthentication& again_;
    tenancy::security_log& log_;
    std::string issuer_;
};

namespace store {
std::vector<postgres::query_text> second_factor_queries();
}

}  // namespace agente::identity
