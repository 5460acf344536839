// Guessing passwords: how many attempts an account and an address get within a sliding window,
// counted in Redis for all instances. Whoever is refused sees nothing of it. Used by sign_in and
// passwords.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/secret.hpp"
#include "identity/options.hpp"
#include "redis/connection.hpp"

namespace agente::telemetry {
class metrics;
class counter;
}  // namespace agente::telemetry

namespace agente {
class clock;
}

namespace agente::identity {

// An attempt counts as failed from its beginning, so that a thousand at once are counted like a
// thousand in a row.
struct attempt {
    std::string account, address;  // hashes: what people typed, and from where, is stored nowhere
    std::string id;
    bool allowed{true};
    bool last{false};   // no further one is allowed until the window has moved on
    bool local{false};  // counted in this process
};

// The same rules in this process, for as long as Redis does not count. Pure.
class local_attempts {
public:
    explicit local_attempts(lockout_limits const& limits) : limits_(limits) {}
    void begin(attempt& what, std::chrono::steady_clock::time_point now);
    void withdraw(attempt const& what);
    void forget_pair(attempt const& what);
    void release(std::string const& account) { accounts_.erase(account); }

private:
    struct failed {
        std::chrono::steady_clock::time_point at;
        std::string address, id;
    };
    using table = std::unordered_map<std::string, std::deque<failed>>;
    std::deque<failed>* room_for(table& in, std::string const& key,
                                 std::chrono::steady_clock::time_point now);

    lockout_limits limits_;
    table accounts_, addresses_;
};

// One address at one account is refused first, and long before it has used up what the account
// gets: so nobody locks the owner out from elsewhere. An account that many addresses guess at is
// refused to those that it never signed in from. Metrics:
// sign_in_attempts_total{counted_in,outcome}.
class lockout {
public:
    // `key` makes the hashes that Redis gets to see; all instances have the same.
    lockout(redis::connection& redis, clock const& time, lockout_limits limits, secret key,
            telemetry::metrics& metrics);

    // Never throws for want of Redis. `account`: its id, whatever name of it was typed; of a name
    // that nobody has, the name in lower case.
    task<attempt> begin(std::string_view account, std::string_view address);
    // Signed in: what this address did wrong before does not count any more.
    task<> succeeded(attempt const& what);
    // It was no failure, and proves nothing either.
    task<> withdraw(attempt const& what);
    // What an administrator does. Throws redis::error when Redis is not there.
    task<> release(std::string_view account);

private:
    std::string hashed(std::string_view what, std::string_view whose) const;
    task<std::optional<redis::reply>> ask(redis::script const& what, std::vector<std::string> keys,
                                          std::vector<std::string> args);

    redis::connection& redis_;
    clock const& time_;
    lockout_limits limits_;
    secret key_;
    local_attempts local_;
    bool redis_was_there_{true};
    telemetry::counter &allowed_, &refused_, &allowed_locally_, &refused_locally_;
};

// What counts as one address: all of an IPv6 network of 64 bits, which one customer gets.
std::string counted_address(std::string_view address);

}  // namespace agente::identity
