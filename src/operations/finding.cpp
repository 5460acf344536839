#include "operations/finding.hpp"

#include <fmt/format.h>

namespace agente::operations {

std::string_view to_string(severity level) noexcept {
    switch (level) {
        case severity::ok: return "ok";
        case severity::info: return "info";
        case severity::warning: return "warning";
        case severity::fault: return "fault";
    }
    return "fault";
}

std::string summary(findings const& all) {
    auto const counted = [&](severity level, std::string_view one) {
        auto const n = std::ranges::count(all, level, &finding::level);
        return fmt::format("{} {}{}", n, one, n == 1 ? "" : "s");
    };
    return fmt::format("{}, {}", counted(severity::fault, "fault"),
                       counted(severity::warning, "warning"));
}

}  // namespace agente::operations
