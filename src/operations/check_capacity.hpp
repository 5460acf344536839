// How much room there is, and how much of it we and others take. Used by `check`; `report` takes
// the quotas from here.
#pragma once

#include "operations/check.hpp"
#include "operations/endpoint.hpp"

namespace agente::operations {

struct tier_limits {
    std::string_view name;
    std::int64_t bytes, connections;
    std::int64_t pooler_clients;  // of a transaction pooler
};

tier_limits limits_of(supabase_tier tier);

struct capacity_facts {
    std::int64_t bytes{};        // of this database
    std::int64_t connections{};  // to the server, of everybody
    std::int64_t ours{};         // of those, this program's, this check included
    std::int64_t allowed{};      // max_connections without those kept for superusers
};

capacity_facts read_capacity(postgres::command_connection& db);

findings judge_capacity(capacity_facts const& facts, endpoint const& at,
                        check_options const& options);

}  // namespace agente::operations
