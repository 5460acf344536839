// GET /health/live, /health/ready and /metrics: what load balancers, orchestrators and Prometheus
// ask.
#pragma once

#include <boost/describe.hpp>
#include <functional>
#include <optional>
#include <string>

#include "http/router.hpp"
#include "net/task.hpp"
#include "telemetry/metrics.hpp"

namespace agente::app {

// How each part that readiness depends on is asked. Throws when it cannot be used; bounded by
// `health_options::deadline`.
struct health_probes {
    std::function<task<>()> postgres;
    std::function<task<>()> redis;
    std::function<task<>()> pms;  // empty: not a part of readiness
};

struct health_options {
    std::chrono::milliseconds deadline{3'000};
    std::string version;
};

enum class health { healthy, unhealthy };
BOOST_DESCRIBE_ENUM(health, healthy, unhealthy)

// Each part is "connected" or "unavailable: <code>".
struct ready_report {
    health status{health::healthy};
    std::string postgres;
    std::string redis;
    std::optional<std::string> pms;  // null: not asked
    std::string version;
};
BOOST_DESCRIBE_STRUCT(ready_report, (), (status, postgres, redis, pms, version))

// /health/live answers 200 while the event loop turns. /health/ready answers a ready_report, 200 or
// 503. /metrics is guarded by address in app/worker.
void add_health_routes(http::router& routes, health_probes probes, telemetry::metrics& metrics,
                       health_options options);

}  // namespace agente::app
