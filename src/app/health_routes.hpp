// GET /health/live, /health/ready and /metrics: what load balancers, orchestrators and Prometheus
// ask.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/router.hpp"
#include "net/task.hpp"
#include "telemetry/metrics.hpp"

namespace agente::app {

// One dependency of readiness. `probe` throws when the dependency cannot be used; it is bounded by
// `health_options::deadline`.
struct dependency {
    std::string name;  // "postgres"
    std::function<task<>()> probe;
};

struct health_options {
    std::chrono::milliseconds deadline{3'000};
    std::string version;
};

// /health/live answers 200 while the event loop turns. /health/ready answers 200
// {"status":"healthy","postgres":"connected",…} or 503 with "unavailable: <why>" at the part that
// fails. /metrics is guarded by address in app/worker.
void add_health_routes(http::router& routes, std::vector<dependency> dependencies,
                       telemetry::metrics& metrics, health_options options);

}  // namespace agente::app
