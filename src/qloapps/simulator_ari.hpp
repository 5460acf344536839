// POST /api/hotel_ari of a simulated QloApps: availability, rates, inventory.
#pragma once

#include "qloapps/simulator_lists.hpp"

namespace agente::qloapps::simulation {

http::response answer_ari(reader const& from, http::request const& r);

}  // namespace agente::qloapps::simulation
