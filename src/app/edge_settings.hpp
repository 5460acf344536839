// What the settings say about the edge: proxies, other sites' pages, host names, who sees metrics.
// Used by app/worker, and by `serve` before it starts.
#pragma once

#include "app/edge_guard.hpp"
#include "app/settings.hpp"
#include "http/server.hpp"

namespace agente::app {

// Errors name the setting and the entry that cannot be used.
result<http::server_options> edge_server_options(settings const& s);
result<edge_options> edge_guard_options(settings const& s,
                                        std::vector<http::problem_doc> authentication_problems);
std::vector<std::string> edge_problems(settings const& s);  // those errors, for `serve`

std::vector<std::string> documented_servers(settings const& s);

}  // namespace agente::app
