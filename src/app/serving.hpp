// All workers of a process, from start to a signal. Used by `serve` and `demo`.
#pragma once

#include <functional>

#include "app/settings.hpp"
#include "telemetry/metrics.hpp"

namespace agente::app {

// Runs settings.workers event loops, each with a thread (the first on the calling one), until
// SIGINT or SIGTERM; then drains. A second signal ends the process at once. `ready` is called with
// the port when all of them listen. Throws failure when a worker cannot start. Returns the exit
// code.
int serve_until_signal(settings const& s, telemetry::metrics& metrics,
                       std::function<void(unsigned short)> ready);

}  // namespace agente::app
