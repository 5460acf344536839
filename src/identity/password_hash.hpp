// Passwords at rest: Argon2id (RFC 9106), and bcrypt of accounts that come from elsewhere. Slow on
// purpose: call it on net::cpu_pool only. Used by passwords.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace agente::identity {

struct hash_cost {
    std::uint32_t memory_kib{19'456};
    std::uint32_t passes{2};
    std::uint32_t lanes{1};
};

std::string hash_password(secret const& password, hash_cost cost);  // "$argon2id$v=19$m=…"

struct verdict {
    bool right{false};
    bool current{false};  // stored as hash_password() would; else it is time to hash it anew
};

// `stored` is "$argon2id$…" of at most 64 MiB, 10 passes and 4 lanes, or "$2a$", "$2b$", "$2y$" of
// cost 4 to 15. Anything else is nobody's password.
verdict verify_password(secret const& password, std::string_view stored, hash_cost cost);

// Whether verify_password() would compute anything for it.
bool can_be_verified(std::string_view stored);

// Nobody's password, which costs as much to find out as with a hash of hash_password().
std::string nobodys_hash(hash_cost cost);

}  // namespace agente::identity
