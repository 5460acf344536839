// What the settings say about identity and about secrets at rest. Used by app/worker, the commands,
// and by `serve` before it starts.
#pragma once

#include <string>
#include <vector>

#include "app/settings.hpp"
#include "identity/options.hpp"

namespace agente::app {

identity::options identity_options(settings const& s);
std::vector<secret> settings_keys(settings const& s);  // for tenancy::sealer

// What is wrong with them, each with its setting; empty: nothing.
std::vector<std::string> identity_problems(settings const& s);

}  // namespace agente::app
