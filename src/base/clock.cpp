#include "base/clock.hpp"

#include <fmt/chrono.h>

namespace agente {

using namespace std::chrono;

time_point real_clock::now() const { return time_point_cast<microseconds>(system_clock::now()); }
steady_clock::time_point real_clock::steady_now() const { return steady_clock::now(); }

void mock_clock::advance(microseconds by) {
    now_ += by;
    steady_ += by;
}

std::string to_rfc3339(time_point t) {
    auto const day = floor<days>(t);
    year_month_day const date{day};
    hh_mm_ss const time{t - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", int(date.year()),
                       unsigned(date.month()), unsigned(date.day()), time.hours().count(),
                       time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

}  // namespace agente
