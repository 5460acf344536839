// Running a coroutine to its end inside a test. A test that would hang fails instead.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <optional>

#include "net/task.hpp"

namespace agente::support {

namespace detail {
// Drives the loop until `done`; throws std::runtime_error when the limit passes or the loop has
// nothing left to do.
void drive(asio::io_context& loop, bool const& done, std::chrono::steady_clock::duration limit);
}  // namespace detail

inline constexpr auto longest_task = std::chrono::seconds(60);

// The task's value or exception. Other work of the loop goes on meanwhile and stays where it is
// afterwards.
template <class T>
T run(asio::io_context& loop, task<T> work,
      std::chrono::steady_clock::duration limit = longest_task) {
    bool done = false;
    std::exception_ptr wrong;
    std::optional<T> outcome;
    asio::co_spawn(loop, std::move(work), [&](std::exception_ptr e, T value) {
        done = true;
        wrong = e;
        if (!e) outcome.emplace(std::move(value));
    });
    detail::drive(loop, done, limit);
    if (wrong) std::rethrow_exception(wrong);
    return std::move(*outcome);
}

inline void run(asio::io_context& loop, task<> work,
                std::chrono::steady_clock::duration limit = longest_task) {
    bool done = false;
    std::exception_ptr wrong;
    asio::co_spawn(loop, std::move(work), [&](std::exception_ptr e) {
        done = true;
        wrong = e;
    });
    detail::drive(loop, done, limit);
    if (wrong) std::rethrow_exception(wrong);
}

}  // namespace agente::support
