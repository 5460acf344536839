// `db migrate`: the steps of db/migrations one by one, with their state in a database.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "operations/finding.hpp"
#include "operations/history.hpp"
#include "operations/schema_files.hpp"

namespace agente::operations {

// Its first line is "-- no-transaction": for concurrent indexes.
bool outside_transaction(sql_file const& file);

}  // namespace agente::operations
