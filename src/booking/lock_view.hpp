// Who holds which lock now, and what happened to locks: for people who look into a booking that
// waits. Used by lock_routes.
#pragma once

#include <boost/describe.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "booking/lock_events.hpp"
#include "http/page.hpp"
#include "net/task.hpp"
#include "tenancy/caller.hpp"

namespace agente::redis {
class connection;
}

namespace agente::booking {

// stay: all nights of a stay in a room type; next_in_line: the instance that asked first for a
// night and was refused; turn: a guest's turn that is being answered.
enum class lock_kind { stay, next_in_line, turn, other };
BOOST_DESCRIBE_ENUM(lock_kind, stay, next_in_line, turn, other)

struct active_lock {
    std::string tenant;
    lock_kind kind{lock_kind::other};
    std::string key;                       // as the audit has it; a guest's number masked
    std::optional<std::string> holder;     // an instance; null: not known (yet)
    std::optional<std::string> reference;  // of the booking it is held for
    std::optional<std::int64_t> fence;
    std::optional<time_point> since;
    std::optional<std::int64_t> age_ms;
    std::int64_t expires_in_ms{0};  // unless it is extended
};
BOOST_DESCRIBE_STRUCT(active_lock, (),
                      (tenant, kind, key, holder, reference, fence, since, age_ms, expires_in_ms))

struct active_locks {
    std::vector<active_lock> items;  // by key
    bool complete{true};             // false: there are more than are shown
};
BOOST_DESCRIBE_STRUCT(active_locks, (), (items, complete))

struct audited_event {
    std::int64_t id{};
    std::optional<std::string> tenant;
    std::string key, event;
    boost::json::value details;
    time_point at;
};
BOOST_DESCRIBE_STRUCT(audited_event, (), (id, tenant, key, event, details, at))

struct audit_key {  // of a page's last event
    time_point at;
    std::int64_t id{};
};
BOOST_DESCRIBE_STRUCT(audit_key, (), (at, id))

struct audit_filter {
    std::optional<std::string> key, tenant;
    std::optional<lock_event_kind> event;
    std::optional<time_point> from, to;  // to: not included
    int limit{50};
    std::optional<std::string> cursor;
};

struct lock_view_options {
    std::size_t most_locks{1'000};
    int most_scans{300};  // round trips, each over about a thousand keys of Redis
};

// Throw failure "tenants.not_found" for a hotel that the caller may not reach, and what Redis and
// PostgreSQL throw.
class lock_view {
public:
    lock_view(redis::connection& redis, postgres::database& database, clock const& time,
              lock_view_options options = {})
        : redis_(redis), database_(database), time_(time), options_(options) {}

    // In Redis; of the hotel, else of all that the caller may see. Holds in PostgreSQL, when Redis
    // cannot be used, are in the audit alone.
    task<active_locks> active(tenancy::caller const& who, std::optional<std::string> tenant);

    // The newest first.
    task<http::page<audited_event>> audit(tenancy::caller const& who, audit_filter what);

private:
    struct found {
        std::string key, value;
        std::int64_t ttl_ms;
    };
    task<bool> scan(std::string pattern, std::vector<found>& into);
    task<> add_audited(postgres::access as, active_locks& to);

    redis::connection& redis_;
    postgres::database& database_;
    clock const& time_;
    lock_view_options options_;
};

}  // namespace agente::booking
