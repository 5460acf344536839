// The SQL of identifier_service.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "net/task.hpp"
#include "postgres/access.hpp"
#include "postgres/query.hpp"

namespace agente::postgres {
class database;
}

namespace agente::tenancy::store {

struct identifier_row {
    std::int64_t id{};
    std::string identifier;
    time_point created_at;
};
BOOST_DESCRIBE_STRUCT(identifier_row, (), (id, identifier, created_at))

struct identifier_owner {
    std::string tenant_id, name;
    std::string identifier;  // as it stands there
    time_point created_at;
};
BOOST_DESCRIBE_STRUCT(identifier_owner, (), (tenant_id, name, identifier, created_at))

// All throw postgres::error.
task<std::vector<identifier_row>> list_identifiers(postgres::database& db, postgres::access as,
                                                   std::string slug, std::int64_t after, int most);
// Of any hotel: whoever has one of the spellings. Runs as the service itself.
task<std::vector<identifier_owner>> owners_of(postgres::database& db,
                                              std::vector<std::string> spellings);
// Nothing: somebody has it, or there is no such hotel.
task<std::optional<identifier_row>> add_identifier(postgres::database& db, postgres::access as,
                                                   std::string slug, std::string identifier);
// How many there were.
task<std::int64_t> remove_identifiers(postgres::database& db, postgres::access as, std::string slug,
                                      std::vector<std::string> spellings);
task<bool> tenant_exists(postgres::database& db, postgres::access as, std::string slug);

std::vector<postgres::query_text> identifier_queries();

}  // namespace agente::tenancy::store
