#include "base/error.hpp"

#include "base/result.hpp"

namespace agente {

std::string_view to_string(error_kind kind) noexcept {
    switch (kind) {
        case error_kind::invalid: return "invalid";
        case error_kind::unauthenticated: return "unauthenticated";
        case error_kind::forbidden: return "forbidden";
        case error_kind::not_found: return "not_found";
        case error_kind::conflict: return "conflict";
        case error_kind::too_large: return "too_large";
        case error_kind::rate_limited: return "rate_limited";
        case error_kind::unavailable: return "unavailable";
        case error_kind::timeout: return "timeout";
        case error_kind::in_doubt: return "in_doubt";
        case error_kind::internal: return "internal";
    }
    return "internal";
}

void throw_exception_from_error(error const& e, boost::source_location const&) { throw failure(e); }

}  // namespace agente
