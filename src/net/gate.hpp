// Waiting for something another coroutine of the same event loop will do. Not thread-safe: one
// loop, one gate.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <list>
#include <memory>

#include "net/task.hpp"

namespace agente::net {

// A condition variable for coroutines: re-check your condition after every wait. First come, first
// woken. A wake-up is never lost: when the coroutine it was meant for is cancelled at the same
// moment, the next one gets it. A task that is cancelled while it waits throws operation_aborted;
// so does one whose gate is destroyed.
class gate {
public:
    gate();
    explicit gate(asio::any_io_executor const&)
        : gate() {}  // the waiters' own executors are what counts
    ~gate();
    gate(gate const&) = delete;
    gate& operator=(gate const&) = delete;

    task<> wait();  // until open_one() or open_all()
    task<bool> wait_until(std::chrono::steady_clock::time_point at);  // false: the time came first
    // Wake those who wait now, in a later turn of the loop; nothing is remembered for those who
    // come later.
    void open_one();
    void open_all();

private:
    struct waiter;
    struct line;  // of waiters; shared with them, so that they may outlive the gate

    static task<bool> stand_in(std::shared_ptr<line> where,
                               std::chrono::steady_clock::time_point at);

    std::shared_ptr<line> line_;
};

// Not a test helper: pauses between retries, polls and heartbeats. Ends early (throws
// operation_aborted) when cancelled.
task<> pause(std::chrono::steady_clock::duration length);

}  // namespace agente::net
