#include "identity/totp.hpp"

#include <fmt/format.h>
#include <oath.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"

namespace agente::identity {
namespace {

constexpr std::int64_t step_seconds = 30;
constexpr std::size_t key_size = 20, recovery_length = 12;
constexpr unsigned usual_digits = 6;
// Without letters and digits that are taken for each other: 32 of them.
constexpr std::string_view recovery_alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
static_assert(recovery_alphabet.size() == 32);

std::string escape(std::string_view text) {
    std::string out;
    for (char const c : text) {
        bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain)
            out += c;
        else
            fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string without_dashes(std::string_view code) {
    std::string out;
    for (char const c : text::lower(text::scrub_utf8(code)))
        if (c != '-' && c != ' ') out += c;
    return out;
}

}  // namespace

std::int64_t totp_step(time_point at) {
    return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count() / step_seconds;
}

std::string totp_code(secret const& key, std::int64_t step, unsigned digits) {
    std::array<char, 16> out{};
    auto const wrong =
        oath_hotp_generate(key.reveal().data(), key.size(), static_cast<std::uint64_t>(step),
                           digits, false, OATH_HOTP_DYNAMIC_TRUNCATION, out.data());
    if (wrong != OATH_OK) throw std::runtime_error(std::string("TOTP: ") + oath_strerror(wrong));
    return out.data();
}

std::optional<std::int64_t> matching_step(secret const& key, std::string_view code,
                                          std::int64_t now, std::int64_t last) {
    std::optional<std::int64_t> found;
    for (auto step = now - 1; step <= now + 1; ++step)
        if (constant_time_equal(totp_code(key, step, usual_digits), code) && step > last)
            found = step;
    return found;
}

secret new_totp_key() {
    std::array<unsigned char, key_size> raw{};
    system_random{}.fill(raw);
    return secret(std::string(raw.begin(), raw.end()));
}

std::string base32(secret const& key) {
    char* made = nullptr;
    std::size_t size = 0;
    if (oath_base32_encode(key.reveal().data(), key.size(), &made, &size) != OATH_OK)
        throw std::runtime_error("base32 failed");
    std::unique_ptr<char, decltype(&std::free)> const freed(made, &std::free);
    return {made, size};
}

std::string otpauth_uri(secret const& key, std::string_view issuer, std::string_view account) {
    return fmt::format(
        "otpauth://totp/{0}:{1}?secret={2}&issuer={0}&algorithm=SHA1&digits=6&period=30",
        escape(issuer), escape(account), base32(key));
}

std::string new_recovery_code() {
    std::array<unsigned char, recovery_length> raw{};
    system_random{}.fill(raw);
    std::string out;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (i == 4 || i == 8) out += '-';
        out += recovery_alphabet[raw[i] % recovery_alphabet.size()];
    }
    return out;
}

bool looks_like_recovery_code(std::string_view code) {
    return without_dashes(code).size() == recovery_length;
}

std::string recovery_hash(std::string_view user, std::string_view code) {
    return text::hex(crypto::sha256(fmt::format("{}:{}", user, without_dashes(code))));
}

}  // namespace agente::identity
