#include "support/run.hpp"

#include <stdexcept>

namespace agente::support::detail {

void drive(asio::io_context& loop, bool const& done, std::chrono::steady_clock::duration limit) {
    auto const end = std::chrono::steady_clock::now() + limit;
    loop.restart();
    while (!done) {
        if (loop.run_one_until(end) > 0) continue;
        if (done) return;
        // The task refers to this call's locals: nothing may run any more.
        throw std::runtime_error(
            loop.stopped()
                ? "the task waits for something that cannot happen: the loop has no work left"
                : "the task did not end in time");
    }
}

}  // namespace agente::support::detail
