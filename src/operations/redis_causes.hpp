// What a failure of Redis means to an operator, and the cure. Private to redis_check.
#pragma once

#include <string>
#include <string_view>

#include "operations/finding.hpp"

namespace agente::operations {

// The finding for a failure with one of the codes of redis::error or redis::connection while
// `doing` ("SET"); `message` is its text, of which what Redis itself said is quoted.
finding redis_fault(std::string check, std::string_view doing, std::string_view code,
                    std::string_view message);

}  // namespace agente::operations
