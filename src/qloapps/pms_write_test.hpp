// One booking made and cancelled again, as proof: `pms check --write-test`.
#pragma once

#include "hotel/property_system.hpp"
#include "qloapps/pms_check.hpp"

namespace agente::qloapps {

// Books one room for one night some two years ahead under a reference "agente-check:…", cancels it
// and reads it again as proof that nothing stays booked. Once it has begun it must be let end: a
// cancelled task would leave the booking. A fault names the order that may still be booked.
task<pms_observations> try_a_booking(hotel::property_system& pms, clock const& time);

}  // namespace agente::qloapps
