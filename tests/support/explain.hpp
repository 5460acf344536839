// How the server would run our queries when there are many hotels: which of them read a large table
// from end to end.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "postgres/query.hpp"

namespace agente::support {

// Fills a deployed, empty database with `tenants` hotels and as many rows in each other table (and
// analyses them).
void fill_with_hotels(std::string const& url, int tenants = 100'000);

// Plans every query as agente_system, as agente_app for one hotel and as agente_platform, whichever
// may run it, else as the owner, with the plan that its parameters get when they are bound (the
// pool sends unnamed statements, so that is what happens). Returns a line for each sequential scan
// of a table with 10,000 rows or more: "tenancy.find_by_slug as agente_system: Seq Scan on
// tenants". Throws std::runtime_error when a query cannot be planned at all. Parameters get a value
// by their type; `values` replaces them for a query's name, as SQL literals in their order.
std::vector<std::string> sequential_scans(
    std::string const& url, std::vector<agente::postgres::query_text> const& queries,
    std::map<std::string, std::vector<std::string>> const& values = {});

}  // namespace agente::support
