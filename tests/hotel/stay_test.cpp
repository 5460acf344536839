#include "hotel/stay.hpp"

#include <gtest/gtest.h>

namespace agente::hotel {

using namespace std::chrono;

namespace {

stay make(std::string_view from, std::string_view to) {
    return stay::make(parse_iso(from).value(), parse_iso(to).value()).value();
}

}  // namespace

TEST(stay, counts_nights_over_month_and_leap_day) {
    auto const s = make("2028-02-28", "2028-03-01");
    EXPECT_EQ(s.nights(), 2);
    auto const nights = s.each_night();
    ASSERT_EQ(nights.size(), 2u);
    EXPECT_EQ(to_iso(nights[0]), "2028-02-28");
    EXPECT_EQ(to_iso(nights[1]), "2028-02-29");
}

TEST(stay, cannot_end_before_it_begins_nor_on_the_same_day) {
    auto const day = parse_iso("2027-01-10").value();
    EXPECT_EQ(stay::make(day, day).error().code(), "stay.ends_before_it_begins");
    EXPECT_EQ(stay::make(day, parse_iso("2027-01-09").value()).error().code(),
              "stay.ends_before_it_begins");
}

TEST(stay, refuses_days_that_do_not_exist_and_stays_beyond_a_year) {
    EXPECT_EQ(stay::make(2027y / 2 / 30, 2027y / 3 / 1).error().code(), "stay.no_such_day");
    EXPECT_EQ(stay::make(2027y / 1 / 1, 2029y / 1 / 1).error().code(), "stay.too_long");
    EXPECT_TRUE(stay::make(2027y / 1 / 1, 2028y / 1 / 1).has_value());
}

TEST(stay, overlaps_only_when_a_night_is_shared) {
    auto const s = make("2027-01-10", "2027-01-12");
    EXPECT_TRUE(s.overlaps(make("2027-01-11", "2027-01-13")));
    EXPECT_TRUE(s.overlaps(make("2027-01-01", "2027-02-01")));
    EXPECT_FALSE(s.overlaps(make("2027-01-12", "2027-01-13")));
    EXPECT_FALSE(s.overlaps(make("2027-01-09", "2027-01-10")));
}

TEST(date, is_read_strictly) {
    EXPECT_EQ(to_iso(parse_iso("2027-01-10").value()), "2027-01-10");
    for (auto text : {"2027-1-10", "2027-02-29", "2027-13-45", "27-01-10", "2027/01/10", "",
                      "2027-01-1a", "2027-01-10 00:00:00"})
        EXPECT_EQ(parse_iso(text).error().code(), "date.malformed") << text;
}

}  // namespace agente::hotel
