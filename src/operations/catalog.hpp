// What a database's catalogue says of our two schemas, piece by piece, each with the SQL that makes
// it: for telling what a deployment would change, and how a database differs from what it should
// be.
#pragma once

#include <string>
#include <vector>

#include "postgres/command_connection.hpp"

namespace agente::operations {

struct catalog_entry {
    std::string kind;        // "column", "index", "grant", …: see kinds()
    std::string table;       // the table it belongs to, "public.users"; empty: none
    std::string name;        // within its kind
    std::string definition;  // two entries that agree in all of these are the same
    std::string make;        // SQL; empty: its make is a part of another's
    std::string change;      // SQL when it exists with another definition; empty: unmake, then make
    std::string unmake;      // SQL; empty: what it is a part of takes it along
};

using catalog = std::vector<catalog_entry>;

// Of the schemas public and agente, without what belongs to extensions and without the rights of
// owners and of Supabase's own roles. Within a transaction of the caller, whose search_path is as
// before afterwards.
catalog read_catalog(postgres::command_connection& database);

enum class change_kind { create, alter, drop };
std::string_view to_string(change_kind kind) noexcept;  // "create"

struct catalog_change {
    change_kind what{};
    std::string kind, table, name;
    std::string before, after;  // definitions; empty: it was not or is not there
    bool loses_data{false};     // its SQL drops something that may hold rows
    bool part_of_table{false};  // of a table that is itself created or dropped
};

struct catalog_changes {
    std::vector<catalog_change> all;  // ordered by kind, then by name
    std::vector<std::string> sql;     // in an order that works

    bool empty() const noexcept { return all.empty(); }
};

// What makes `from` into `to`. Statements that could lose data are in `sql` as comments.
catalog_changes difference(catalog const& from, catalog const& to);

}  // namespace agente::operations
