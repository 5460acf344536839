// Guests' messages as signed webhooks, made before the clock runs. Used by the benchmarks of the
// service.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"

namespace agente::bench {

struct webhook_source {
    unsigned short port{};
    secret app_secret;
    std::vector<std::string> number_ids;  // the hotels' numbers, in turn
};

// The whole HTTP request of a guest's first message; a guest of its own for each `n`.
std::string guest_phone(std::size_t n);  // digits
std::string webhook(webhook_source const& to, std::size_t n, std::string_view text);

}  // namespace agente::bench
