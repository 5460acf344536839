// What is deployed in a database: schema version, migrations, tables and their sizes. For the
// deployment report.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "postgres/command_connection.hpp"

namespace agente::operations {

struct deployed_migration {
    int version{};
    std::string name;
    time_point applied_at;
    std::string applied_by;
};

struct deployed_table {
    std::string name;      // "public.users"
    std::int64_t rows{};   // as the server's statistics know them
    std::int64_t bytes{};  // with indexes and long values
};

struct deployment_facts {
    std::string database, role;
    std::int64_t bytes{};
    std::vector<deployed_migration> migrations;  // empty: nothing of ours is deployed
    std::vector<deployed_table> tables;          // of public and agente, largest first
};

// Throws postgres::error.
deployment_facts read_deployment(postgres::command_connection& connection);

}  // namespace agente::operations
