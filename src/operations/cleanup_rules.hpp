// What is old enough to go: the one table of it, for `db cleanup`, the running service and the
// settings.
#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace agente::operations {

struct cleanup_rule {
    std::string_view name;   // "lock-audit": of options and reports
    std::string_view table;  // "public.lock_audit"
    std::string_view what;   // "lock events", for help texts: older than …
    std::chrono::seconds usual;
    std::chrono::seconds least;  // a shorter time would break something
    std::string_view why_least;
};

// In the order they are applied: replies before the messages they answer.
std::vector<cleanup_rule> const& cleanup_rules();

// How long rows are kept, parallel to cleanup_rules(); zero: for ever. Times below a rule's least
// count as that.
using retention = std::vector<std::chrono::seconds>;
retention usual_retention();

// "12h", "7d", "2w": a whole number above zero and a unit. Invalid "cleanup.bad_duration".
result<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace agente::operations
