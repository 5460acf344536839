#include "operations/finding.hpp"

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

}  // namespace agente::operations
