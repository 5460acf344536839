// Faults a test or a demonstration asks a simulated QloApps for.
#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "qloapps/simulator_bookings.hpp"

namespace agente::qloapps::simulation {

struct fault {
    enum class action {
        none,          // only the delay
        fatal,         // 500, text/html, empty: PHP died
        garbage,       // 200, application/json, and what is no JSON
        overloaded,    // 503 of the web server
        switched_off,  // 503, code 22
        cut,           // the connection ends without an answer
        hang           // no answer until released; after 30 s the HTTP server itself gives up
    };

    std::string method;    // empty: any
    std::string resource;  // "bookings"; empty: any
    action what{action::none};
    bool after{false};  // the request is carried out first
    std::chrono::milliseconds delay{0};
    int times{1};  // so many requests; a negative number: until cleared
};

class fault_list {
public:
    static constexpr std::size_t most = 100;

    result<void> add(fault f);  // "simulator.too_many_faults"
    void clear() { list_.clear(); }
    std::optional<fault> take(std::string_view method,
                              std::string_view resource);  // the first that matches, counted down

private:
    std::vector<fault> list_;
};

// The time between the check and the insertion of a POST, or of a PUT that wants other rooms, in
// which others may take the same room.
struct race {
    std::chrono::milliseconds window{0};
    int racers{0};  // above 0: the window closes as soon as so many requests stand in it
    race_outcome loser{race_outcome::flag_loser};  // of a POST; a PUT's is always silent
};

// {"method":"POST","resource":"bookings","action":"cut","after":true,"delay_ms":0,"times":1}, every
// member optional.
result<fault> parse_fault(std::string_view body);
// {"window_ms":200,"racers":2,"loser":"flag"|"silent"}
result<race> parse_race(std::string_view body);

}  // namespace agente::qloapps::simulation
