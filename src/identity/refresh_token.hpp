// Refresh tokens: opaque to clients, told from garbage without asking the database, and made again
// from what the database knows, which keeps only their hashes. Used by sessions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"

namespace agente::identity {

// Which rotation of which session a token stands for.
struct refresh_step {
    std::string session_id;  // a UUID in lower case
    std::int32_t rotation{0};
    bool operator==(refresh_step const&) const = default;
};

class refresh_tokens {
public:
    // Keys as SECRET_KEY lists them: the first one makes, all of them are recognised.
    explicit refresh_tokens(std::vector<secret> const& keys);

    secret make(refresh_step const& of) const;
    // Nothing for what none of our keys made.
    std::optional<refresh_step> read(std::string_view token) const;
    // The token of that step whose hash is stored, whichever key made it.
    std::optional<secret> make_again(refresh_step const& of, std::string_view stored_hash) const;

    static std::string hash(std::string_view token);  // as the database keeps it: SHA-256, hex

private:
    std::vector<secret> keys_;
};

}  // namespace agente::identity
