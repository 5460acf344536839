// What a check found: the one form in which every command of operators reports. Printed by
// app/findings.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace agente::operations {

enum class severity {
    ok,       // as it should be
    info,     // a fact worth knowing
    warning,  // works, but will bite
    fault     // must be mended: the command's exit code is 1
};

std::string_view to_string(severity level) noexcept;  // "ok", "info", "warning", "fault"

struct finding {
    std::string check;  // a stable word for programs: "tls.verified"
    severity level{severity::ok};
    std::string what;  // what was seen and, when it is wrong, why; no secret
    std::string cure;  // what to do; empty only for ok and info
};

using findings = std::vector<finding>;

inline severity worst(findings const& all) {
    auto const found = std::ranges::max_element(all, {}, &finding::level);
    return found == all.end() ? severity::ok : found->level;
}

std::string summary(findings const& all);  // "2 faults, 1 warning"

}  // namespace agente::operations
