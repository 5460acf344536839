// A database as the earlier (Python) installation made it, for the tests of adoption.
#pragma once

#include <string>

namespace agente::operations {

// Tables, indexes, function, triggers and alembic_version, no rows.
extern std::string const earlier_tables;
// Two hotels, people, sessions, guests' addresses and locks that fit as they are; and the ones
// below need a choice each.
extern std::string const ordinary_rows;
extern std::string const awkward_rows;

}  // namespace agente::operations
