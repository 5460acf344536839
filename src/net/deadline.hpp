// A limit on any wait. Boost 1.81 has no cancel_after, so this is ours.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <exception>
#include <string>
#include <variant>

#include "base/result.hpp"
#include "net/task.hpp"

namespace agente::net {

namespace detail {

// What a task came to. The exception stands first, so that T need not be default constructible.
template <class T>
using ended =
    std::variant<std::exception_ptr, std::conditional_t<std::is_void_v<T>, std::monostate, T>>;

template <class T>
task<ended<T>> catching(task<T> work) {
    try {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(work);
            co_return ended<T>(std::in_place_index<1>);
        } else {
            co_return ended<T>(std::in_place_index<1>, co_await std::move(work));
        }
    } catch (...) {
        co_return ended<T>(std::in_place_index<0>, std::current_exception());
    }
}

bool is_cancellation(std::exception_ptr const& e);
[[noreturn]] void throw_late(std::chrono::steady_clock::duration limit, std::string_view code);

}  // namespace detail

// Runs `work`. When `limit` passes first the work is cancelled, its end awaited, and
// failure{timeout, `code`} thrown. Work that ends all the same keeps its outcome: a value is
// returned, and an exception other than operation_aborted thrown, however late. `code` is a string
// literal. Cancelling this task cancels the work and throws what it throws.
template <class T>
task<T> with_deadline(task<T> work, std::chrono::steady_clock::duration limit,
                      std::string_view code = "deadline.passed") {
    auto const executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, limit);
    auto guarded = detail::catching<T>(std::move(work));
    auto both = asio::experimental::make_parallel_group(
        asio::co_spawn(executor, std::move(guarded), asio::deferred),
        timer.async_wait(asio::deferred));
    auto [order, broken, outcome, timer_ended] =
        co_await both.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    auto const late = !timer_ended && order[0] == 1;
    if (broken) outcome = std::move(broken);  // cancelled before the work could begin
    if (outcome.index() == 0) {
        auto const why = std::get<0>(std::move(outcome));
        if (late && detail::is_cancellation(why)) detail::throw_late(limit, code);
        std::rethrow_exception(why);
    }
    if constexpr (!std::is_void_v<T>) co_return std::get<1>(std::move(outcome));
}

}  // namespace agente::net
