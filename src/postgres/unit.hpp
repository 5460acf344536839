// A batch on its way through the pool: what it says, how it is doing, who waits for it. Internal to
// this folder.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "net/task.hpp"
#include "postgres/batch.hpp"

namespace agente::postgres {

using steady_time = std::chrono::steady_clock::time_point;
using steady_duration = std::chrono::steady_clock::duration;

// What a connection that dies under a unit means for it.
enum class when_cut {
    retry_once,  // a read: nothing can have happened
    in_doubt,    // it may have been committed
    rolled_back  // a statement of an open transaction: it was certainly not committed
};

class unit {
public:
    std::vector<statement> statements;  // the scope statement first
    std::size_t hidden{1};  // how many of them are ours: their tables are not the caller's
    std::size_t bytes{0};
    std::string_view query;  // the name of the caller's first statement
    std::string tenant;
    bool coalescible{false};
    bool grouped{false};  // a group commit's statement: many callers wait for it
    when_cut cut{when_cut::in_doubt};

    steady_time submitted{};
    steady_time expires{};  // to have departed by
    bool retried{false};    // after its connection was lost
    bool renewed{false};    // it left in time once; the way it made in vain is not counted, once
    bool abandoned{false};  // the caller was cancelled: the answer is for nobody
    bool tested{false};     // the one that a half-open breaker let through

    std::vector<table> tables;
    std::optional<error> failed;
    int connection{-1};  // a request for an exclusive connection: the one that was granted
    bool done{false};

    // Set while a coroutine waits. Only ever moved out: assigning to one recurses without end in
    // Boost 1.81.
    std::optional<asio::any_completion_handler<void()>> waiter;

    void fail(error with) {
        tables.clear();
        failed.emplace(std::move(with));
    }
};

using unit_ptr = std::shared_ptr<unit>;

}  // namespace agente::postgres
