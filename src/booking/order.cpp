#include "booking/order.hpp"

namespace agente::booking {

std::string_view to_string(outcome::kind what) noexcept {
    switch (what) {
        case outcome::kind::confirmed: return "confirmed";
        case outcome::kind::sold_out: return "sold_out";
        case outcome::kind::price_changed: return "price_changed";
        case outcome::kind::busy: return "busy";
        case outcome::kind::not_checked: return "not_checked";
        case outcome::kind::unknown: return "unknown";
        case outcome::kind::refused: return "refused";
    }
    return "unknown";
}

}  // namespace agente::booking
