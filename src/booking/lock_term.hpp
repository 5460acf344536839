// How long a lock in Redis can be trusted: pure arithmetic on a monotonic clock. Used by stay_lock.
#pragma once

#include <chrono>

namespace agente::booking {

// A lock's keys expire `ttl` after Redis set or extended them. The moment a request was SENT counts
// as that moment, which is earlier than the truth, so an answer that took long shortens the trust
// instead of stretching it.
class lock_term {
public:
    using moment = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    lock_term(duration ttl, moment sent) : ttl_(ttl), confirmed_(sent) {}

    // Until 0.8 of the TTL after the last confirmation: a fifth is left for clocks that run apart
    // and work that overruns.
    bool valid(moment now) const noexcept { return !lost_ && now < trusted_until(); }
    moment trusted_until() const noexcept { return confirmed_ + ttl_ * 4 / 5; }

    // When the watchdog acts next: a third of the TTL after the last confirmation; after a failed
    // attempt, a fifteenth later.
    moment next_attempt() const noexcept {
        return retry_ > confirmed_ ? retry_ : confirmed_ + ttl_ / 3;
    }
    duration attempt_limit() const noexcept { return ttl_ / 5; }  // one extension may take so long

    void extended(
        moment sent) noexcept {  // Redis said: all keys are yours and live again for a TTL
        if (sent > confirmed_) confirmed_ = sent;
    }
    void attempt_failed(moment now) noexcept { retry_ = now + ttl_ / 15; }  // no answer
    void lose() noexcept { lost_ = true; }  // Redis said: not yours. Final
    bool lost() const noexcept { return lost_; }

private:
    duration ttl_;
    moment confirmed_;
    moment retry_{moment::min()};
    bool lost_{false};
};

}  // namespace agente::booking
