// What others than the service could reach: a summary; `db lint` has the whole of it.
#pragma once

#include <string>
#include <vector>

#include "operations/finding.hpp"
#include "postgres/command_connection.hpp"

namespace agente::operations {

struct exposure_facts {
    int our_tables{};                    // of the schemas public (the six) and agente
    std::vector<std::string> unguarded;  // of those: row level security not enabled and forced
    bool data_api_roles{};               // anon or authenticated exist: Supabase's
    std::vector<std::string> reachable;  // tables and views of public and agente, by either
    std::vector<std::string> callable;   // functions of agente, by either
};

exposure_facts read_exposure(postgres::command_connection& db);

findings judge_exposure(exposure_facts const& facts);

}  // namespace agente::operations
