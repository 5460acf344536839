// The three scripts that take, extend and release the keys of a stay in Redis. Used by stay_lock.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "hotel/stay.hpp"
#include "net/task.hpp"
#include "tenancy/keys.hpp"

namespace agente::redis {
class connection;
}

namespace agente::booking {

struct lock_keys {
    std::vector<std::string> nights;  // one a night: the holder's token
    std::vector<std::string>
        turns;  // one a night: the instance that asked first and was refused, for a moment
    std::string fence;
};
lock_keys keys_of(tenancy::keys const& keys, std::int64_t room_type, hotel::stay const& nights);

struct granted {
    std::int64_t fence;
};
struct refused {
    bool next;  // it is our turn as soon as the holder is done
};

// All throw redis::error when Redis cannot be asked or its answer did not come.
class redis_lock {
public:
    redis_lock(redis::connection& redis, std::string instance, std::chrono::milliseconds ttl,
               std::chrono::milliseconds patience)
        : redis_(redis), instance_(std::move(instance)), ttl_(ttl), patience_(patience) {}

    // All nights or none. Instances take turns: one that was refused goes before those that asked
    // later, if it asks again within `patience`. The fence is above `above`, above every earlier
    // one, and not below Redis's clock in microseconds.
    task<std::variant<granted, refused>> take(lock_keys keys, std::string token,
                                              std::int64_t above);
    task<bool> extend(lock_keys keys,
                      std::string token);  // false: at least one night is not ours any more
    task<bool> release(lock_keys keys,
                       std::string token);  // false: the same; what was ours is free now

private:
    redis::connection& redis_;
    std::string instance_;
    std::chrono::milliseconds ttl_;
    std::chrono::milliseconds patience_;
};

}  // namespace agente::booking
