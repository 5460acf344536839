#include "identity/one_time_link.hpp"

#include <array>

#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "identity/base64url.hpp"

namespace agente::identity {

secret new_one_time_link() {
    std::array<unsigned char, 32> raw{};
    system_random{}.fill(raw);
    return secret(to_base64url(std::string(raw.begin(), raw.end())));
}

std::string one_time_link_hash(std::string_view token) { return text::hex(crypto::sha256(token)); }

}  // namespace agente::identity
