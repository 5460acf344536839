// The check of a hotel system as findings: for `pms check` and `preflight`. Blocks.
#pragma once

#include <string>

#include "app/settings.hpp"
#include "operations/finding.hpp"
#include "qloapps/adapter.hpp"

namespace agente::app {

// How the hotel system of a hotel is reached by its own settings, which come from the database.
// Throws failure: no such hotel, a secret that does not open, postgres::error.
qloapps::adapter_options pms_of_tenant(settings const& s, std::string const& slug);

operations::findings check_pms(qloapps::adapter_options const& with);

// Books a far-future night and cancels it. SIGINT and SIGTERM wait until it is cancelled.
operations::findings try_a_booking(qloapps::adapter_options const& with);

}  // namespace agente::app
