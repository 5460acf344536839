// The machine the service shall run on: space, clock, versions. Used by `preflight`.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "operations/finding.hpp"

namespace agente::operations {

// Free space and whether files can be made, of each folder's file system once.
findings check_disk(std::vector<std::filesystem::path> const& folders);

// This machine's clock against the Date that web servers send: sign-ins, one-time passwords and
// signatures bear some seconds of difference only. An address that does not answer is left out;
// when none does, that is told. Blocks, some seconds for an address.
findings check_clock(std::vector<std::string> const& addresses, clock const& time);

// What this program runs with; one finding.
findings told_versions(std::string const& program_version);

}  // namespace agente::operations
