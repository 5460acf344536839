// Small things the benchmarks do around an event loop of their own.
#pragma once

#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>

#include "net/task.hpp"

namespace agente::bench {

using steady = std::chrono::steady_clock;

inline steady::duration seconds(double n) {
    return std::chrono::duration_cast<steady::duration>(std::chrono::duration<double>(n));
}

// Runs the loop until the task has ended; its exception travels.
inline void run(asio::io_context& loop, task<> work) {
    std::exception_ptr failed;
    bool ended = false;
    asio::co_spawn(loop, std::move(work), [&](std::exception_ptr e) { failed = e, ended = true; });
    loop.restart();
    while (!ended) loop.run_one();
    if (failed) std::rethrow_exception(failed);
}

template <class T>
T run(asio::io_context& loop, task<T> work) {
    std::optional<T> got;
    run(loop, [](task<T> inner, std::optional<T>& into) -> task<> {
        into = co_await std::move(inner);
    }(std::move(work), got));
    return *std::move(got);
}

// What this thread has spent, in the program and in the kernel for it.
inline double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_THREAD, &used);
    auto const in_seconds = [](timeval const& t) {
        return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    return in_seconds(used.ru_utime) + in_seconds(used.ru_stime);
}

}  // namespace agente::bench
