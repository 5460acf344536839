#include "booking/reference.hpp"

#include "base/crypto.hpp"

namespace agente::booking {

std::string make_reference(std::string_view tenant, std::string_view request_key) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    constexpr int characters = 20;  // 5 bits each

    // The length keeps ("ab", "c") and ("a", "bc") apart.
    auto const digest = crypto::sha256(fmt::format("{}:{}:{}", tenant.size(), tenant, request_key));
    std::string reference = "AH-";
    unsigned bits = 0;
    int have = 0;
    std::size_t next = 0;
    for (int i = 0; i < characters; ++i) {
        if (have < 5) {
            bits = (bits << 8) | static_cast<unsigned char>(digest[next++]);
            have += 8;
        }
        have -= 5;
        reference += alphabet[(bits >> have) & 31U];
    }
    return reference;
}

}  // namespace agente::booking
