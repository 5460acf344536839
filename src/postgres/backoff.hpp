// How long to wait before the next attempt to connect. Pure; used by the pool's keeper.
#pragma once

#include <chrono>

namespace agente::postgres {

class backoff {
public:
    void succeeded() noexcept { failures_ = refusals_ = 0; }
    // The wait before the next attempt. `dice` in [0, 1) spreads instances that failed together: half to one and a half times
    // 100 ms, 200 ms … 5 s; after a refused login 2 s, 5 s, 15 s and then 150 s, because poolers count those.
    std::chrono::milliseconds failed(bool login_refused, double dice) noexcept;

    int failures() const noexcept { return failures_; }  // in a row

private:
    int failures_{0};
    int refusals_{0};
};

}  // namespace agente::postgres
