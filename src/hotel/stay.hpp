// The nights a guest stays. Dates are the hotel's own calendar days, without a time zone.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace agente::hotel {

class stay {
public:
    static constexpr int most_nights = 365;

    // Errors: "stay.no_such_day", "stay.ends_before_it_begins" (also zero nights), "stay.too_long".
    static result<stay> make(std::chrono::year_month_day arrival,
                             std::chrono::year_month_day departure);

    std::chrono::year_month_day arrival() const noexcept { return arrival_; }
    std::chrono::year_month_day departure() const noexcept { return departure_; }
    int nights() const noexcept;  // at least 1
    std::vector<std::chrono::year_month_day> each_night()
        const;  // the day before departure is the last
    bool overlaps(
        stay const& other) const noexcept;  // share a night; departure day = arrival day does not

    friend bool operator==(stay const&, stay const&) = default;

private:
    stay(std::chrono::year_month_day arrival, std::chrono::year_month_day departure)
        : arrival_(arrival), departure_(departure) {}

    std::chrono::year_month_day arrival_;
    std::chrono::year_month_day departure_;
};

std::string to_iso(std::chrono::year_month_day day);  // "2027-01-10"
result<std::chrono::year_month_day> parse_iso(
    std::string_view text);  // exactly ten characters; "date.malformed"

}  // namespace agente::hotel
