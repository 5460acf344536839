#include "identity/password_hash.hpp"

#include <argon2.h>
#include <crypt.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <memory>
#include <optional>
#include <stdexcept>

#include "base/ids.hpp"

namespace agente::identity {
namespace {

constexpr std::uint32_t most_memory_kib = 64 * 1024, most_passes = 10, most_lanes = 4;
constexpr std::size_t salt_size = 16, hash_size = 32, longest_stored = 255;
constexpr int least_bcrypt_cost = 4, most_bcrypt_cost = 15;

// "m=19456" off the front of `rest`, with the character behind it.
std::optional<std::uint32_t> take_number(std::string_view& rest, std::string_view name, char end) {
    if (!rest.starts_with(name)) return std::nullopt;
    rest.remove_prefix(name.size());
    std::uint32_t n = 0;
    auto const [at, wrong] = std::from_chars(rest.data(), rest.data() + rest.size(), n);
    if (wrong != std::errc() || at == rest.data() + rest.size() || *at != end) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(at - rest.data()) + 1);
    return n;
}

std::optional<hash_cost> argon2_cost(std::string_view stored) {
    constexpr std::string_view prefix = "$argon2id$v=19$";
    if (!stored.starts_with(prefix)) return std::nullopt;
    stored.remove_prefix(prefix.size());
    auto const memory = take_number(stored, "m=", ',');
    auto const passes = memory ? take_number(stored, "t=", ',') : std::nullopt;
    auto const lanes = passes ? take_number(stored, "p=", '$') : std::nullopt;
    if (!lanes || *memory > most_memory_kib || *passes > most_passes || *lanes > most_lanes)
        return std::nullopt;
    return hash_cost{.memory_kib = *memory, .passes = *passes, .lanes = *lanes};
}

bool is_bcrypt(std::string_view stored) {
    if (stored.size() != 60 ||
        !(stored.starts_with("$2a$") || stored.starts_with("$2b$") || stored.starts_with("$2y$")))
        return false;
    stored.remove_prefix(4);
    auto const cost = take_number(stored, "", '$');
    return cost && *cost >= least_bcrypt_cost && *cost <= most_bcrypt_cost;
}

bool bcrypt_matches(secret const& password, std::string const& stored) {
    auto const state = std::make_unique<crypt_data>();
    std::string const text(password.reveal());
    auto const* const made = crypt_r(text.c_str(), stored.c_str(), state.get());
    return made != nullptr && constant_time_equal(made, stored);
}

}  // namespace

std::string hash_password(secret const& password, hash_cost cost) {
    std::array<unsigned char, salt_size> salt{};
    system_random{}.fill(salt);
    std::array<char, longest_stored + 1> encoded{};
    auto const text = password.reveal();
    auto const wrong =
        argon2id_hash_encoded(cost.passes, cost.memory_kib, cost.lanes, text.data(), text.size(),
                              salt.data(), salt.size(), hash_size, encoded.data(), encoded.size());
    if (wrong != ARGON2_OK)
        throw std::runtime_error(std::string("Argon2id: ") + argon2_error_message(wrong));
    return encoded.data();
}

verdict verify_password(secret const& password, std::string_view stored, hash_cost cost) {
    std::string const text(stored);
    // bcrypt would stop at a NUL.
    if (password.empty() || password.reveal().find('\0') != std::string_view::npos ||
        text.size() > longest_stored || text.find('\0') != std::string::npos)
        return {};
    if (auto const used = argon2_cost(text)) {
        auto const plain = password.reveal();
        bool const right = argon2id_verify(text.c_str(), plain.data(), plain.size()) == ARGON2_OK;
        return {.right = right,
                .current = used->memory_kib == cost.memory_kib && used->passes == cost.passes &&
                           used->lanes == cost.lanes};
    }
    if (is_bcrypt(text)) return {.right = bcrypt_matches(password, text), .current = false};
    return {};
}

bool can_be_verified(std::string_view stored) {
    return stored.size() <= longest_stored && (argon2_cost(stored) || is_bcrypt(stored));
}

std::string nobodys_hash(hash_cost cost) {
    return fmt::format("$argon2id$v=19$m={},t={},p={}$bm9ib2R5J3Mgb3duIHNhbA${:A<43}",
                       cost.memory_kib, cost.passes, cost.lanes, "");
}

}  // namespace agente::identity
