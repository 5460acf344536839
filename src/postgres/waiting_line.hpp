// A bounded first-in-first-out line of units waiting for a departure. Pure: no I/O, no clock. Used
// by the scheduler.
#pragma once

#include <deque>
#include <span>

#include "postgres/unit.hpp"

namespace agente::postgres {

class waiting_line {
public:
    explicit waiting_line(std::size_t most) : most_(most) {}

    bool push(unit_ptr one);  // false: full
    void push_again(std::span<unit_ptr const>
                        all);  // to the front, in order, past the bound: they were admitted once
    unit_ptr pop();
    bool erase(unit const& one);
    // Moves the units whose time has come to `out`.
    void expire(steady_time now, std::vector<unit_ptr>& out);
    void clear(std::vector<unit_ptr>& out);

    bool empty() const noexcept { return units_.empty(); }
    std::size_t size() const noexcept { return units_.size(); }
    unit const& front() const { return *units_.front(); }

private:
    std::size_t most_;
    std::deque<unit_ptr> units_;
};

}  // namespace agente::postgres
