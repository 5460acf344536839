// Locks on all nights of a stay in a tenant's room type, so that bookings of it follow each other,
// however many instances run. In Redis; when Redis cannot be used, in PostgreSQL (transaction-level
// advisory locks). Used by service.
//
// A lock only orders the work. That two writes never overlap, whatever happens to locks, is the
// journal's exclusion constraint.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "hotel/stay.hpp"
#include "net/task.hpp"
#include "telemetry/metrics.hpp"
#include "tenancy/scope.hpp"

namespace agente::postgres {
class database;
}
namespace agente::redis {
class connection;
}

namespace agente::booking {

class lock_events;

struct stay_lock_options {
    std::string instance;  // unique among all workers of all instances; empty: a random one
    std::chrono::milliseconds ttl{15'000};  // in Redis; extended every third of it while held
    std::chrono::milliseconds redis_limit{1'000};  // one script; past it Redis counts as down
    std::chrono::milliseconds redis_rest{1'000};   // after a failure Redis is left alone so long
    std::chrono::milliseconds first_poll{
        15};  // how often the head of a line asks for a lock somebody else holds,
    std::chrono::milliseconds most_poll{150};  // growing from the first to the most, with jitter
    std::size_t most_waiting{
        1'000};  // orders waiting or held in this worker; past it: booking.queue_full
    // Holds in PostgreSQL at once; each occupies a connection of the pool, which the journal needs
    // too: fewer than the pool has.
    std::size_t most_fallback{1};
};

// A lock held. Dies without release(): released in the background.
class stay_lock {
public:
    struct hold;            // see stay_lock.cpp
    stay_lock() = default;  // holds nothing
    explicit stay_lock(std::shared_ptr<hold> held);
    stay_lock(stay_lock&&) noexcept;
    stay_lock& operator=(stay_lock&&) noexcept;
    ~stay_lock();

    // Ours, as far as can be known without asking: the last confirmation by Redis is younger than
    // 0.8 of the TTL.
    bool valid() const noexcept;
    // The same, and a lock in PostgreSQL is asked whether its connection lives. False: stop,
    // nothing was written yet.
    task<bool> confirm();
    // Grows with every acquisition of the tenant, whichever system granted it (microseconds of its
    // clock, at least one more than the last). Not changed by extensions.
    std::int64_t fence() const noexcept;
    bool fallback() const noexcept;  // held in PostgreSQL

    // Returns when the next one may have it. Expected faults are not errors: the keys expire.
    task<> release();

private:
    std::shared_ptr<hold> hold_;
};

class stay_locks {
public:
    stay_locks(asio::io_context& loop, redis::connection& redis, postgres::database& database,
               clock const& time, lock_events& events, stay_lock_options options,
               telemetry::metrics& metrics);
    ~stay_locks();
    stay_locks(stay_locks const&) = delete;

    // Waits its turn until `most` has passed. `reference` is for the audit. Errors:
    //   "booking.busy"        conflict: not got in time
    //   "booking.queue_full"  unavailable: too many wait in this worker
    //   "booking.no_lock"     unavailable: neither Redis nor PostgreSQL can give one
    // `above`: the fence must be greater than this one.
    task<result<stay_lock>> acquire(tenancy::scope as, std::int64_t room_type, hotel::stay nights,
                                    std::chrono::milliseconds most, std::string reference,
                                    std::int64_t above = 0);

    // Waits until no release is under way, at the latest after `most`.
    task<> drain(std::chrono::milliseconds most);

    struct core;  // see stay_lock.cpp

private:
    std::shared_ptr<core> core_;
};

}  // namespace agente::booking
