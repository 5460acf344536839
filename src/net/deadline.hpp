// A limit on any wait. Boost 1.81 has no cancel_after, so this is ours.
#pragma once

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <chrono>
#include <exception>
#include <variant>

#include "base/result.hpp"
#include "net/gate.hpp"

namespace agente::net {

namespace detail {

template <class T>
using caught = std::variant<std::conditional_t<std::is_void_v<T>, std::monostate, T>, std::exception_ptr>;

// `a || b` waits for a success; an exception of the work must therefore travel as a value.
template <class T>
task<caught<T>> catching(task<T> work) {
    try {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(work);
            co_return caught<T>(std::in_place_index<0>);
        } else {
            co_return caught<T>(std::in_place_index<0>, co_await std::move(work));
        }
    } catch (...) {
        co_return caught<T>(std::in_place_index<1>, std::current_exception());
    }
}

}  // namespace detail

// Runs `work`. When `limit` passes first the work is cancelled, its end awaited, and failure{timeout, `code`} thrown.
// `code` is a string literal.
template <class T>
task<T> with_deadline(task<T> work, std::chrono::steady_clock::duration limit, std::string_view code = "deadline.passed") {
    using namespace asio::experimental::awaitable_operators;
    auto guarded = detail::catching<T>(std::move(work));
    auto first = co_await (std::move(guarded) || pause(limit));
    if (first.index() == 1) {
        auto const ms = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
        throw failure(error(error_kind::timeout, code, "no answer within " + std::to_string(ms) + " ms"));
    }
    auto& outcome = std::get<0>(first);
    if (outcome.index() == 1) std::rethrow_exception(std::get<1>(outcome));
    if constexpr (!std::is_void_v<T>) co_return std::move(std::get<0>(outcome));
}

}  // namespace agente::net
