// The only maker of Redis keys. Whoever needs one asks here, so that no key of one tenant can be
// spelled by another.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tenancy/scope.hpp"

namespace agente::tenancy {

class keys {
public:
    explicit keys(scope const& of);

    std::string session(std::string_view guest) const;    // session:<tenant>:<guest>
    std::string turn_lock(std::string_view guest) const;  // lock:<tenant>:turn:<guest>
    std::string lock(std::string_view name) const;        // lock:<tenant>:<name>
    std::string stay_lock(std::int64_t room_type, std::chrono::year_month_day night)
        const;                  // lock:<tenant>:stay:<type>:2027-03-12
    std::string fence() const;  // fence:<tenant>: the counter fencing tokens come from

    // Not of one tenant: which hotel a guest of a shared channel number chose, until then no scope
    // exists.
    static std::string hotel_choice(std::string_view channel, std::string_view number,
                                    std::string_view guest);

    // Nor are the counters of a route's rate limits: rate:<route>:<by>:<whose>. `whose` is a hash.
    static std::string rate(std::string_view route, std::string_view by, std::string_view whose);

    // Nor are failed attempts to sign in: signin:<failed|known>:<account|address>:<whose>. `whose`
    // is a hash.
    static std::string sign_in(std::string_view what, std::string_view of, std::string_view whose);

    static std::string feature_flags();                // a hash, of all hotels
    static std::string upkeep(std::string_view what);  // upkeep:<what>: whose turn it is

    // For who looks at locks: a pattern of SCAN that matches the hotel's locks, or everybody's.
    std::string locks_pattern() const;
    static std::string all_locks_pattern();

    // What lock() and its kin made: whose it is, and the name behind the tenant. Nothing for other
    // keys.
    struct lock_parts {
        std::string tenant, name;
    };
    static std::optional<lock_parts> parse_lock(std::string_view key);

private:
    std::string tenant_;  // escaped
};

}  // namespace agente::tenancy
