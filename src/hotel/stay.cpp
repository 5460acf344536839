#include "hotel/stay.hpp"

namespace agente::hotel {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

result<stay> stay::make(year_month_day arrival, year_month_day departure) {
    if (!arrival.ok() || !departure.ok())
        return error(error_kind::invalid, "stay.no_such_day",
                     "one of the two dates does not exist in the calendar");
    auto const nights = (sys_days(departure) - sys_days(arrival)).count();
    if (nights < 1)
        return error(error_kind::invalid, "stay.ends_before_it_begins",
                     fmt::format("the departure ({}) must be after the arrival ({})",
                                 to_iso(departure), to_iso(arrival)));
    if (nights > most_nights)
        return error(error_kind::invalid, "stay.too_long",
                     fmt::format("{} nights are more than the {} that can be booked at once",
                                 nights, most_nights));
    return stay(arrival, departure);
}

int stay::nights() const noexcept {
    return static_cast<int>((sys_days(departure_) - sys_days(arrival_)).count());
}

std::vector<year_month_day> stay::each_night() const {
    std::vector<year_month_day> all;
    for (auto day = sys_days(arrival_); day < sys_days(departure_); day += days(1))
        all.emplace_back(day);
    return all;
}

bool stay::overlaps(stay const& other) const noexcept {
    return arrival_ < other.departure_ && other.arrival_ < departure_;
}

std::string to_iso(year_month_day day) {
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

result<year_month_day> parse_iso(std::string_view text) {
    auto const number = [&](std::size_t from, std::size_t count) {
        int value = 0;
        for (auto c : text.substr(from, count)) {
            if (c < '0' || c > '9') return -1;
            value = value * 10 + (c - '0');
        }
        return value;
    };
    if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
        auto const year = number(0, 4);
        auto const month = number(5, 2);
        auto const day = number(8, 2);
        if (year >= 0 && month >= 0 && day >= 0) {
            year_month_day const date{std::chrono::year(year),
                                      std::chrono::month(static_cast<unsigned>(month)),
                                      std::chrono::day(static_cast<unsigned>(day))};
            if (date.ok()) return date;
        }
    }
    return error(error_kind::invalid, "date.malformed",
                 fmt::format("\"{}\" is not a date YYYY-MM-DD", text.substr(0, 40)));
}

}  // namespace agente::hotel
