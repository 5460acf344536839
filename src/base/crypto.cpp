#include "base/crypto.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

namespace agente::crypto {

std::string hmac_sha256(secret const& key, std::string_view message) {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    auto const k = key.reveal();
    if (HMAC(EVP_sha256(), k.data(), static_cast<int>(k.size()),
             reinterpret_cast<unsigned char const*>(message.data()), message.size(),
             reinterpret_cast<unsigned char*>(out.data()), &size) == nullptr)
        throw std::runtime_error("HMAC-SHA256 failed");
    out.resize(size);
    return out;
}

std::string sha256(std::string_view message) {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    if (EVP_Digest(message.data(), message.size(), reinterpret_cast<unsigned char*>(out.data()),
                   &size, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("SHA-256 failed");
    out.resize(size);
    return out;
}

std::string base64(std::string_view bytes) {
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with NUL
    auto const size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                      reinterpret_cast<unsigned char const*>(bytes.data()),
                                      static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

}  // namespace agente::crypto
