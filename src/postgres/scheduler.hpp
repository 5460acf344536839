// Who leaves when, on which connection, and whose answer that was. The pure part of the pool: no
// I/O, time is a parameter, so that every failure can be tried at every step. Used by the pool
// alone.
#pragma once

#include <deque>
#include <vector>

#include "postgres/flight.hpp"
#include "postgres/options.hpp"
#include "postgres/pacer.hpp"
#include "postgres/suspects.hpp"
#include "postgres/waiting_line.hpp"

namespace agente::postgres {

struct limits {
    std::size_t waiting{1024};
    std::size_t waiting_lone{64};
    std::size_t in_flight{64};
    std::size_t reads_per_sync{64};
    std::size_t bytes_per_sync{256 * 1024};
    std::size_t connections{4};  // most ever open: base and overflow
};

// Units that are done, with their outcome in them; the caller wakes whoever waits for them.
using finished = std::vector<unit_ptr>;

class scheduler {
public:
    static constexpr std::chrono::milliseconds rest{50};
    static constexpr std::size_t least_share{4};  // reads too few to be worth a connection each
    static constexpr std::chrono::milliseconds least_wait{2};  // too short to open one for it
    static constexpr std::chrono::milliseconds long_wait{10};  // beside two flights: for anybody

    scheduler(limits with, bool multi)
        : limits_(with), multi_(multi), reads_(with.waiting), alone_(with.waiting),
          groups_(with.waiting), lone_(with.waiting_lone), leases_(with.waiting_lone) {}

    // --- work ---
    [[nodiscard]] bool submit(unit_ptr one, steady_time now);  // false: the line is full
    [[nodiscard]] bool request_lease(unit_ptr one);            // answered by grant()
    void abandon(unit& one);  // its caller is gone: leaves the line, or lands unseen
    // Those whose time to depart has passed, failed as unavailable. Reads that rested after a loss
    // may depart again.
    finished expire(steady_time now);
    finished fail_waiting(error const& with);  // everybody in a line

    // --- departures: call until nullopt ---
    struct departure {
        int connection;
        std::span<unit_ptr const> units;  // valid until the next call
    };
    std::optional<departure> depart(steady_time now);
    unit_ptr grant();  // a lease whose connection was found (unit::connection); null: none
    std::optional<steady_time> next_departure() const;  // set when only the pacing holds reads back

    // --- what a connection reports. False or nullopt: an answer nobody asked for; close it ---
    [[nodiscard]] bool replied(int connection, reply one);
    std::optional<finished> synced(int connection, steady_time now);
    finished lost(int connection, std::string_view why, bool too_slow,
                  steady_time now);  // and forgets the connection

    // --- connections ---
    void add(int connection);
    void retire(int connection);      // no more departures; see idle()
    bool idle(int connection) const;  // nothing under way, not lent
    bool busy(int connection) const;  // something under way
    std::size_t open() const noexcept { return slots_.size(); }
    std::size_t lent() const;
    // The first connection whose oldest flight has been under way since before `since`; -1: none.
    int overdue(steady_time now, steady_duration deadline) const;
    // Nothing shared is under way on it since `since`, and it is not lent.
    bool unused_since(int connection, steady_time since) const;
    void fly_alone(int connection, unit_ptr one, steady_time now);  // on a lent connection
    void take_back(int connection);  // the lease ended, the connection is clean

    void set_multi(bool multi) noexcept { multi_ = multi; }
    bool multi() const noexcept { return multi_; }

    // Work waits although every connection is busy: one more would help.
    bool wants_connection(steady_time now) const;
    std::size_t waiting() const noexcept {
        return reads_.size() + alone_.size() + groups_.size() + lone_.size() + leases_.size() +
               resting_.size();
    }
    std::size_t in_flight() const;
    pacer const& pace() const noexcept { return pacer_; }

private:
    enum class use { shared, retiring, promised /* to a lease */, lent };
    enum class lane { reads, alone, groups, lone };
    static constexpr int lanes{4};
    struct slot {
        int connection;
        use as{use::shared};
        std::deque<flight> flights;
        lane last{lane::alone};    // of the only flight in `single`
        steady_time head_since{};  // since when the oldest flight is the oldest
        steady_time busy_until{};
    };

    slot* find(int connection);
    slot const* find(int connection) const;
    slot* freest();
    slot* free_shared();
    departure launch(slot& on, std::vector<unit_ptr> units, steady_time now);
    std::optional<departure> depart_multi(steady_time now);
    std::optional<departure> depart_single(steady_time now);
    std::vector<unit_ptr> gather(steady_time now);
    steady_time reads_leave_at(steady_time now) const;
    bool reads_may_leave(steady_time now) const;
    bool lone_may_leave() const;
    std::size_t shared_count() const;
    std::size_t free_count() const;

    limits limits_;
    bool multi_;
    waiting_line reads_, alone_, groups_, lone_, leases_;
    // Reads of a lost connection. What ended it often ends the others a moment later; sent at once
    // they would be lost again.
    waiting_line resting_{static_cast<std::size_t>(-1)};
    steady_time rested_{};  // when they may depart
    std::vector<slot> slots_;
    pacer pacer_;
    steady_time burst_{};  // when reads last found every connection free
    std::size_t reads_flying_{0};
    suspects suspects_;
    lane turn_{lane::reads};  // whose turn it is when several wait
};

}  // namespace agente::postgres
