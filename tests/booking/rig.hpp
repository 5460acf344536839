// One instance of the booking part, wired as the program wires it, on the test's thread or on one
// of its own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "booking/lock_events.hpp"
#include "booking/recovery.hpp"
#include "booking/service.hpp"
#include "booking/stay_lock.hpp"
#include "hotel/property_system.hpp"
#include "postgres/database.hpp"
#include "redis/connection.hpp"
#include "support/run.hpp"
#include "support/servers.hpp"

namespace agente::booking {

inline constexpr std::string_view hotel_slug = "hotel-demo";
inline tenancy::scope hotel_scope() {
    return tenancy::scope::for_command_line(std::string(hotel_slug));
}

// Thrown by a step hook: the instance dies there. Not a failure, so nothing handles it.
struct killed {};

struct rig_options {
    std::string database_url;
    std::string redis_url;
    std::size_t connections{2};
    std::shared_ptr<clock> time = std::make_shared<real_clock>();
    std::size_t most_events{4'096};
    service_options service;
    stay_lock_options locks;
    recovery_options recovery;
};

// Short where a test has to wait for it; the rest as in production.
rig_options usual(std::string database_url, std::string redis_url);

// The hotel system as one instance reaches it.
using pms_maker = std::function<std::shared_ptr<hotel::property_system>(
    asio::io_context&, clock const&, telemetry::metrics&)>;

class rig {
public:
    rig(rig_options options, std::shared_ptr<hotel::property_system> pms);
    rig(rig_options options, pms_maker const& make_pms);
    ~rig();  // in order; killed: everything dropped where it stands

    outcome book(order what) {
        return support::run(loop, service.book(hotel_scope(), *pms, std::move(what)));
    }
    std::vector<outcome> book_all(std::vector<order> what);  // all at once
    int recover() { return support::run(loop, recovery.round()); }
    double lost() { return metrics.count("booking_locks_lost_total", {}).value(); }
    void settle_down();  // releases and audit are done

    // Dies at `at`: no handler of this instance runs any more.
    void die_at(step at) { dying_at = at; }
    bool dead{false};
    std::function<void(step)> at_step;  // besides
    std::optional<step> dying_at;

    telemetry::metrics metrics;
    std::shared_ptr<clock> time;
    asio::io_context loop{1};
    std::shared_ptr<hotel::property_system> pms;
    postgres::database database;
    redis::connection redis;
    lock_events events;
    stay_locks locks;
    booking::service service;
    booking::recovery recovery;
    std::vector<settled> told;
    int tell_fails{0};  // so many times

private:
    service_options with_hook(service_options options);
};

}  // namespace agente::booking
