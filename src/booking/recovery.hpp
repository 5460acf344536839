// Settles what a crash or a cut connection left in the booking journal, by looking into the hotel
// system. One a worker, started by app; any number of instances may run it at once: a row is leased
// to one of them.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "booking/journal.hpp"
#include "hotel/property_system.hpp"
#include "net/task.hpp"
#include "telemetry/metrics.hpp"

namespace agente::postgres {
class database;
}

namespace agente::booking {

// How a row ended that nobody answered for.
struct settled {
    journal_row row;  // as it was: row.state says how far it had come, row.guest who is to be told
    bool confirmed{false};                  // else: not booked, ask the guest to try again
    std::optional<hotel::booking> booking;  // confirmed: as the hotel system has it
};

struct recovery_options {
    std::string instance;  // unique among all workers; empty: a random one
    std::chrono::milliseconds every{
        10'000};                 // jittered by a half either way; the first round is at once
    std::int64_t most_rows{50};  // a round; a full one is followed by the next at once
    std::chrono::milliseconds lease{
        60'000};  // one row is settled within it, else another instance tries
    std::chrono::milliseconds read_limit{10'000};  // one question to the hotel system
    std::chrono::milliseconds retry_after{
        5'000};  // when it could not be asked, or what was sent is not there (yet)
    // An order that was never sent is left to the guest's turn so long, which may complete it when
    // it is replayed.
    std::chrono::milliseconds leave_intended{180'000};
    // What was sent and is still not there so long after is said never to have arrived. Longer than
    // the hotel system's longest write: PHP ends a request after 30 s by default, hosters allow up
    // to minutes.
    std::chrono::milliseconds absent_after{180'000};
};

class recovery {
public:
    // The hotel system of a tenant, alive while the pointer is; null: the tenant has none (any
    // more): tried again later.
    using pms_of = std::function<task<std::shared_ptr<hotel::property_system>>(std::string tenant)>;
    // Called for every settled row at least once, again after a crash or an exception: the row
    // stays leased until it returns. It must be idempotent by row.reference (or row.request_key,
    // the turn's id: its guest may have been answered by a replay).
    using tell = std::function<task<>(settled)>;

    recovery(postgres::database& database, pms_of find_pms, tell to_guest, recovery_options options,
             telemetry::metrics& metrics);
    ~recovery();

    // One round, now: how many rows were settled. Throws postgres::error when the journal cannot be
    // read.
    task<int> round();

    // Rounds until cancelled (throws operation_aborted then). Faults are logged and tried again.
    task<> run();

private:
    struct core;
    std::shared_ptr<core> core_;
};

}  // namespace agente::booking
