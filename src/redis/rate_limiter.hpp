// How often somebody may do something, counted for all instances in Redis, by the generic cell rate
// algorithm. Used by the guard of the routes.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/breaker.hpp"
#include "base/clock.hpp"
#include "redis/connection.hpp"

namespace agente::redis {

// A bucket of `requests` that refills evenly in `per`. Two limits never share a key. At least one
// request, at most one a microsecond.
struct rate {
    std::string key;
    int requests{1};
    std::chrono::seconds per{1};
};

// Where one limit stands after a decision.
struct rate_standing {
    int limit{0};
    int remaining{0};
    std::chrono::microseconds reset_after{0};  // until all of `limit` is there again
    std::chrono::microseconds retry_after{0};  // 0: this limit did not refuse
};

// Counts in this process: for as long as Redis does not. Pure, but for its memory. A full table
// refuses who is new rather than forgetting who is known.
class local_rates {
public:
    explicit local_rates(std::size_t most_keys) : most_keys_(most_keys) {}

    // Takes one from every bucket, or from none when one of them is empty.
    std::vector<rate_standing> take(std::vector<rate> const& limits,
                                    std::chrono::steady_clock::time_point now);
    std::size_t size() const noexcept { return full_at_.size(); }

private:
    using moment = std::chrono::steady_clock::time_point;
    void forget_full_buckets(moment now);

    std::size_t most_keys_;
    std::unordered_map<std::string, moment> full_at_;  // when each bucket will be full again
    moment next_cleaning_{};
};

struct rate_limiter_options {
    std::chrono::milliseconds deadline{250};  // of Redis; then this process decides
    // Without Redis every instance counts alone, and so allows only this part of a limit.
    int local_divisor{4};
    std::size_t most_local_keys{20'000};
};

// Metrics: rate_limit_decisions_total{counted_in,outcome}, rate_limit_local_keys.
class rate_limiter {
public:
    // References must outlive it. Belongs to the connection's loop.
    rate_limiter(connection& redis, clock const& time, telemetry::metrics& metrics,
                 rate_limiter_options options = {});

    struct decision {
        bool allowed{true};
        bool local{false};        // Redis was not there: a stricter limit of this process decided
        std::size_t tightest{0};  // which limit refused longest, else which has least left
        std::vector<rate_standing> standings;  // as the limits that were asked for
        rate_standing const& shown() const { return standings.at(tightest); }
    };

    // One round trip for all limits of a request; a request that one of them refuses takes nothing
    // from the others. Never throws for want of Redis. At least one limit.
    task<decision> take(std::vector<rate> limits);

private:
    task<std::optional<std::vector<rate_standing>>> in_redis(std::vector<rate> const& limits);
    void redis_is(bool there, std::string_view why);

    connection& redis_;
    clock const& time_;
    rate_limiter_options options_;
    local_rates local_;
    breaker breaker_;
    bool redis_was_there_{true};
    telemetry::counter& counted_;
    telemetry::counter& refused_;
    telemetry::counter& counted_locally_;
    telemetry::counter& refused_locally_;
    telemetry::gauge& local_keys_;
};

}  // namespace agente::redis
