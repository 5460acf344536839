// Base64 with the alphabet of URLs, without padding (RFC 4648, section 5), as tokens are written.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace agente::identity {

std::string to_base64url(std::string_view bytes);

// Strict: one text for one value. Nothing for a character outside of the alphabet, padding, a
// length that none has, and bits that stand for nothing.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace agente::identity
