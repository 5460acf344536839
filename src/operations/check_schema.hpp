// Our six tables, the migrations and the extensions. Used by `check`.
#pragma once

#include <string>
#include <vector>

#include "operations/finding.hpp"
#include "operations/schema_files.hpp"
#include "postgres/command_connection.hpp"

namespace agente::operations {

struct applied_migration {
    int version{};  // 0: schema.sql
    std::string name, checksum;
};

struct extension_state {
    std::string name;
    std::string installed;  // its version; empty: not here
    std::string schema;
};

struct schema_facts {
    std::vector<std::string> tables;  // of our six
    bool bookkeeping{};               // agente.migrations is there
    std::vector<applied_migration> applied;
    std::vector<extension_state> extensions;  // those we ask for, when the server has them
};

schema_facts read_schema_facts(postgres::command_connection& db);

findings judge_schema(schema_facts const& facts, schema_files const& files);

}  // namespace agente::operations
