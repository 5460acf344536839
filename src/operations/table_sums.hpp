// Rows and checksum of each table of ours: what a backup holds is compared by them, on any server,
// whatever order rows or columns are in.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "postgres/command_connection.hpp"

namespace agente::operations {

struct table_sum {
    std::string schema, name;
    std::vector<std::string> columns;  // by name
    std::int64_t rows{0};
    std::string checksum;  // two sums over the rows' SHA-256, in decimal: "184…:-93…"

    std::string shown() const { return schema + "." + name; }
    bool operator==(table_sum const&) const = default;
};

// agente.migrations: belongs to the schema rather than to the data.
bool is_bookkeeping(table_sum const& one);

// The tables of ours that are there, by name, without rows and checksums. Throws failure conflict
// "backup.hidden_rows": row level security hides rows of one from the connection's role.
std::vector<table_sum> our_tables(postgres::command_connection& database);

// The same, counted and summed in one statement a table; best inside a transaction of the caller's
// that sees one state. `before` hears of each table.
std::vector<table_sum> table_sums(postgres::command_connection& database,
                                  std::function<void(table_sum const&)> const& before = {});

// Rows alone.
std::vector<table_sum> table_rows(postgres::command_connection& database);

// What checksums rest on: how values are written as text. For the transaction; a statement.
std::string fixed_formats();

// A statement that raises an error naming the table unless it holds exactly this.
std::string check_statement(table_sum const& expected);

}  // namespace agente::operations
