// The two primitives the service needs of OpenSSL, with their names in our words.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/secret.hpp"

struct evp_mac_ctx_st;  // OpenSSL's EVP_MAC_CTX

namespace agente::crypto {

std::string hmac_sha256(secret const& key, std::string_view message);  // 32 raw bytes
// The same with a key that signs often: a quarter of the time (prepared once). Of one thread.
class hmac_key {
public:
    explicit hmac_key(secret const& key);
    std::string sign(std::string_view message) const;  // 32 raw bytes

private:
    struct free_context {
        void operator()(evp_mac_ctx_st* context) const noexcept;
    };
    std::unique_ptr<evp_mac_ctx_st, free_context> context_;
};

std::string sha256(std::string_view message);  // 32 raw bytes
std::string base64(std::string_view bytes);    // RFC 4648, 4: padded

}  // namespace agente::crypto
