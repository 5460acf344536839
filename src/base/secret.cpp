#include "base/secret.hpp"

#include <openssl/crypto.h>

namespace agente {

secret::~secret() {
    if (!text_.empty()) OPENSSL_cleanse(text_.data(), text_.size());
}

bool constant_time_equal(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool equal(secret const& a, std::string_view b) noexcept {
    return constant_time_equal(a.reveal(), b);
}

}  // namespace agente
