#include "postgres/table.hpp"

#include <libpq-fe.h>

#include <charconv>

namespace agente::postgres {

void table::clear::operator()(pg_result* result) const noexcept { PQclear(result); }

table table::of(std::vector<std::pair<std::string, type_oid>> const& columns,
                std::vector<std::vector<std::optional<std::string>>> const& rows) {
    table made(PQmakeEmptyPGresult(nullptr, PGRES_TUPLES_OK));
    std::vector<PGresAttDesc> attributes;
    attributes.reserve(columns.size());
    for (auto const& [name, type] : columns)
        attributes.push_back({const_cast<char*>(name.c_str()), 0, 0, 0, type, -1, -1});
    PQsetResultAttrs(made.result_.get(), static_cast<int>(attributes.size()), attributes.data());
    for (int r = 0; auto const& row : rows) {
        for (int c = 0; auto const& cell : row) {
            PQsetvalue(made.result_.get(), r, c, cell ? const_cast<char*>(cell->c_str()) : nullptr,
                       cell ? static_cast<int>(cell->size()) : -1);
            ++c;
        }
        ++r;
    }
    return made;
}

int table::row_count() const noexcept { return PQntuples(result_.get()); }
int table::column_count() const noexcept { return PQnfields(result_.get()); }

std::string_view table::column_name(int column) const noexcept {
    auto const* name = PQfname(result_.get(), column);
    return name != nullptr ? name : "";
}

type_oid table::column_type(int column) const noexcept { return PQftype(result_.get(), column); }
bool table::is_null(int row, int column) const noexcept {
    return PQgetisnull(result_.get(), row, column) != 0;
}

std::string_view table::text(int row, int column) const noexcept {
    return {PQgetvalue(result_.get(), row, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t table::affected() const noexcept {
    if (!result_) return 0;
    std::string_view const count = PQcmdTuples(result_.get());
    std::int64_t number = 0;
    std::from_chars(count.data(), count.data() + count.size(), number);
    return number;
}

std::string_view table::command() const noexcept {
    return result_ ? PQcmdStatus(result_.get()) : "";
}

}  // namespace agente::postgres
