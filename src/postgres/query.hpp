// A named statement with the types of its row and parameters, and the encoded parameters. Every
// *_store.cpp declares its own:
//   constexpr query<tenant_row, std::string> find_by_slug{"tenancy.find_by_slug",
//       "select id, name from public.tenants where tenant_id = $1", sharing::coalescible};
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "postgres/error.hpp"
#include "postgres/value.hpp"

namespace agente::postgres {

enum class sharing {
    alone,       // its round trip is its batch's own
    coalescible  // may share an implicit transaction with reads of others: READ COMMITTED, no side
                 // effects, never a write
};

// Row: a struct described with BOOST_DESCRIBE_STRUCT, a scalar (the only column), or void (no rows,
// affected count only). `name` ("folder.what_it_does") appears in errors, metrics and the EXPLAIN
// test. Both texts must be literals (kept by reference, NUL-ended).
template <class Row, class... Args>
struct query {
    std::string_view name;
    std::string_view sql;
    sharing share{sharing::alone};
};

// The parameters of one statement as libpq takes them: explicit types, text format.
class parameters {
public:
    // Throws postgres::error{invalid} for a value that cannot be sent.
    template <class... Args>
    static parameters of(std::string_view query, Args const&... args) {
        parameters all;
        all.types_.reserve(sizeof...(Args));
        all.starts_.reserve(sizeof...(Args));
        try {
            (all.add(args), ...);
        } catch (bad_value const& wrong) {
            throw parameter_error(query, all.types_.size(), wrong.what());
        }
        return all;
    }

    int size() const noexcept { return static_cast<int>(types_.size()); }
    type_oid const* types() const noexcept { return types_.data(); }
    std::size_t bytes() const noexcept { return text_.size(); }

    // One pointer a parameter, null for NULL; valid until this object changes, moves or dies.
    std::vector<char const*> pointers() const {
        std::vector<char const*> all;
        all.reserve(starts_.size());
        for (auto const start : starts_)
            all.push_back(start == null ? nullptr : text_.data() + start);
        return all;
    }

    template <class T>
    void add(T const& v) {
        types_.push_back(value<T>::type);
        starts_.push_back(null);
        auto const start = text_.size();
        value<T>::append(text_, v);
        text_ += '\0';
        starts_.back() = start;
    }
    template <class T>
    void add(std::optional<T> const& v) {
        if (v) return add(*v);
        types_.push_back(value<T>::type);
        starts_.push_back(null);
    }

    // A value that is in text format already. The caller has checked it.
    void add_text(type_oid type, std::string_view text) {
        types_.push_back(type);
        starts_.push_back(text_.size());
        text_ += text;
        text_ += '\0';
    }

private:
    static constexpr std::size_t null = static_cast<std::size_t>(-1);
    std::string text_;  // the values, a NUL after each
    std::vector<type_oid> types_;
    std::vector<std::size_t> starts_;
};

// What tools need to know of a query: the lint, the EXPLAIN test, metrics.
struct query_text {
    std::string_view name;
    std::string_view sql;
    std::vector<type_oid> types;
    sharing share;
};

namespace detail {
template <class T>
struct parameter_type {
    static constexpr type_oid value = postgres::value<T>::type;
};
template <class T>
struct parameter_type<std::optional<T>> : parameter_type<T> {};
}  // namespace detail

template <class Row, class... Args>
query_text describe(query<Row, Args...> const& q) {
    return {q.name, q.sql, {detail::parameter_type<Args>::value...}, q.share};
}

}  // namespace agente::postgres
