// What the tests of the pool share: running a task to its end, options for a server, queries of the
// table they read.
#pragma once

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>

#include "postgres/database.hpp"
#include "telemetry/metrics.hpp"

namespace agente::postgres::tests {

template <class T>
task<> keep_value(task<T> work, std::optional<T>& in) {
    in.emplace(co_await std::move(work));
}

// Runs the loop until `work` ended; throws what it threw.
inline void wait_for(asio::io_context& loop, task<> work) {
    std::exception_ptr failed;
    bool ended = false;
    asio::co_spawn(loop, std::move(work), [&](std::exception_ptr e) { failed = e, ended = true; });
    while (!ended) loop.run_one();
    if (failed) std::rethrow_exception(failed);
}

template <class T>
T wait_for(asio::io_context& loop, task<T> work) {
    std::optional<T> value;
    wait_for(loop, keep_value(std::move(work), value));
    return std::move(*value);
}

// Runs the loop until the condition holds, at most 20 s.
template <class Condition>
[[nodiscard]] bool run_until(asio::io_context& loop, Condition holds) {
    auto const until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!holds()) {
        if (std::chrono::steady_clock::now() > until) return false;
        loop.run_one_for(std::chrono::milliseconds(20));
    }
    return true;
}

inline options options_for(std::string_view url, pipeline_mode mode, std::size_t size = 4) {
    options with;
    with.server = parse_url(url).value();
    with.mode = mode;
    with.size = size;
    return with;
}

// What a task failed with; a test failure when it did not.
template <class T>
error failure_of(asio::io_context& loop, task<T> work) {
    try {
        wait_for(loop, std::move(work));
    } catch (error const& e) {
        return e;
    }
    ADD_FAILURE() << "it did not fail";
    return error(agente::error(error_kind::internal, "none", "it did not fail"));
}

}  // namespace agente::postgres::tests
