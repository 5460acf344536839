// A connection of one's own for read-decide-write work: an explicit transaction, begun already.
// Made by database::exclusive.
#pragma once

#include <memory>

#include "net/task.hpp"
#include "postgres/batch.hpp"

namespace agente::postgres {

class pool;
class unit;

// Dies without commit(): rolled back. Every statement is a round trip of its own; after an error of
// the server only rollback (that is, destruction) is left. One statement at a time.
class lease {
public:
    lease(lease&&) noexcept;
    lease& operator=(lease&&) = delete;
    ~lease();

    template <class Row, class... Args>
    task<std::vector<Row>> rows(query<Row, Args...> const& q,
                                std::type_identity_t<Args> const&... args) {
        return rows_of<Row>({q.name, q.sql, parameters::of(q.name, args...)});
    }
    template <class Row, class... Args>
    task<std::optional<Row>> row(query<Row, Args...> const& q,
                                 std::type_identity_t<Args> const&... args) {
        return row_of<Row>({q.name, q.sql, parameters::of(q.name, args...)});
    }
    template <class... Args>
    task<std::int64_t> execute(query<void, Args...> const& q,
                               std::type_identity_t<Args> const&... args) {
        return affected_by({q.name, q.sql, parameters::of(q.name, args...)});
    }

    // Throws postgres::error: in_doubt when the connection was lost before the server's word came;
    // any other kind: rolled back. The connection goes back to the pool either way.
    task<> commit();

private:
    friend class pool;
    lease(std::weak_ptr<pool> from, int connection)
        : pool_(std::move(from)), connection_(connection) {}

    task<table> send(statement one, bool commits = false);
    template <class Row>
    task<std::vector<Row>> rows_of(statement one) {
        auto const name = one.name;
        auto const answer = co_await send(std::move(one));
        co_return read_rows<Row>(name, answer);
    }
    template <class Row>
    task<std::optional<Row>> row_of(statement one) {
        auto const name = one.name;
        auto const answer = co_await send(std::move(one));
        co_return read_row<Row>(name, answer);
    }
    task<std::int64_t> affected_by(statement one);

    std::weak_ptr<pool> pool_;
    int connection_{-1};  // -1: given back
};

}  // namespace agente::postgres
