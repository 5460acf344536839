// A limit on any wait. Boost 1.81 has no cancel_after, so this is ours.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "net/task.hpp"

namespace agente::net {

namespace detail {

template <class T>
task<> keep(task<T> work, std::optional<T>& into) {
    into.emplace(co_await std::move(work));
}

}  // namespace detail

// Runs `work`. When `limit` passes first the work is cancelled, its end awaited, and
// failure{timeout, `code`} thrown. Work that ends all the same keeps its outcome: a value is
// returned, and an exception other than operation_aborted thrown, however late. `code` is a string
// literal. Cancelling this task cancels the work and throws what it throws.
task<> with_deadline(task<> work, std::chrono::steady_clock::duration limit,
                     std::string_view code = "deadline.passed");

template <class T>
task<T> with_deadline(task<T> work, std::chrono::steady_clock::duration limit,
                      std::string_view code = "deadline.passed") {
    std::optional<T> outcome;
    auto kept = detail::keep(std::move(work), outcome);
    co_await with_deadline(std::move(kept), limit, code);
    co_return *std::move(outcome);
}

}  // namespace agente::net
