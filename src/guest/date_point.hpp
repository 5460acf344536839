// One day as a guest writes it, before it is known which year (or month) is meant. Used by the stay
// reader only. Pure.
#pragma once

#include <chrono>
#include <optional>

#include "guest/tagging.hpp"

namespace agente::guest {

struct date_point {
    unsigned day{0}, month{0};  // 0: not told
    int year{0};
    int weekday{-1};                                   // told without a day: -1 no
    bool this_one{false};                              // "este viernes": today counts
    std::optional<std::chrono::year_month_day> fixed;  // tomorrow, in three days
    std::size_t length{0};                             // items

    bool bare() const { return day != 0 && month == 0; }  // "el 12"
};

enum class bare_day { refused, allowed };

// The day that begins at this item. A bare number is one only when `bare` allows it and nothing
// countable follows.
std::optional<date_point> date_at(tagged_message const& m, std::size_t i,
                                  std::chrono::year_month_day today, bare_day bare);

// A number followed by something that is counted: "2 personas", "3 noches".
bool counts_something(tagged_message const& m, std::size_t number_at);

// The day meant, on or after `from`; after it when `strictly`. Nothing when there is no such day in
// the calendar.
std::optional<std::chrono::year_month_day> resolve(date_point const& p,
                                                   std::chrono::year_month_day from, bool strictly);

}  // namespace agente::guest
