// What happens to stay locks, written to public.lock_audit behind the bookings' back: it never
// delays or fails one.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/describe/enum.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "net/task.hpp"
#include "telemetry/metrics.hpp"

namespace agente::postgres {
class database;
}

namespace agente::booking {

enum class lock_event_kind {
    waited,   // it is not free at once; an acquired or a refused follows
    refused,  // not got in the time given
    acquired,
    fallback,  // Redis cannot be used: PostgreSQL's advisory locks instead
    extended,  // by the watchdog, the first time in a hold
    lost,  // Redis says it is not ours any more, or could not say for too long. No released follows
    released
};
BOOST_DESCRIBE_ENUM(lock_event_kind, waited, refused, acquired, fallback, extended, lost, released)

struct lock_event {
    lock_event_kind kind{lock_event_kind::acquired};
    std::string tenant;    // slug
    std::string lock_key;  // "lock:<tenant>:stay:<room type>:<arrival>..<departure>"
    boost::json::object details;
};

class lock_events {
public:
    // Past `most_pending` events not yet in the database new ones are dropped and counted.
    lock_events(asio::io_context& loop, postgres::database& database, telemetry::metrics& metrics,
                std::size_t most_pending = 4'096);
    ~lock_events();

    void record(lock_event event);

    // Returns when everything recorded so far is in the database or dropped, at the latest after
    // `most`.
    task<> drain(std::chrono::milliseconds most);

private:
    struct core;
    std::shared_ptr<core> core_;
};

}  // namespace agente::booking
