// Books a room exactly once, or says clearly that it did not. Used by guest; made once a worker by
// app.
//
// The order of steps, each of which a crash may follow: journal `intended` -> lock all nights ->
// read availability again -> journal `sent` -> create in the hotel system -> look at what became of
// it -> journal `confirmed` -> say so -> unlock. booking::recovery settles what a crash left.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "booking/order.hpp"
#include "hotel/property_system.hpp"
#include "net/task.hpp"
#include "telemetry/metrics.hpp"
#include "tenancy/scope.hpp"

namespace agente::postgres {
class database;
}

namespace agente::booking {

class stay_locks;

// Where book() is; the argument of service_options::at_step.
enum class step {
    journaled,  // `intended` is committed
    locked,
    checked,   // availability and price, under the lock
    sent,      // `sent` is committed
    created,   // the hotel system answered, or did not
    found,     // the booking is known to exist there
    verified,  // and to be what was wanted
    confirmed  // and that is committed
};

struct service_options {
    std::string instance;  // unique among all workers of all instances; empty: a random one
    std::chrono::milliseconds lock_wait{
        15'000};  // for the nights' lock and for a write of somebody else in flight
    std::chrono::milliseconds read_limit{10'000};   // one question to the hotel system
    std::chrono::milliseconds write_limit{15'000};  // one create; not below the adapter's own limit
    // A create that was cut off goes on in the hotel system: rooms appear one by one and may be
    // flagged as overbooked at the end. Looking for it begins so long after the cut, and goes on
    // for at most settle_for.
    std::chrono::milliseconds settle_after{1'000};
    std::chrono::milliseconds settle_for{8'000};
    std::chrono::milliseconds journal_limit{
        5'000};  // one write to the journal, tried again within it
    // The row of a booking at work is ours so long, renewed every third of it; a crashed instance's
    // row is taken over after it. At least three journal_limits.
    std::chrono::milliseconds lease{20'000};
    // Called when a step is done. Tests throw from it to die there; empty in the program.
    std::function<void(step)> at_step;
};

class service {
public:
    // Throws std::invalid_argument when the lease is too short to be renewed in time.
    service(postgres::database& database, stay_locks& locks, service_options options,
            telemetry::metrics& metrics);
    ~service();

    // Calling again with the same request_key of the same tenant returns the same outcome (read
    // anew from the hotel system) and never books a second time, in whichever process. `pms` must
    // outlive the task. Expected faults (database, Redis or hotel system gone, slow or refusing)
    // are outcomes. Only cancellation (and bugs) leave as exceptions; then the journal has what
    // recovery needs.
    task<outcome> book(tenancy::scope as, hotel::property_system& pms, order what);

    // No call takes longer. For the lease of whoever waits for book().
    std::chrono::milliseconds longest() const;

    struct core;  // see service.cpp

private:
    std::shared_ptr<core> core_;
};

}  // namespace agente::booking
