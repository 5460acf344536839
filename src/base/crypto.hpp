// The two primitives the service needs of OpenSSL, with their names in our words.
#pragma once

#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace agente::crypto {

std::string hmac_sha256(secret const& key, std::string_view message);  // 32 raw bytes
std::string sha256(std::string_view message);                          // 32 raw bytes
std::string base64(std::string_view bytes);                            // RFC 4648, 4: padded

}  // namespace agente::crypto
