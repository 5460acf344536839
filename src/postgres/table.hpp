// What the server answered to one statement: rows of text, or how many rows a write touched.
// rows.hpp reads structs from it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "postgres/value.hpp"

struct pg_result;  // libpq's PGresult

namespace agente::postgres {

class table {
public:
    table() = default;  // no rows, no columns, nothing touched
    explicit table(pg_result* owned) : result_(owned) {}

    // A table made by hand, for tests of what reads tables.
    static table of(std::vector<std::pair<std::string, type_oid>> const& columns,
                    std::vector<std::vector<std::optional<std::string>>> const& rows);

    int row_count() const noexcept;
    int column_count() const noexcept;
    std::string_view column_name(int column) const noexcept;
    type_oid column_type(int column) const noexcept;
    bool is_null(int row, int column) const noexcept;
    std::string_view text(int row, int column) const noexcept;  // valid as long as the table
    std::int64_t affected() const noexcept;     // rows inserted, updated, deleted or selected
    std::string_view command() const noexcept;  // the command tag: "INSERT 0 1", "COMMIT"

private:
    struct clear {
        void operator()(pg_result* result) const noexcept;
    };
    std::unique_ptr<pg_result, clear> result_;
};

}  // namespace agente::postgres
