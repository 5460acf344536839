// The hotel's calendar: which day it is there, and arithmetic on days. Pure but for ICU's time zone
// data.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace agente::guest {

using std::chrono::year_month_day;

// The calendar day in the zone (IANA name) at that moment. Nothing when the zone is unknown.
std::optional<year_month_day> local_day(time_point at, std::string const& zone);

// "AR" for America/Argentina/Buenos_Aires; empty when the zone belongs to no country. Decides how
// amounts are written.
std::string region_of(std::string const& zone);

year_month_day plus_days(year_month_day from, int days);
int days_between(year_month_day from, year_month_day to);
int weekday_of(year_month_day day);  // 0 Sunday … 6 Saturday

// The first such day on or after `from`. Nothing when no such day exists within eight years (31
// June).
std::optional<year_month_day> next_day(year_month_day from, unsigned month, unsigned day);
std::optional<year_month_day> next_day_of_month(year_month_day from, unsigned day);
year_month_day next_weekday(year_month_day from, int weekday);  // on or after

}  // namespace agente::guest
