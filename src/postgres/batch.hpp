// A caller's statements that belong together: one implicit transaction, one Sync, one round trip.
// All or none of it happens.
#pragma once

#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "postgres/access.hpp"
#include "postgres/query.hpp"
#include "postgres/rows.hpp"
#include "postgres/table.hpp"

namespace agente::postgres {

// One statement with its parameters. `name` and `sql` must be literals: they are kept by reference
// until the answer came.
struct statement {
    std::string_view name;
    std::string_view sql;
    parameters values;
};

template <class Row>
struct handle {
    std::size_t position;
};

class batch {
public:
    explicit batch(access as) : as_(std::move(as)) {}

    // Throws postgres::error{invalid} when a parameter cannot be sent.
    template <class Row, class... Args>
    handle<Row> add(query<Row, Args...> const& q, std::type_identity_t<Args> const&... args) {
        statements_.push_back({q.name, q.sql, parameters::of(q.name, args...)});
        if (q.share == sharing::alone) coalescible_ = false;
        return {statements_.size() - 1};
    }

    // A statement whose parameters were encoded before (group_commit.hpp): a write.
    template <class Row>
    handle<Row> add_encoded(statement one) {
        statements_.push_back(std::move(one));
        coalescible_ = false;
        grouped_ = true;
        return {statements_.size() - 1};
    }

    access const& as() const noexcept { return as_; }
    bool coalescible() const noexcept { return coalescible_; }  // every statement is
    bool grouped() const noexcept { return grouped_; }  // it carries the rows of many callers
    bool empty() const noexcept { return statements_.empty(); }
    std::vector<statement>& statements() noexcept { return statements_; }

private:
    access as_;
    std::vector<statement> statements_;
    bool coalescible_{true};
    bool grouped_{false};
};

// The tables of a batch, in the order its statements were added.
class answers {
public:
    answers(std::vector<std::string_view> names, std::vector<table> tables)
        : names_(std::move(names)), tables_(std::move(tables)) {}

    template <class Row>
    std::vector<Row> rows(handle<Row> of) const {
        return read_rows<Row>(names_[of.position], tables_[of.position]);
    }
    template <class Row>
    std::optional<Row> row(handle<Row> of) const {
        return read_row<Row>(names_[of.position], tables_[of.position]);
    }
    template <class Row>
    std::int64_t affected(handle<Row> of) const {
        return tables_[of.position].affected();
    }
    table const& at(std::size_t position) const { return tables_[position]; }

private:
    std::vector<std::string_view> names_;
    std::vector<table> tables_;
};

}  // namespace agente::postgres
