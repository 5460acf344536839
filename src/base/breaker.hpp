// Spares a dependency that does not answer, and its callers the wait: after some failures in a row
// nothing is let through for a while, then one caller tries. Pure: time comes from the caller. Used
// by the PostgreSQL pool (round trips that never came back) and the hotel system's transport.
#pragma once

#include <chrono>

namespace agente {

struct breaker_limits {
    int failures{5};  // in a row
    std::chrono::milliseconds pause{5'000};
    std::chrono::milliseconds most_pause{60'000};  // it doubles each time the one try fails too
};

class breaker {
public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit breaker(breaker_limits limits) noexcept : limits_(limits), pause_(limits.pause) {}

    // Closed: true. Open: false. After the pause: true for one caller, who must report below; the
    // others wait for the report.
    bool allows(time_point now) noexcept;
    void succeeded() noexcept;
    void failed(time_point now) noexcept;
    void untried() noexcept { trying_ = false; }  // the one caller went away without an outcome

    bool open() const noexcept { return open_; }
    std::chrono::milliseconds pause() const noexcept { return pause_; }

private:
    breaker_limits limits_;
    std::chrono::milliseconds pause_;
    int failures_{0};
    bool open_{false};
    bool trying_{false};
    time_point until_{};
};

}  // namespace agente
