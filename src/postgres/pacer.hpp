// When the next shared departure may leave. Connections that leave as soon as they can bunch up:
// they come back together and four act like one. Kept apart by flight time ÷ connections they
// behave like a ferry service. Pure; used by the scheduler.
#pragma once

#include "postgres/unit.hpp"

namespace agente::postgres {

class pacer {
public:
    void departed(steady_time now) noexcept { last_ = now; }
    void landed(steady_duration flight) noexcept;

    // The earliest next departure with `connections` open. With all of them free there is nothing
    // to be kept apart from.
    steady_time earliest(std::size_t connections, bool all_free) const noexcept;

    steady_duration flight() const noexcept {
        return flight_;
    }  // moving average; zero: not known yet
    // The server is next door: a gap would cost more than it gives.
    bool near() const noexcept { return flight_ < std::chrono::milliseconds(2); }

private:
    std::optional<steady_time> last_;
    steady_duration flight_{0};
};

}  // namespace agente::postgres
