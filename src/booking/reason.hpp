// How an outcome is written into the journal's column `reason`, and read back when the same order
// comes again.
#pragma once

#include <string>
#include <string_view>

#include "booking/order.hpp"

namespace agente::booking {

// "sold_out", "not_checked: pms.unavailable", "refused: The e-mail address is not valid." At most
// 500 bytes.
std::string to_reason(outcome::kind what, std::string_view detail = {});

struct parsed_reason {
    outcome::kind what;
    std::string detail;
};
// A reason that is no outcome (recovery's "absent: …") means that nothing was booked and nobody
// knows whether it could be.
parsed_reason parse_reason(std::string_view reason);

}  // namespace agente::booking
