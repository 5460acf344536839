// The PostgreSQL of one worker: a small pool whose round trips are shared by everybody. What every
// store uses.
#pragma once

#include <memory>
#include <string>

#include "net/task.hpp"
#include "postgres/batch.hpp"
#include "postgres/lease.hpp"
#include "postgres/options.hpp"

namespace agente::telemetry {
class metrics;
}

namespace agente::postgres {

class pool;

// Belongs to the one thread that runs its loop. Everything throws postgres::error, of kind:
//   unavailable  it did not happen: never reached the server, breaker open, queue full, waited too
//   long, server stopping timeout      the statement ran longer than its limit, or a read's answer
//   did not come in time in_doubt     a batch that may write was cut off: it may or may not have
//   been committed conflict     a constraint, a deadlock, a serialization failure;  invalid: a
//   value;  internal: a bug of ours
// A cancelled caller gets operation_aborted: its batch is dropped while it waits; one that has left
// goes on, its answer ignored.
class database {
public:
    database(asio::io_context& loop, options with, telemetry::metrics& metrics);
    ~database();
    database(database const&) = delete;
    database& operator=(database const&) = delete;

    // Returns when the first connection is open or failed; the pool goes on trying in the
    // background.
    task<> start();
    // Lets what is under way end (at most the reply deadline), fails what waits, closes all
    // connections.
    task<> stop();

    template <class Row, class... Args>
    task<std::vector<Row>> rows(access const& as, query<Row, Args...> const& q,
                                std::type_identity_t<Args> const&... args) {
        batch one(as);
        auto const at = one.add(q, args...);
        return rows_of(std::move(one), at);
    }
    // At most one row: more are an error (internal).
    template <class Row, class... Args>
    task<std::optional<Row>> row(access const& as, query<Row, Args...> const& q,
                                 std::type_identity_t<Args> const&... args) {
        batch one(as);
        auto const at = one.add(q, args...);
        return row_of(std::move(one), at);
    }
    // How many rows were touched.
    template <class... Args>
    task<std::int64_t> execute(access const& as, query<void, Args...> const& q,
                               std::type_identity_t<Args> const&... args) {
        batch one(as);
        auto const at = one.add(q, args...);
        return affected_by(std::move(one), at);
    }

    task<answers> run(batch statements);

    // A connection out of sharing, transaction begun as `as`. Waits at most `most_wait` for one;
    // throws unavailable.
    task<lease> exclusive(access const& as, std::chrono::milliseconds most_wait);

    // How round trips are shared now, and why: for `check`, readiness and logs.
    struct status {
        pipeline_mode mode;  // never automatic
        std::string reason;
        std::size_t open;
        std::size_t waiting;
        std::string last_connect_error;  // empty: the last attempt worked
    };
    status now() const;

private:
    template <class Row>
    task<std::vector<Row>> rows_of(batch one, handle<Row> at) {
        auto const all = co_await run(std::move(one));
        co_return all.rows(at);
    }
    template <class Row>
    task<std::optional<Row>> row_of(batch one, handle<Row> at) {
        auto const all = co_await run(std::move(one));
        co_return all.row(at);
    }
    task<std::int64_t> affected_by(batch one, handle<void> at);

    std::shared_ptr<pool> pool_;
};

}  // namespace agente::postgres
