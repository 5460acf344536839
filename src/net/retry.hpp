// How long to wait before the next attempt: exponential, capped, with jitter so that instances do
// not return in step. Used by everything that reconnects or tries again (redis, postgres, users of
// the HTTP client).
#pragma once

#include <chrono>

#include "base/ids.hpp"

namespace agente::net {

struct backoff_limits {
    std::chrono::milliseconds first{100};  // before the second attempt
    std::chrono::milliseconds most{5'000};
};

class backoff {
public:
    // `random` must outlive the backoff.
    backoff(backoff_limits limits, random_source& random) noexcept
        : limits_(limits), random_(&random) {}

    // The n-th call gives a time between half of and all of min(first * 2^(n-1), most).
    std::chrono::milliseconds next();
    void reset() noexcept { failures_ = 0; }  // after a success that lasted
    unsigned failures() const noexcept {
        return failures_;
    }  // calls of next() since the last reset

private:
    backoff_limits limits_;
    random_source* random_;
    unsigned failures_ = 0;
};

}  // namespace agente::net
