// A test's own event loop: runs a task to its end on it, and fails instead of hanging. Used by
// tests of net and redis.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <optional>

#include "net/gate.hpp"
#include "net/task.hpp"

namespace agente::testing {

class loop_fixture : public ::testing::Test {
protected:
    // The time is no expectation: it only turns a hang into a failure.
    template <class T>
    T run(task<T> work, std::chrono::seconds at_most = std::chrono::seconds(120)) {
        std::exception_ptr failed;
        auto ended = false;
        if constexpr (std::is_void_v<T>) {
            asio::co_spawn(loop_, std::move(work),
                           [&](std::exception_ptr e) { failed = e, ended = true, loop_.stop(); });
            turn(at_most, ended);
            if (failed) std::rethrow_exception(failed);
        } else {
            std::optional<T> value;
            asio::co_spawn(loop_, wrap(std::move(work), value),
                           [&](std::exception_ptr e) { failed = e, ended = true, loop_.stop(); });
            turn(at_most, ended);
            if (failed) std::rethrow_exception(failed);
            return std::move(*value);
        }
    }

    void in_background(task<> work) { asio::co_spawn(loop_, std::move(work), asio::detached); }

    // The task ended because it was cancelled.
    static bool aborted(std::exception_ptr const& e) {
        try {
            if (e) std::rethrow_exception(e);
        } catch (boost::system::system_error const& known) {
            return known.code() == asio::error::operation_aborted;
        }
        return false;
    }

    asio::io_context loop_{1};

private:
    template <class T>
    static task<> wrap(task<T> work, std::optional<T>& into) {
        into.emplace(co_await std::move(work));
    }

    void turn(std::chrono::seconds at_most, bool const& ended) {
        loop_.restart();
        loop_.run_for(at_most);
        if (!ended) throw std::runtime_error("the task did not end: something waits for ever");
    }
};

// Lets everything that is ready run first.
inline task<> turns(int count) {
    auto const executor = co_await asio::this_coro::executor;
    for (int i = 0; i < count; ++i) co_await asio::post(executor, asio::use_awaitable);
}

// Waits for a condition that other coroutines of the loop, or a server beside it, will make true.
inline task<> until(std::function<bool()> condition) {
    while (!condition()) co_await net::pause(std::chrono::microseconds(200));
}

}  // namespace agente::testing
