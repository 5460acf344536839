#include "base/crypto.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>

#include <stdexcept>

namespace agente::crypto {
namespace {

constexpr std::size_t sha256_size = 32;

void must(bool done) {
    if (!done) throw std::runtime_error("HMAC-SHA256 failed");
}

unsigned char const* bytes(std::string_view s) {
    return reinterpret_cast<unsigned char const*>(s.data());
}

}  // namespace

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

hmac_key::hmac_key(secret const& key) {
    std::unique_ptr<EVP_MAC, decltype([](EVP_MAC* m) { EVP_MAC_free(m); })> const mac(
        EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    must(mac != nullptr);
    context_.reset(EVP_MAC_CTX_new(mac.get()));
    must(context_ != nullptr);
    std::string digest = "SHA256";
    OSSL_PARAM const parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_end()};
    must(EVP_MAC_init(context_.get(), bytes(key.reveal()), key.size(), parameters) == 1);
}

std::string hmac_key::sign(std::string_view message) const {
    std::string out(sha256_size, '\0');
    std::size_t size = 0;
    must(EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1 &&
         EVP_MAC_update(context_.get(), bytes(message), message.size()) == 1 &&
         EVP_MAC_final(context_.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                       out.size()) == 1 &&
         size == sha256_size);
    return out;
}

void hmac_key::free_context::operator()(evp_mac_ctx_st* context) const noexcept {
    EVP_MAC_CTX_free(context);
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
