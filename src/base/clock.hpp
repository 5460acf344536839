// Time as a dependency: the real clock in the program, one that tests move by hand.
#pragma once

#include <chrono>
#include <string>

namespace agente {

using time_point = std::chrono::sys_time<std::chrono::microseconds>;

class clock {
public:
    virtual ~clock() = default;
    virtual time_point now() const = 0;  // wall clock, UTC
    virtual std::chrono::steady_clock::time_point steady_now()
        const = 0;  // for durations and deadlines
};

class real_clock final : public clock {
public:
    time_point now() const override;
    std::chrono::steady_clock::time_point steady_now() const override;
};

class mock_clock final : public clock {
public:
    explicit mock_clock(time_point start) : now_(start) {}
    time_point now() const override { return now_; }
    std::chrono::steady_clock::time_point steady_now() const override { return steady_; }
    void advance(std::chrono::microseconds by);

private:
    time_point now_;
    std::chrono::steady_clock::time_point steady_{};
};

std::string to_rfc3339(time_point t);  // "2026-11-24T09:15:00.123456Z"

}  // namespace agente
