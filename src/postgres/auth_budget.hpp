// At most so many authentication attempts in a while across the whole process: a pooler that saw
// more (Supabase: 10 errors in 150 s) locks the address out, and every retry renews the lock. One
// object shared by the pools of all workers; thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <optional>

namespace agente::postgres {

class auth_budget {
public:
    using time_point = std::chrono::steady_clock::time_point;
    static constexpr std::size_t attempts = 4;
    static constexpr std::chrono::seconds window{150};

    // A place for one attempt; nullopt: all are taken by attempts under way or by refusals of the
    // last 150 s.
    std::optional<std::size_t> take(time_point now) noexcept;
    // The attempt ended in anything but a refusal: its place is free again. A refusal keeps the
    // place until the window has passed.
    void give_back(std::size_t place) noexcept;

private:
    std::array<std::atomic<std::int64_t>, attempts> taken_{};  // steady milliseconds + 1; 0: free
};

// Before the next attempt after the n-th refusal in a row (from 1): 2 s, 5 s, 15 s, then the whole
// window.
std::chrono::milliseconds wait_after_refusal(int refusals) noexcept;

}  // namespace agente::postgres
