// What tenancy asks of PostgreSQL to find a hotel: by number, identifier, slug, words. Used by
// tenancy::directory alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/task.hpp"
#include "postgres/query.hpp"
#include "tenancy/tenant.hpp"

namespace agente::postgres {
class database;
}

namespace agente::tenancy::store {

// Every function runs as the system, for no tenant is known yet, and returns active tenants only
// (find_by_number: all). The first two and find_only return at most two rows: enough to see that
// the answer is not unique.
task<std::vector<tenant>> find_by_number(postgres::database& db, std::string number_id);
task<std::vector<tenant>> find_by_identifier(postgres::database& db,
                                             std::vector<std::string> spellings);
task<std::vector<tenant>> find_by_slug(postgres::database& db, std::string slug);
task<std::vector<tenant>> find_only(postgres::database& db);
task<std::vector<tenant>> first_active(postgres::database& db, int most);
task<std::vector<tenant>> find_by_words(postgres::database& db, std::string prefix_query, int most);

// "Hotel Dem!" -> "hotel:* & dem:*" for find_by_words; empty when there is no word in it.
std::string prefix_query(std::string_view text);

// For the test that looks at every query's plan.
std::vector<postgres::query_text> queries();

}  // namespace agente::tenancy::store
