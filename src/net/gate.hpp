// Waiting for something another coroutine of the same event loop will do. Not thread-safe: one loop, one gate.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

#include "net/task.hpp"

namespace agente::net {

// A condition variable for coroutines: re-check your condition after every wait, wake-ups may be spurious.
class gate {
public:
    explicit gate(asio::any_io_executor loop);

    task<> wait();                                                    // until open_one() or open_all()
    task<bool> wait_until(std::chrono::steady_clock::time_point at);  // false: the time came first
    void open_one();
    void open_all();

private:
    asio::steady_timer timer_;  // expires never; cancelling it wakes the waiters
};

// Not a test helper: pauses between retries, polls and heartbeats. Ends early (throws operation_aborted) when cancelled.
task<> pause(std::chrono::steady_clock::duration length);

}  // namespace agente::net
