#include "net/retry.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace agente::net {

std::chrono::milliseconds backoff::next() {
    auto const first = std::max<std::int64_t>(limits_.first.count(), 1);
    auto const most = std::max<std::int64_t>(limits_.most.count(), first);
    auto whole = first;
    for (unsigned doubled = 0; doubled < failures_ && whole < most; ++doubled)
        whole = whole > most / 2 ? most : whole * 2;
    ++failures_;

    std::array<unsigned char, sizeof(std::uint64_t)> bytes{};
    random_->fill(bytes);
    std::uint64_t drawn = 0;
    std::memcpy(&drawn, bytes.data(), sizeof drawn);
    auto const half = whole / 2;
    auto const spread = static_cast<std::uint64_t>(whole - half) + 1;
    return std::chrono::milliseconds(half + static_cast<std::int64_t>(drawn % spread));
}

}  // namespace agente::net
