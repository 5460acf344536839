#include "identity/base64url.hpp"

#include <array>
#include <cstdint>

namespace agente::identity {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr auto values = [] {
    std::array<std::int8_t, 256> all{};
    all.fill(-1);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        all[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
    return all;
}();

}  // namespace

std::string to_base64url(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t held = 0;
    int bits = 0;
    for (char const c : bytes) {
        held = held << 8 | static_cast<unsigned char>(c);
        for (bits += 8; bits >= 6; bits -= 6) out += alphabet[held >> (bits - 6) & 63];
    }
    if (bits > 0) out += alphabet[held << (6 - bits) & 63];
    return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::string out;
    out.reserve(text.size() * 3 / 4);
    std::uint32_t held = 0;
    int bits = 0;
    for (char const c : text) {
        auto const value = values[static_cast<unsigned char>(c)];
        if (value < 0) return std::nullopt;
        held = held << 6 | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>(held >> bits & 255);
        }
    }
    if ((held & ((1u << bits) - 1)) != 0) return std::nullopt;
    return out;
}

}  // namespace agente::identity
