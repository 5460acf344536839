// A result's rows as structs, columns found by name. Used by the batch and the pool; knows no
// libpq: it reads a `result_view`.
#pragma once

#include <array>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "postgres/error.hpp"
#include "postgres/value.hpp"

namespace agente::postgres {

template <class View>
concept result_view = requires(View const& v, int row, int column) {
    { v.row_count() } -> std::convertible_to<int>;
    { v.column_count() } -> std::convertible_to<int>;
    { v.column_name(column) } -> std::convertible_to<std::string_view>;
    { v.column_type(column) } -> std::convertible_to<type_oid>;
    { v.is_null(row, column) } -> std::convertible_to<bool>;
    { v.text(row, column) } -> std::convertible_to<std::string_view>;
};

template <class Row>
concept described_row = boost::describe::has_describe_members<Row>::value && !std::is_enum_v<Row>;

namespace detail {

template <class Row>
using row_members = boost::describe::describe_members<Row, boost::describe::mod_public |
                                                               boost::describe::mod_inherited>;

template <class T>
struct member_value : value<T> {
    static constexpr bool nullable = false;
};
template <class T>
struct member_value<std::optional<T>> : value<T> {
    static constexpr bool nullable = true;
};

// Messages live in rows.cpp, so that each row type costs little to compile.
[[noreturn]] void no_column(std::string_view query, std::string_view member);
[[noreturn]] void no_member(std::string_view query, std::string_view column);
[[noreturn]] void wrong_type(std::string_view query, std::string_view column, type_oid type);
[[noreturn]] void unexpected_null(std::string_view query, std::string_view column);
[[noreturn]] void unreadable(std::string_view query, std::string_view column, std::string_view why);
[[noreturn]] void not_one_column(std::string_view query, int columns);
[[noreturn]] void more_than_one_row(std::string_view query, int rows);

template <class T, result_view View>
T read_value(std::string_view query, View const& view, int row, int column) {
    if (view.is_null(row, column)) {
        if constexpr (member_value<T>::nullable)
            return T{};
        else
            unexpected_null(query, view.column_name(column));
    }
    try {
        return T(member_value<T>::parse(view.text(row, column)));
    } catch (bad_value const& wrong) {
        unreadable(query, view.column_name(column), wrong.what());
    }
}

}  // namespace detail

// Which column fills which member, found and type-checked once per result: every member has its
// column and the other way round.
template <class Row>
class row_plan {
public:
    template <result_view View>
    row_plan(std::string_view query, View const& view) {
        if constexpr (described_row<Row>) {
            std::size_t member = 0;
            boost::mp11::mp_for_each<detail::row_members<Row>>([&](auto d) {
                columns_[member++] = find<member_type<decltype(d)>>(query, view, d.name);
            });
            for (int c = 0; c < view.column_count(); ++c)
                if (std::ranges::find(columns_, c) == columns_.end())
                    detail::no_member(query, view.column_name(c));
        } else {
            if (view.column_count() != 1) detail::not_one_column(query, view.column_count());
            check_type<Row>(query, view, 0);
        }
    }

    template <result_view View>
    Row read(std::string_view query, View const& view, int row) const {
        if constexpr (described_row<Row>) {
            Row out{};
            std::size_t member = 0;
            boost::mp11::mp_for_each<detail::row_members<Row>>([&](auto d) {
                out.*d.pointer = detail::read_value<member_type<decltype(d)>>(query, view, row,
                                                                              columns_[member++]);
            });
            return out;
        } else {
            return detail::read_value<Row>(query, view, row, 0);
        }
    }

private:
    template <class Descriptor>
    using member_type = std::remove_cvref_t<decltype(std::declval<Row&>().*Descriptor::pointer)>;

    template <class T, result_view View>
    static void check_type(std::string_view query, View const& view, int column) {
        if (!detail::member_value<T>::reads(view.column_type(column)))
            detail::wrong_type(query, view.column_name(column), view.column_type(column));
    }

    template <class T, result_view View>
    static int find(std::string_view query, View const& view, std::string_view name) {
        for (int c = 0; c < view.column_count(); ++c) {
            if (view.column_name(c) != name) continue;
            check_type<T>(query, view, c);
            return c;
        }
        detail::no_column(query, name);
    }

    static constexpr std::size_t size() {
        if constexpr (described_row<Row>)
            return boost::mp11::mp_size<detail::row_members<Row>>::value;
        else
            return 1;
    }
    std::array<int, size()> columns_{};
};

// Throw postgres::error{internal} when the result does not fit.
template <class Row, result_view View>
std::vector<Row> read_rows(std::string_view query, View const& view) {
    row_plan<Row> const plan(query, view);
    std::vector<Row> all;
    all.reserve(static_cast<std::size_t>(view.row_count()));
    for (int r = 0; r < view.row_count(); ++r) all.push_back(plan.read(query, view, r));
    return all;
}

template <class Row, result_view View>
std::optional<Row> read_row(std::string_view query, View const& view) {
    row_plan<Row> const plan(query, view);
    if (view.row_count() > 1) detail::more_than_one_row(query, view.row_count());
    if (view.row_count() == 0) return std::nullopt;
    return plan.read(query, view, 0);
}

}  // namespace agente::postgres
