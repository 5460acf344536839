// A simulated hotel's bookings in a file, so that a demonstration keeps them.
#pragma once

#include <filesystem>

#include "qloapps/simulator_state.hpp"

namespace agente::qloapps::simulation {

// Empty when `file` is empty or not there. Throws failure("simulator.bad_snapshot") when it cannot
// be read.
state load_state(std::filesystem::path const& file);

// Replaces the file at once; does nothing for an empty name. Throws
// failure("simulator.snapshot_failed").
void keep_state(std::filesystem::path const& file, state const& s);

}  // namespace agente::qloapps::simulation
