// The keys that sign access tokens (JWS compact form, RFC 7515): HMAC-SHA-256 with SECRET_KEY, or
// Ed25519 (RFC 8037). Used by access_tokens.
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace agente::identity {

// Belongs to one thread: it keeps prepared states.
class signing_keys {
public:
    // The first key signs, all of them check: a new key is put in front, and the one before it is
    // dropped when the last token it signed has expired. A key that shall sign soon may already
    // stand behind, so that others learn it in time.
    static result<signing_keys> hs256(std::vector<secret> const& keys);  // 32 bytes or more each
    static result<signing_keys> ed25519(std::vector<secret> const& private_keys_pem);

    signing_keys(signing_keys&&) noexcept;
    ~signing_keys();

    std::string sign(std::string_view claims) const;

    // The claims, decoded, if one of our keys signed them. A token's header must be, letter for
    // letter, the one its key writes: so the algorithm is the key's own, whatever a token says.
    std::optional<std::string> verify(std::string_view token) const;

    // The public keys (RFC 7517); no key in it when they are secret.
    boost::json::object public_keys() const;
    bool asymmetric() const noexcept;

    static constexpr std::size_t longest_token = 4096;
    static constexpr std::size_t shortest_secret = 32;

private:
    struct key;
    signing_keys();
    std::vector<std::unique_ptr<key>> keys_;
};

}  // namespace agente::identity
