// The questions read_catalog asks, a kind each; internal to catalog.cpp.
#pragma once

#include <boost/describe/class.hpp>
#include <span>

#include "operations/catalog.hpp"

namespace agente::operations {

BOOST_DESCRIBE_STRUCT(catalog_entry, (), (kind, table, name, definition, make, change, unmake))

struct catalog_kind {
    std::string_view name;
    postgres::query<catalog_entry> read;
    bool holds_data{false};  // dropping one loses rows
};

// In the order in which they can be made; dropped the other way round.
std::span<catalog_kind const> catalog_kinds();

}  // namespace agente::operations
