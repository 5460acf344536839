// The stay lock without Redis: PostgreSQL's transaction-level advisory locks on a connection of its
// own. Used by stay_lock.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hotel/stay.hpp"
#include "net/task.hpp"
#include "postgres/database.hpp"
#include "tenancy/scope.hpp"

namespace agente::booking {

// The advisory key of a night's Redis key: the first 64 bits of its SHA-256, so that all instances
// agree.
std::int64_t advisory_key(std::string_view redis_key);

// Held as long as it lives; dying it ends the transaction, which releases all nights at once.
class advisory_lock {
public:
    // The nights one after the other in the order of their keys, so that two stays never wait for
    // each other in a ring. Empty: not got within `most`. Throws postgres::error when there is no
    // connection to ask on.
    static task<std::optional<advisory_lock>> take(postgres::database& database, tenancy::scope as,
                                                   std::int64_t room_type,
                                                   std::vector<std::string> night_keys,
                                                   std::chrono::milliseconds most);

    std::int64_t fence() const noexcept { return fence_; }

    // Whether the connection, and with it the lock, lives. Never throws but for cancellation.
    task<bool> confirm();
    task<> release();

private:
    advisory_lock(postgres::lease connection, std::int64_t fence)
        : connection_(std::move(connection)), fence_(fence) {}

    std::optional<postgres::lease> connection_;
    std::int64_t fence_;
};

}  // namespace agente::booking
