// Spares a hotel system that does not answer: after some failures in a row nothing is sent for a
// while, then one request tries. Pure; the adapter has one.
#pragma once

#include <chrono>

namespace agente::qloapps {

struct breaker_limits {
    int failures{5};  // in a row
    std::chrono::milliseconds pause{5'000};
    std::chrono::milliseconds most_pause{60'000};  // it doubles each time the one request fails too
};

class breaker {
public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit breaker(breaker_limits limits) : limits_(limits), pause_(limits.pause) {}

    bool allows(time_point now) noexcept;  // after the pause true for one caller, who reports below
    void answered() noexcept;
    void failed(time_point now) noexcept;
    void dropped() noexcept { trying_ = false; }  // the one caller went away without an outcome

    bool open() const noexcept { return open_; }

private:
    breaker_limits limits_;
    std::chrono::milliseconds pause_;
    int failures_{0};
    bool open_{false};
    bool trying_{false};
    time_point until_{};
};

}  // namespace agente::qloapps
