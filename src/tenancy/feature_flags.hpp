// What the feature flags say now. Kept in one hash of Redis, which every instance reads at most
// once a second; asking costs no round trip. One a worker. Used by guest and channels; set through
// flag_service.
#pragma once

#include <boost/describe.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "net/task.hpp"
#include "tenancy/flags.hpp"

namespace agente::redis {
class connection;
}

namespace agente::tenancy {

struct feature_flag_options {
    std::chrono::milliseconds fresh{1'000};  // younger knowledge is used without reading again
    std::chrono::milliseconds stale{2'000};  // older knowledge is waited for
    std::chrono::milliseconds most_wait{200};
};

// Where an answer comes from: as Redis has it, as it had it once (it cannot be asked now), or as
// declared (it never could).
enum class flag_source { current, last_known, declared };
BOOST_DESCRIBE_ENUM(flag_source, current, last_known, declared)

struct flag_values {
    std::optional<bool> for_all,
        for_hotel;  // as set; none: not set, or set to a word we do not know
    bool on;        // what counts
};

// A change is seen by every instance within two seconds. Without Redis the last known values count,
// then the defaults: nothing here ever fails for that reason.
class feature_flags {
public:
    feature_flags(redis::connection& redis, clock const& clock, feature_flag_options options = {});
    ~feature_flags();

    // `hotel`: a slug; empty: what holds for all. The hotel's own value counts before that of all,
    // and that before the default.
    task<bool> on(flag const& what, std::string hotel = {});

    // For who looks at flags: reads Redis now.
    task<flag_source> read_now();
    flag_values values(flag const& what, std::string const& hotel) const;  // as last read

    // Throw redis::error.
    task<> set(flag const& what, std::string hotel, bool to);
    task<> unset(flag const& what, std::string hotel);
    task<> forget_hotel(std::string slug);  // all of its own values

private:
    struct core;
    std::shared_ptr<core> core_;  // shared with a reading under way
};

// 1, true, on, yes: true; 0, false, off, no: false; whatever the case. Anything else: nothing.
std::optional<bool> flag_word(std::string_view text);

}  // namespace agente::tenancy
