// The check of a hotel system as findings: for `pms check` and `preflight`. Blocks.
#pragma once

#include <string>
#include <vector>

#include "app/settings.hpp"
#include "base/result.hpp"
#include "operations/finding.hpp"
#include "qloapps/adapter.hpp"

namespace agente::app {

// How the hotel system of a hotel is reached by its own settings, which come from the database.
// Throws failure: no such hotel, a secret that does not open, postgres::error.
qloapps::adapter_options pms_of_tenant(settings const& s, std::string const& slug);

struct hotel_with_own_system {
    std::string slug;
    result<qloapps::adapter_options> with;  // an error: its settings cannot be used
};
// The active hotels that have an address, key or hotel id of their own, the oldest first, at most
// `most`. Throws postgres::error.
std::vector<hotel_with_own_system> hotels_with_own_systems(settings const& s, int most);

operations::findings check_pms(qloapps::adapter_options const& with);

// Books a far-future night and cancels it. SIGINT and SIGTERM wait until it is cancelled.
operations::findings try_a_booking(qloapps::adapter_options const& with);

}  // namespace agente::app
