#include "identity/refresh_token.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "identity/base64url.hpp"

namespace agente::identity {
namespace {

constexpr std::size_t id_size = 16, counter_size = 4, mac_size = 16;
constexpr std::size_t known_size = id_size + counter_size;
constexpr std::size_t token_size = 48;  // 36 bytes in base64url

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

// Nothing for what is not a UUID as we write them.
std::optional<std::string> id_bytes(std::string_view uuid) {
    if (uuid.size() != 36) return std::nullopt;
    std::string out;
    for (std::size_t i = 0; i < uuid.size();) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (uuid[i++] != '-') return std::nullopt;
            continue;
        }
        auto const high = digit(uuid[i]);
        auto const low = digit(uuid[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high << 4 | low);
        i += 2;
    }
    return out;
}

std::string uuid_of(std::string_view raw) {
    auto out = text::hex(raw);
    for (auto const at : {8u, 13u, 18u, 23u}) out.insert(at, 1, '-');
    return out;
}

std::string mac_of(secret const& key, std::string_view known) {
    return crypto::hmac_sha256(key, known).substr(0, mac_size);
}

secret made_with(secret const& key, std::string_view known) {
    return secret(to_base64url(std::string(known) + mac_of(key, known)));
}

// Session and rotation as the token's first bytes.
std::string known_part(refresh_step const& of) {
    auto out = id_bytes(of.session_id).value_or(std::string(id_size, '\0'));
    auto const counter = static_cast<std::uint32_t>(of.rotation);
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(counter >> shift & 255);
    return out;
}

}  // namespace

refresh_tokens::refresh_tokens(std::vector<secret> const& keys) {
    for (auto const& k : keys)
        keys_.emplace_back(crypto::hmac_sha256(k, "agente-hotel refresh tokens"));
}

secret refresh_tokens::make(refresh_step const& of) const {
    return made_with(keys_.front(), known_part(of));
}

std::optional<refresh_step> refresh_tokens::read(std::string_view token) const {
    if (token.size() != token_size) return std::nullopt;
    auto const raw = from_base64url(token);
    if (!raw || raw->size() != known_size + mac_size) return std::nullopt;
    std::string_view const all(*raw);
    auto const known = all.substr(0, known_size);
    bool ours = false;
    for (auto const& k : keys_)
        ours = constant_time_equal(mac_of(k, known), all.substr(known_size)) || ours;
    if (!ours) return std::nullopt;
    std::uint32_t counter = 0;
    for (char const c : known.substr(id_size))
        counter = counter << 8 | static_cast<unsigned char>(c);
    return refresh_step{.session_id = uuid_of(known.substr(0, id_size)),
                        .rotation = static_cast<std::int32_t>(counter)};
}

std::optional<secret> refresh_tokens::make_again(refresh_step const& of,
                                                 std::string_view stored_hash) const {
    auto const known = known_part(of);
    for (auto const& k : keys_) {
        auto token = made_with(k, known);
        if (constant_time_equal(hash(token.reveal()), stored_hash)) return token;
    }
    return std::nullopt;
}

std::string refresh_tokens::hash(std::string_view token) {
    return text::hex(crypto::sha256(token));
}

}  // namespace agente::identity
