// `db drift`: how a database differs from what schema.sql and the migrations make of an empty one.
#pragma once

#include <functional>
#include <string>

#include "operations/catalog.hpp"
#include "operations/schema_files.hpp"
#include "postgres/command_connection.hpp"

namespace agente::operations {

struct drift_report {
    int server_major{0};  // of the database
    int private_major{
        0};  // of the server it was compared with; another one where that is not installed
    catalog_changes changes;  // what would mend the database
};

// Reads the database in a read-only transaction, and deploys into a private PostgreSQL that is gone
// afterwards. Throws failure conflict "drift.not_deployed" when the database has no schema of ours,
// unavailable when no PostgreSQL server is installed.
drift_report drift_of(postgres::command_connection& database,
                      schema_files const& files = embedded_schema(),
                      std::function<void(std::string_view)> const& told = {});

}  // namespace agente::operations
