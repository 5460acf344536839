#include "bench/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace agente::bench {

double rounds::median() const {
    if (values_.empty()) return 0;
    auto sorted = values_;
    std::ranges::sort(sorted);
    auto const middle = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

double rounds::spread() const {
    auto const middle = median();
    if (middle == 0) return 0;
    auto const [least, most] = std::ranges::minmax(values_);
    return (most - least) / 2 / middle;
}

std::string rounds::show(int decimals) const {
    return values_.empty() ? "-" : fmt::format("{:.{}f}", median(), decimals);
}

std::string rounds::show_with_spread(int decimals) const {
    if (values_.size() < 2) return show(decimals);
    return fmt::format("{} ±{:.0f} %", show(decimals), 100 * spread());
}

double latencies::percentile(double part) {
    if (milliseconds_.empty()) return 0;
    std::ranges::sort(milliseconds_);
    auto const at = static_cast<std::size_t>(part * static_cast<double>(milliseconds_.size()));
    return milliseconds_[std::min(at, milliseconds_.size() - 1)];
}

std::string times(double value, double of) {
    return of > 0 ? fmt::format("{:.1f} x", value / of) : "";
}

std::string percent(double value, double of) {
    return of > 0 ? fmt::format("{:.0f} %", 100 * value / of) : "";
}

void progress(std::string const& line) { fmt::print(stderr, "    {}\n", line); }

}  // namespace agente::bench
