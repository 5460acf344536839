// `db lint`: what Supabase's database advisor would say of our schemas, and what it does not look
// at but an operator should know. Also used by `preflight`.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "operations/finding.hpp"
#include "postgres/command_connection.hpp"

namespace agente::operations {

// One thing that can be wrong. Its findings are called "lint." + id.
struct lint_rule {
    std::string_view id;       // "rls_disabled"
    std::string_view advisor;  // the number Supabase's advisor gives it: "0013"; empty: ours alone
    severity level;
    // A select of object, part and detail (text, never null), a row for each fault. May use the
    // tables of lint_tables (lint.cpp) and $1, the names of the schemas.
    std::string_view sql;
    // {object}, {part} and {detail} are filled in. Names come quoted as SQL wants them, so that a
    // cure can be pasted.
    std::string_view sentence;
    std::string_view cure;
};

// All rules, by group: who may reach what, row level security, tables and indexes.
std::vector<lint_rule> lint_rules();

struct lint_options {
    std::vector<std::string> schemas{"public", "agente"};
};

// Reads the catalog in one read-only transaction; any role can. What is wrong, first what was
// looked at (info). A schema that does not exist is a fault. Throws postgres::error.
findings lint(postgres::command_connection& connection, lint_options const& options = {});

}  // namespace agente::operations
