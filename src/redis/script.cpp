#include "redis/script.hpp"

#include <openssl/evp.h>

#include <array>

#include "base/result.hpp"
#include "base/text.hpp"

namespace agente::redis {

script::script(std::string_view name, std::string_view lua) : name_(name), lua_(lua) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (EVP_Digest(lua.data(), lua.size(), digest.data(), &length, EVP_sha1(), nullptr) != 1)
        throw failure(agente::error(error_kind::internal, "redis.no_sha1",
                                    "OpenSSL offers no SHA1, by which Redis names scripts"));
    sha1_ = text::hex({reinterpret_cast<char const*>(digest.data()), length});
}

}  // namespace agente::redis
