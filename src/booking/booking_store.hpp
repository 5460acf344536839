// The rows of agente.booking_journal. Used by service (as a tenant) and recovery (as the system).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "booking/journal.hpp"
#include "net/task.hpp"
#include "postgres/access.hpp"

namespace agente::postgres {
class database;
}

namespace agente::booking {

// Every function throws postgres::error. A write that ends in_doubt may be repeated with the same
// arguments: it happens once.
class booking_store {
public:
    explicit booking_store(postgres::database& database) : database_(database) {}

    // Writes the row as `intended` with a lease of `owner`'s, or finds the one that has its request
    // key. A row found that is not final and whose lease is over becomes `owner`'s. Whose it is, is
    // in lease_owner.
    task<journal_row> intend(postgres::access as, journal_row draft, std::string owner,
                             std::chrono::milliseconds lease);

    task<std::optional<journal_row>> read(postgres::access as, std::string reference);

    // What came of `sent`. Exactly one of the three holds.
    struct sending {
        bool sent{false};
        std::optional<std::int64_t>
            newer;  // a lock on one of the nights taken after ours was already used: ours is stale
        bool blocked{false};  // another create of these nights is on its way
    };                        // none: the row is not `owner`'s any more
    task<sending> send(postgres::access as, journal_row row, std::string owner, std::int64_t fence,
                       std::chrono::milliseconds lease);

    // True: the row is `to` now, by `owner`. False: it was not `owner`'s any more, or may not
    // become that: read it again. `lease` empty: nobody has to work on it any more.
    task<bool> become(postgres::access as, std::string reference, std::string owner, state to,
                      std::optional<std::int64_t> pms_id, std::optional<std::string> reason,
                      std::optional<std::chrono::milliseconds> lease);

    // The rows whose lease ran out longest ago, now leased to `owner`; no two callers get the same
    // one. `intended` ones only when they are older than `leave_intended`. System access.
    task<std::vector<journal_row>> claim(std::string owner, std::chrono::milliseconds lease,
                                         std::chrono::milliseconds leave_intended,
                                         std::int64_t most);

    // Sets the lease's end without a change of state: later, or empty: done with. False: it is not
    // `owner`'s, or has none.
    task<bool> extend(postgres::access as, std::string reference, std::string owner,
                      std::optional<std::chrono::milliseconds> lease);

private:
    postgres::database& database_;
};

}  // namespace agente::booking
