// The units that left together before one Sync, and what has come back so far: answers are matched
// by order. Pure. Used by the scheduler, one at a time in `single`, several behind each other on a
// connection in `multi`.
#pragma once

#include "postgres/unit.hpp"

namespace agente::postgres {

// What libpq hands out for one statement.
struct reply {
    enum class kind {
        answer,
        error,   // the server's report; everything after it up to the Sync was skipped
        skipped  // because of an error before it
    };
    kind is;
    table rows;
    // Of an error. The texts are copied: libpq's result is gone when the report is turned into an
    // exception.
    std::string sqlstate, message, constraint, table_name;

    static reply of(table rows) { return {kind::answer, std::move(rows), {}, {}, {}, {}}; }
    static reply of_error(std::string sqlstate, std::string message) {
        return {kind::error, {}, std::move(sqlstate), std::move(message), {}, {}};
    }
    static reply of_skipped() { return {kind::skipped, {}, {}, {}, {}, {}}; }
};

class flight {
public:
    flight(std::vector<unit_ptr> units, steady_time departed)
        : units_(std::move(units)), departed_(departed) {}

    // False: the server answered something nobody asked for. Nothing on this connection can be
    // trusted any more.
    [[nodiscard]] bool take(reply one);
    [[nodiscard]] bool complete() const noexcept {
        return unit_ == units_.size();
    }  // every statement has its reply

    // At the Sync. Units before a failed one are answered: they are reads without side effects
    // under READ COMMITTED (only such may be declared coalescible), so that the rollback takes
    // nothing from them. The failed one keeps its error. Those behind it did not run: `again`.
    struct landing {
        std::vector<unit_ptr> finished;
        std::vector<unit_ptr> again;
    };
    landing land() &&;

    std::vector<unit_ptr>& units() noexcept { return units_; }
    std::vector<unit_ptr> const& units() const noexcept { return units_; }
    steady_time departed() const noexcept { return departed_; }

private:
    std::vector<unit_ptr> units_;
    steady_time departed_;
    std::size_t unit_{0};       // whose reply comes next
    std::size_t statement_{0};  // which of its statements
    std::optional<std::size_t> culprit_;
};

}  // namespace agente::postgres
