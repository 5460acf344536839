// Fails fast while the database is gone, instead of letting everybody wait for it. Pure; the pool
// has one for round trips that never came back (while it cannot connect, the keeper's attempts are
// the test).
#pragma once

#include <chrono>

namespace agente::postgres {

class breaker {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    // Opens after `failures` in a row for `pause`, twice as long each time it opens again, at most
    // `most_pause`.
    breaker(int failures, duration pause, duration most_pause)
        : limit_(failures), first_(pause), most_(most_pause), pause_(pause) {}

    // Closed: true. Open: false. After the pause (half open): true for one caller, who must report;
    // the others wait for the report.
    bool allows(time_point now) noexcept;
    void succeeded() noexcept;
    void failed(time_point now) noexcept;
    void untested() noexcept { testing_ = false; }  // the one caller ended without having tried

    bool open() const noexcept { return open_; }
    duration pause() const noexcept { return pause_; }

private:
    int limit_;
    duration first_, most_, pause_;
    int failures_{0};
    bool open_{false};
    bool testing_{false};
    time_point until_{};
};

}  // namespace agente::postgres
