#include "channels/whatsapp_signature.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace agente::channels {

std::string sign_webhook(secret const& app_secret, std::string_view raw_body) {
    return "sha256=" + text::hex(crypto::hmac_sha256(app_secret, raw_body));
}

bool is_signature(std::string_view header) {
    constexpr std::string_view start = "sha256=";
    return header.size() == start.size() + 64 && header.starts_with(start) &&
           header.substr(start.size()).find_first_not_of("0123456789abcdefABCDEF") ==
               std::string_view::npos;
}

bool verify_webhook(secret const& app_secret, std::string_view raw_body,
                    std::string_view signature_header) {
    if (app_secret.empty()) return false;
    std::string given(signature_header.substr(0, 256));
    for (auto& c : given)
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    return constant_time_equal(sign_webhook(app_secret, raw_body), given);
}

}  // namespace agente::channels
