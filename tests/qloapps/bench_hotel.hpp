// A simulated hotel on an event loop of its own, and a client that speaks bytes to it. Used by the
// tests of this folder.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <string>

#include "base/clock.hpp"
#include "qloapps/simulator.hpp"
#include "recordings.hpp"
#include "telemetry/metrics.hpp"

namespace agente::qloapps::test {

template <class T>
task<> store(task<T> work, std::optional<T>& into) {
    into.emplace(co_await std::move(work));
}

// Runs the task to its end on `loop`; what it throws is thrown here.
void run(asio::io_context& loop, task<> work);
template <class T>
T run(asio::io_context& loop, task<T> work) {
    std::optional<T> value;
    run(loop, store(std::move(work), value));
    return std::move(value.value());
}

struct bench_hotel {
    asio::io_context loop{1};
    mock_clock time{time_point(std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) +
                               std::chrono::hours(2) + std::chrono::minutes(10))};
    telemetry::metrics metrics;
    qloapps::simulator simulator;
    unsigned short port{0};

    explicit bench_hotel(simulator_options options = {});
    ~bench_hotel();

    // The request as recorded, but to this hotel's address; Host: the shop's own unless the
    // recording names one.
    recorded_message send(recorded_message const& request);
    recorded_message send(std::string method_and_target, std::string body = {},
                          bool as_json = true);
};

}  // namespace agente::qloapps::test
