#include "postgres/rows.hpp"

#include <fmt/format.h>

namespace agente::postgres::detail {

void no_column(std::string_view query, std::string_view member) {
    throw shape_error(
        query, fmt::format("no column is called \"{}\", which a member of its row is", member));
}
void no_member(std::string_view query, std::string_view column) {
    throw shape_error(
        query,
        fmt::format("column \"{}\" has no member in its row (or stands there twice)", column));
}
void wrong_type(std::string_view query, std::string_view column, type_oid type) {
    throw shape_error(
        query,
        fmt::format("column \"{}\" has type OID {}, which its member cannot hold", column, type));
}
void unexpected_null(std::string_view query, std::string_view column) {
    throw shape_error(query,
                      fmt::format("column \"{}\" is NULL, but its member is not optional", column));
}
void unreadable(std::string_view query, std::string_view column, std::string_view why) {
    throw shape_error(query, fmt::format("column \"{}\" {}", column, why));
}
void not_one_column(std::string_view query, int columns) {
    throw shape_error(query, fmt::format("one column is expected, the result has {}", columns));
}
void more_than_one_row(std::string_view query, int rows) {
    throw shape_error(query, fmt::format("at most one row is expected, the result has {}", rows));
}

}  // namespace agente::postgres::detail
