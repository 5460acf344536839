#include "base/ids.hpp"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <array>
#include <stdexcept>
#include <vector>

namespace agente {

void system_random::fill(std::span<unsigned char> bytes) {
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        throw std::runtime_error("the operating system's random generator failed");
}

std::string new_uuid(clock const& clock, random_source& random) {
    using namespace std::chrono;
    std::array<unsigned char, 16> b{};
    random.fill(b);
    auto const ms =
        static_cast<std::uint64_t>(floor<milliseconds>(clock.now()).time_since_epoch().count());
    for (int i = 0; i < 6; ++i)
        b[static_cast<std::size_t>(i)] = static_cast<unsigned char>(ms >> (8 * (5 - i)));
    b[6] = static_cast<unsigned char>(0x70 | (b[6] & 0x0f));
    b[8] = static_cast<unsigned char>(0x80 | (b[8] & 0x3f));
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < b.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text.push_back('-');
        fmt::format_to(std::back_inserter(text), "{:02x}", b[i]);
    }
    return text;
}

std::string new_uuid() {
    system_random random;
    return new_uuid(real_clock{}, random);
}

std::string random_hex(std::size_t bytes) {
    std::vector<unsigned char> raw(bytes);
    system_random{}.fill(raw);
    std::string text;
    text.reserve(2 * bytes);
    for (auto byte : raw) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
    return text;
}

}  // namespace agente
