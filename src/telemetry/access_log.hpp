// What is kept of every HTTP request: one line in the log and the request metrics. Used by http/.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <unordered_map>

#include "telemetry/metrics.hpp"

namespace agente::telemetry {

// No raw path, no query, no address: they can hold personal data and secrets. `route` is the
// pattern that matched.
struct access_entry {
    std::string_view method;
    std::string_view route;  // empty: no route matched
    int status{0};
    std::chrono::steady_clock::duration took{};
    std::size_t bytes_in{0};   // of the request's body
    std::size_t bytes_out{0};  // of the answer, headers included
    std::string_view request_id;
};

// Belongs to one event loop. Metrics: http_requests_total{method,route,status},
// http_request_duration_seconds{route}.
class access_log {
public:
    // `lines` false: metrics only.
    access_log(metrics& m, bool lines) : metrics_(m), lines_(lines) {}
    void write(access_entry const& entry);

private:
    metrics& metrics_;
    bool lines_;
    std::string key_;  // kept for its memory
    std::unordered_map<std::string, counter*> requests_;
    std::unordered_map<std::string, histogram*> durations_;
};

}  // namespace agente::telemetry
