#include "embedded/port_start.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "embedded/private_folder.hpp"

namespace agente::embedded {

void start_on_port(process& server, unsigned short& port, start_plan const& plan) {
    using namespace std::chrono_literals;
    auto const end = std::chrono::steady_clock::now() + plan.limit;
    for (;;) {
        auto const chosen = port == 0 ? free_port() : port;
        server.start(plan.command_for(chosen));
        auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(
            end - std::chrono::steady_clock::now());
        if (server.wait_for(plan.ready, std::max(left, 1ms))) {
            port = chosen;
            return;
        }
        auto const log = server.log();
        auto const says = [&log](std::string_view text) {
            return log.find(text) != std::string::npos;
        };
        bool const passes = says(plan.port_taken) || std::ranges::any_of(plan.passing, says);
        if (!passes || std::chrono::steady_clock::now() >= end)
            throw failure(error(error_kind::unavailable, "embedded.start_failed",
                                fmt::format("{} did not start; the end of its log:\n{}", plan.name,
                                            server.last_lines(10))));
        std::this_thread::sleep_for(50ms);
    }
}

}  // namespace agente::embedded
