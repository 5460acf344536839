// Secrets at rest: encrypted and authenticated (AES-256-GCM, NIST SP 800-38D), so that a dump of
// the database shows none. Used by whoever stores a secret that must be read again: settings of
// hotels, second factors of users. Safe to share between threads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace agente::tenancy {

// What is sealed reads "v1.<key id>.<base64url of nonce, cipher text and tag>". Only printable
// characters: it fits into JSON and into a text column.
class sealer {
public:
    // `keys` as SETTINGS_KEY lists them, each any text of 32 characters or more; the AES key is
    // derived from it (HKDF-SHA-256, RFC 5869). The first one seals, all of them open: a new key is
    // put in front, and the old one is dropped once everything is sealed anew. None: nothing can be
    // sealed or opened. Throws failure invalid "settings_key.short" for a shorter one.
    explicit sealer(std::vector<secret> const& keys);

    // `context` says whose secret this is, and which ("tenant:hotel-sol:pms.api_key"): it is not
    // stored, and the secret opens only under the same, so that a sealed value copied to another
    // row or field is worth nothing. Throws failure unavailable "settings_key.missing" without a
    // key.
    std::string seal(std::string_view plain, std::string_view context) const;

    // Errors: "settings_key.missing"; "settings_key.unknown" when it was sealed with a key that is
    // not among ours; "settings_key.broken" when it is no sealed value, was changed, or belongs to
    // another context.
    result<secret> open(std::string_view sealed, std::string_view context) const;

    // Sealed with the first key, so that seal() would add nothing.
    bool current(std::string_view sealed) const;

    bool ready() const noexcept { return !keys_.empty(); }

    static constexpr std::size_t shortest_key = 32;

private:
    struct key {
        std::string id;
        secret bytes;
    };
    std::vector<key> keys_;
};

}  // namespace agente::tenancy
