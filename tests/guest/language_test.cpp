#include <gtest/gtest.h>

#include "guest/calendar.hpp"
#include "guest/language_detection.hpp"
#include "guest/understood.hpp"

namespace agente::guest {
namespace {

language detected(std::string_view text, language before = language::unknown) {
    return detect_language(split_words(text), before);
}

}  // namespace

TEST(language, is_told_by_everyday_words) {
    EXPECT_EQ(detected("¿Tienen habitación para mañana?"), language::es);
    EXPECT_EQ(detected("do you have a room for tomorrow?"), language::en);
    EXPECT_EQ(detected("vocês têm quarto para amanhã?"), language::pt);
    EXPECT_EQ(detected("hola"), language::es);
    EXPECT_EQ(detected("hi"), language::en);
    EXPECT_EQ(detected("oi"), language::pt);
}

TEST(language, is_unknown_where_nothing_tells_it) {
    for (auto const text :
         {"", "12/3", "ok", "no", "ana@example.com", "👍", "Ana García", "check-in"})
        EXPECT_EQ(detected(text), language::unknown) << text;
}

TEST(language, changes_in_a_conversation_only_on_clear_evidence) {
    EXPECT_EQ(detected("ok", language::en), language::en);
    EXPECT_EQ(detected("2", language::en), language::en);
    EXPECT_EQ(detected("hotel", language::es), language::es);
    EXPECT_EQ(detected("sorry, do you speak English? what is the price", language::es),
              language::en);
    EXPECT_EQ(detected("quiero una habitación para dos personas", language::en), language::es);
}

TEST(language, can_be_asked_for) {
    EXPECT_EQ(understand("english please", state::name, language::es).language, language::en);
    EXPECT_EQ(understand("español por favor", state::idle, language::en).language, language::es);
}

TEST(language, a_message_without_a_language_is_read_as_the_hotel_speaks) {
    reading_context context;
    context.today = 2026y / 11 / 24;
    turn said;
    said.text = "3/4";
    context.fallback = language::es;
    EXPECT_EQ(describe(read_message(said, context)), "in=2027-04-03");
    context.fallback = language::en;
    EXPECT_EQ(describe(read_message(said, context)), "in=2027-03-04");
}

TEST(calendar, today_is_the_hotels_day) {
    auto const at = std::chrono::sys_days{2026y / 12 / 31} + 23h + 30min;  // UTC
    EXPECT_EQ(local_day(at, "America/Argentina/Buenos_Aires"), 2026y / 12 / 31);
    EXPECT_EQ(local_day(at, "Pacific/Auckland"), 2027y / 1 / 1);
    EXPECT_EQ(local_day(std::chrono::sys_days{2026y / 7 / 1} + 3h, "America/New_York"),
              2026y / 6 / 30);  // summer time: UTC-4
    EXPECT_EQ(local_day(std::chrono::sys_days{2026y / 7 / 1} + 4h, "America/New_York"),
              2026y / 7 / 1);
    EXPECT_EQ(local_day(at, "Nowhere/Atlantis"), std::nullopt);
    EXPECT_EQ(local_day(at, ""), std::nullopt);
}

TEST(calendar, a_zone_tells_the_country) {
    EXPECT_EQ(region_of("America/Mexico_City"), "MX");
    EXPECT_EQ(region_of("UTC"), "");
    EXPECT_EQ(region_of(""), "");
}

TEST(calendar, days_that_come_again) {
    EXPECT_EQ(next_day(2026y / 11 / 24, 11, 24), 2026y / 11 / 24);
    EXPECT_EQ(next_day(2026y / 11 / 24, 11, 23), 2027y / 11 / 23);
    EXPECT_EQ(next_day(2026y / 11 / 24, 2, 29), 2028y / 2 / 29);
    EXPECT_EQ(next_day(2026y / 11 / 24, 4, 31), std::nullopt);
    EXPECT_EQ(next_day_of_month(2026y / 11 / 24, 31), 2026y / 12 / 31);
    EXPECT_EQ(next_weekday(2026y / 11 / 24, 2), 2026y / 11 / 24);
    EXPECT_EQ(next_weekday(2026y / 11 / 24, 1), 2026y / 11 / 30);
}

}  // namespace agente::guest
