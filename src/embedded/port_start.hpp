// Starting a server on a port of its own: chosen free, chosen again when somebody was faster, kept
// for later starts.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "embedded/process.hpp"

namespace agente::embedded {

struct start_plan {
    std::string_view name;  // "PostgreSQL", for errors
    std::function<command(unsigned short port)> command_for;
    std::string_view ready;                 // in its log when it serves
    std::string_view port_taken;            // in its log when the port was not free
    std::vector<std::string_view> passing;  // in its log: ended for a reason that passes by itself
    std::chrono::milliseconds limit{60'000};
};

// `port` 0: a free one is chosen and returned in it. Else that port is tried until `limit`.
// Throws failure{unavailable | timeout} with the end of the server's log.
void start_on_port(process& server, unsigned short& port, start_plan const& plan);

}  // namespace agente::embedded
