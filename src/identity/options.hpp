// Everything about identity that an operator may tune. Filled from settings by app/.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "identity/password_hash.hpp"

namespace agente::identity {

inline constexpr std::size_t longest_password = 128;  // characters (code points)

struct password_policy {
    std::size_t shortest{12}, longest{longest_password};           // characters
    bool upper{false}, lower{false}, digit{false}, symbol{false};  // one of each that is set
    int remembered{5};                 // the last passwords, which may not come back
    std::chrono::days longest_use{0};  // then a new one must be chosen; 0: never
};

// Failed attempts within `window`, for instance. Redis counts for all instances.
struct lockout_limits {
    std::chrono::seconds window{15 * 60};
    int of_pair{5};       // one address at one account
    int of_account{50};   // all addresses at one account, but for those it signed in from before
    int of_address{100};  // one address at all accounts
    // Without Redis every instance counts alone, and so allows only this part of a limit.
    int local_divisor{2};
    std::size_t most_local{20'000};  // accounts and addresses
    std::chrono::milliseconds redis_deadline{500};
};

enum class token_algorithm { hs256, eddsa };

struct options {
    std::vector<secret> secret_keys;  // SECRET_KEY, then those before it that still count
    token_algorithm algorithm{token_algorithm::hs256};
    std::vector<secret> ed25519_keys;  // PEM; for eddsa
    std::string issuer{"agente-hotel"}, audience{"agente-hotel"};
    std::chrono::seconds access_life{15 * 60};
    std::chrono::seconds refresh_life{30 * 24 * 3600};  // of a session, however much it is used
    std::chrono::seconds inactivity{14 * 24 * 3600};    // without a refresh; 0: no limit
    // How long after a rotation the token before it still gets the current one: tabs and retries.
    std::chrono::seconds refresh_grace{10};
    std::chrono::seconds invite_life{72 * 3600}, reset_life{24 * 3600};
    password_policy policy;
    hash_cost cost;
    // A refused sign-in leaves this long after the check of its password began, and not before:
    // longer than any hash takes that accounts come with from elsewhere (bcrypt of cost 12).
    std::chrono::milliseconds refuse_after{500};
    lockout_limits lockout;
    std::string totp_issuer{"Agente Hotel"};  // shown by authenticator apps
};

}  // namespace agente::identity
