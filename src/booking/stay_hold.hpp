// What stay_lock and stay_locks are made of: one worker's lines, and one lock that is asked for or
// held. Used by their sources.
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "booking/advisory_lock.hpp"
#include "booking/local_queue.hpp"
#include "booking/lock_events.hpp"
#include "booking/lock_term.hpp"
#include "booking/redis_lock.hpp"
#include "booking/stay_lock.hpp"
#include "net/gate.hpp"

namespace agente::booking {

std::chrono::milliseconds since(std::chrono::steady_clock::time_point start);

struct stay_locks::core {
    core(asio::io_context& l, redis::connection& r, postgres::database& d, clock const& t,
         lock_events& e, stay_lock_options o, telemetry::metrics& m);

    asio::io_context& loop;
    postgres::database& database;
    clock const& time;
    lock_events& events;
    stay_lock_options options;
    redis_lock redis;
    std::chrono::steady_clock::time_point redis_rests_until{};

    local_queue queue;
    std::unordered_map<local_queue::ticket, net::gate*> waiters;
    std::size_t fallbacks_held{0};
    net::gate slots;            // one of them became free
    std::size_t background{0};  // releases under way
    net::gate idle;

    telemetry::gauge& held;
    telemetry::gauge& waiting;
    telemetry::counter& fallbacks;
    telemetry::counter& losses;

    bool redis_usable() const { return std::chrono::steady_clock::now() >= redis_rests_until; }
    void rest_redis(std::string_view why);
    void leave(local_queue::ticket t);
};

// Shared by the lock, its watchdog and its release.
struct stay_lock::hold {
    hold(std::shared_ptr<stay_locks::core> c, std::string t)
        : core(std::move(c)), tenant(std::move(t)) {}
    ~hold() { give_back(); }
    hold(hold const&) = delete;

    std::shared_ptr<stay_locks::core> core;
    std::string tenant, lock_key, reference;
    std::optional<local_queue::ticket> ticket;
    lock_keys keys;
    std::string token;
    std::int64_t fence{0};
    std::optional<lock_term> term;          // in Redis
    std::optional<advisory_lock> advisory;  // in PostgreSQL
    bool slot{false};                       // counts in core->fallbacks_held
    bool granted{false};
    bool lost{false};
    bool over{false};  // release has begun
    bool released{false};
    net::gate stop;  // over or released became true
    std::chrono::steady_clock::time_point since_when{};

    void start(std::chrono::steady_clock::time_point asked, bool waited);  // it is granted
    void lose(std::string_view why);
    void record(lock_event_kind kind, boost::json::object details);
    void give_back();  // the places in the lines
};

// Extends the lock while it is held.
void watch_in_background(std::shared_ptr<stay_lock::hold> h);
// Ends it, once: frees what carries its token, then its places in the lines.
void let_go_in_background(std::shared_ptr<stay_lock::hold> h);

}  // namespace agente::booking
