// Codes of an authenticator app (TOTP, RFC 6238: SHA-1, 30 seconds, 6 digits, which is what all
// apps know) and recovery codes. Pure. Used by second_factors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"

namespace agente::identity {

std::int64_t totp_step(time_point at);
std::string totp_code(secret const& key, std::int64_t step, unsigned digits = 6);

// The step whose code this is: the current one, the one before or the one after, but none up to
// `last`, which was used.
std::optional<std::int64_t> matching_step(secret const& key, std::string_view code,
                                          std::int64_t now, std::int64_t last);

secret new_totp_key();                  // 20 bytes
std::string base32(secret const& key);  // as people type it into an app
// "otpauth://totp/Agente%20Hotel:ana?secret=…&issuer=…", for a QR code.
std::string otpauth_uri(secret const& key, std::string_view issuer, std::string_view account);

// "k3v9-x2mf-7qwd": 60 bits.
std::string new_recovery_code();
bool looks_like_recovery_code(std::string_view code);
// As the database keeps it: spaces, dashes and case do not count.
std::string recovery_hash(std::string_view user, std::string_view code);

}  // namespace agente::identity
