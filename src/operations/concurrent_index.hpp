// Statements that build or drop indexes beside running traffic, and what is left when one was cut
// off. Used by migrate.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "postgres/command_connection.hpp"

namespace agente::operations {

struct concurrent_index {
    std::string schema, name;  // as the catalogue has them
};

// Of a CREATE INDEX CONCURRENTLY; nullopt: it is something else. Throws failure invalid
// "migrate.not_repeatable" for one that has no name or no IF NOT EXISTS, for a table without its
// schema, and for a DROP INDEX without IF EXISTS.
std::optional<concurrent_index> index_made_by(std::string_view statement);

// Drops the index when a run that was cut off left it invalid; true: it did. Throws failure
// conflict "migrate.index_under_way" when another session is building it this moment.
bool drop_when_invalid(postgres::command_connection& database, concurrent_index const& index);

}  // namespace agente::operations
