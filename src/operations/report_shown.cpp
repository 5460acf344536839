// Numbers as people read them.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "base/text.hpp"
#include "operations/report.hpp"

namespace agente::operations {
namespace {

std::string grouped(std::int64_t n) {
    auto digits = std::to_string(n < 0 ? -n : n);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return n < 0 ? "-" + digits : digits;
}

// The two largest parts: "3 d 4 h", "12 min 5 s", "0.4 s".
std::string lasting(double seconds) {
    if (seconds < 0) seconds = 0;
    if (seconds < 10) return fmt::format("{:.1f} s", seconds);
    auto const n = static_cast<std::int64_t>(seconds);
    if (n < 60) return fmt::format("{} s", n);
    if (n < 3600) return fmt::format("{} min {} s", n / 60, n % 60);
    if (n < 86'400) return fmt::format("{} h {} min", n / 3600, n % 3600 / 60);
    return fmt::format("{} d {} h", grouped(n / 86'400), n % 86'400 / 3600);
}

std::string in_milliseconds(double ms) {
    if (ms < 1) return fmt::format("{:.3f} ms", ms);
    if (ms < 100) return fmt::format("{:.1f} ms", ms);
    if (ms < 10'000) return fmt::format("{} ms", grouped(std::llround(ms)));
    return lasting(ms / 1000);
}

std::string number(double n, measure of) {
    switch (of) {
        case measure::bytes: return text::size(n);
        case measure::milliseconds: return in_milliseconds(n);
        case measure::seconds: return lasting(n);
        // 99.96 is not 100: rounded towards the worse
        case measure::percent: return fmt::format("{:.1f} %", std::floor(n * 10) / 10);
        default: return n == std::floor(n) ? grouped(std::llround(n)) : fmt::format("{:.2f}", n);
    }
}

struct show {
    measure of;
    std::string operator()(std::monostate) const { return "-"; }
    std::string operator()(bool yes) const { return yes ? "yes" : "no"; }
    std::string operator()(std::int64_t n) const {
        if (of == measure::text) return std::to_string(n);  // a process's number
        if (of == measure::count) return grouped(n);
        return number(static_cast<double>(n), of);
    }
    std::string operator()(double n) const { return number(n, of); }
    std::string operator()(std::string const& text) const { return text; }
};

}  // namespace

std::string shown(report_cell const& cell, measure of) { return std::visit(show{of}, cell); }

}  // namespace agente::operations
