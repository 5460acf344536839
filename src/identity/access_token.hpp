// What an access token says (JWT, RFC 7519), and how it is made and checked. Used by token_maker
// and authenticator.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "identity/signing_keys.hpp"

namespace agente::identity {

struct claims {
    std::string user_id;      // sub
    std::string session_id;   // sid
    std::string id;           // jti
    std::string role;         // owner, manager, agent, viewer
    std::string tenant;       // slug; empty: of no hotel
    bool superuser{false};    // su
    bool must_change{false};  // pwd: may only choose a new password
    // rev: the newest agente.revocations.id that concerned the user or its hotel when these facts
    // were read. A later one makes the token worthless.
    std::int64_t revision{0};
    std::int64_t issued_at{0}, expires_at{0};  // iat, exp: seconds since 1970

    bool operator==(claims const&) const = default;
};

// Belongs to one thread, like its keys.
class access_tokens {
public:
    static constexpr std::chrono::seconds most_skew{30};  // between instances' clocks

    // A token made for longer than `longest_life` counts as expired: that was set shorter since,
    // and nobody remembers for longer what was revoked.
    access_tokens(signing_keys keys, std::string issuer, std::string audience,
                  std::chrono::seconds longest_life)
        : keys_(std::move(keys)), issuer_(std::move(issuer)), audience_(std::move(audience)),
          longest_life_(longest_life) {}

    std::string make(claims const& of) const;

    // Errors, all unauthenticated: "auth.token_expired", and "auth.token_invalid" for everything
    // that is not a token of ours, unchanged, for us.
    result<claims> check(std::string_view token, time_point now) const;

    signing_keys const& keys() const noexcept { return keys_; }

private:
    signing_keys keys_;
    std::string issuer_, audience_;
    std::chrono::seconds longest_life_;
};

}  // namespace agente::identity
