#include "guest/calendar.hpp"

#include <unicode/timezone.h>
#include <unicode/unistr.h>

#include <memory>

namespace agente::guest {

using namespace std::chrono;

namespace {

std::unique_ptr<icu::TimeZone> zone_of(std::string const& name) {
    if (name.empty()) return nullptr;
    std::unique_ptr<icu::TimeZone> zone(
        icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name)));
    if (!zone || *zone == icu::TimeZone::getUnknown()) return nullptr;
    return zone;
}

}  // namespace

std::optional<year_month_day> local_day(time_point at, std::string const& name) {
    auto const zone = zone_of(name);
    if (!zone) return std::nullopt;
    std::int32_t raw = 0;
    std::int32_t summer = 0;
    UErrorCode status = U_ZERO_ERROR;
    auto const ms = floor<milliseconds>(at.time_since_epoch()).count();
    zone->getOffset(static_cast<UDate>(ms), false, raw, summer, status);
    if (U_FAILURE(status)) return std::nullopt;
    return year_month_day(floor<days>(at + milliseconds(raw) + milliseconds(summer)));
}

std::string region_of(std::string const& name) {
    if (name.empty()) return {};
    char region[8] = {};
    UErrorCode status = U_ZERO_ERROR;
    auto const length =
        icu::TimeZone::getRegion(icu::UnicodeString::fromUTF8(name), region, sizeof region, status);
    if (U_FAILURE(status) || length != 2 || region[0] < 'A' || region[0] > 'Z') return {};
    return std::string(region, 2);
}

year_month_day plus_days(year_month_day from, int count) { return sys_days(from) + days(count); }

int days_between(year_month_day from, year_month_day to) {
    return static_cast<int>((sys_days(to) - sys_days(from)).count());
}

int weekday_of(year_month_day day) { return static_cast<int>(weekday(sys_days(day)).c_encoding()); }

std::optional<year_month_day> next_day(year_month_day from, unsigned month_, unsigned day_) {
    for (int ahead = 0; ahead <= 8; ++ahead) {
        year_month_day const candidate{from.year() + years(ahead), month(month_), day(day_)};
        if (candidate.ok() && candidate >= from) return candidate;
    }
    return std::nullopt;
}

std::optional<year_month_day> next_day_of_month(year_month_day from, unsigned day_) {
    auto at = from.year() / from.month();
    for (int ahead = 0; ahead <= 12; ++ahead, at += months(1)) {
        year_month_day const candidate = at / day(day_);
        if (candidate.ok() && candidate >= from) return candidate;
    }
    return std::nullopt;
}

year_month_day next_weekday(year_month_day from, int wanted) {
    return plus_days(from, (wanted - weekday_of(from) + 7) % 7);
}

}  // namespace agente::guest
