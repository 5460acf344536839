// A simulated hotel on an event loop of its own, and a client that speaks bytes to it. Used by the tests of this folder.
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

// Runs the task to its end on `loop`; what it throws is thrown here.
template <class T>
T run(asio::io_context& loop, task<T> work) {
    std::optional<T> value;
    std::exception_ptr failed;
    asio::co_spawn(loop, std::move(work), [&](std::exception_ptr e, T v) {
        failed = e;
        if (!e) value = std::move(v);
        loop.stop();
    });
    loop.restart();
    loop.run();
    if (failed) std::rethrow_exception(failed);
    return std::move(value.value());
}
void run(asio::io_context& loop, task<> work);

struct bench_hotel {
    asio::io_context loop{1};
    mock_clock time{time_point(std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + std::chrono::hours(2) + std::chrono::minutes(10))};
    telemetry::metrics metrics;
    qloapps::simulator simulator;
    unsigned short port{0};

    explicit bench_hotel(simulator_options options = {});
    ~bench_hotel();

    // The request as recorded, but to this hotel's address; Host: the shop's own unless the recording names one.
    recorded_message send(recorded_message const& request);
    recorded_message send(std::string method_and_target, std::string body = {}, bool as_json = true);
};

}  // namespace agente::qloapps::test
