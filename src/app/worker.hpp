// One event loop with everything that runs on it: the composition root. Made by `serve` and `demo`,
// one a worker thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "app/settings.hpp"
#include "net/cpu_pool.hpp"
#include "net/task.hpp"
#include "postgres/auth_budget.hpp"
#include "telemetry/metrics.hpp"

namespace agente::app {

struct worker_options {
    std::size_t index{0};                                   // of this worker among settings.workers
    std::shared_ptr<postgres::auth_budget> authentication;  // shared by the workers of the process
    net::cpu_pool* hashing{};  // likewise; outlives the workers' requests
};

class worker {
public:
    // Throws failure for settings that cannot work (a URL that does not parse). `s` and `metrics`
    // must outlive it.
    worker(asio::io_context& loop, settings const& s, telemetry::metrics& metrics,
           worker_options options = {});
    ~worker();

    // Connects, starts the background work, listens. A dependency that is down does not keep it
    // from starting: /health/ready says so. Throws failure when the port cannot be had. Returns the
    // port.
    task<unsigned short> start();
    // Stops accepting, finishes or hands back what is in flight (at most SHUTDOWN_SECONDS), closes.
    task<> stop();

private:
    struct parts;
    std::unique_ptr<parts> parts_;
};

}  // namespace agente::app
