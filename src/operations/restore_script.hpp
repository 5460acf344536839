// The SQL around what pg_restore writes, when a backup is put back. Used by restore alone.
#pragma once

#include <string>
#include <vector>

#include "operations/restore.hpp"
#include "operations/schema_files.hpp"

namespace agente::operations {

std::string begin_restore();
std::string refuse_rows(std::vector<table_sum> const& tables);
std::string make_room_for_extension();  // btree_gist, which the booking journal's constraint needs
std::string let_rows_in();              // tables are filled in any order, and by their owner
std::string empty_tables(std::vector<table_sum> const& tables);
std::string close_again();
std::string check_tables(std::vector<table_sum> const& tables);
// The migrations that are newer than `from`, and the schema with its roles, rights and policies, as
// `db deploy` would run them.
std::string bring_up_to_date(int from, schema_files const& files = embedded_schema());

}  // namespace agente::operations
