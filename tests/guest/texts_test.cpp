#include "guest/texts.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/text.hpp"
#include "guest/desk.hpp"
#include "guest/fake_hotel.hpp"
#include "guest/reply.hpp"
#include "support/run.hpp"

namespace agente::guest {
namespace {

using namespace std::chrono_literals;

// No price, room count or booking can be said that the desk did not read: these do not even
// compile.
static_assert(!std::is_constructible_v<argument, std::string_view, hotel::money>);
static_assert(!std::is_constructible_v<stated<hotel::money>, hotel::money>);
static_assert(!std::is_constructible_v<stated<int>, int>);
static_assert(!std::is_constructible_v<stated_offer, hotel::offer>);
static_assert(!std::is_constructible_v<stated_booking, hotel::booking>);
static_assert(!std::is_default_constructible_v<stated<hotel::money>>);
static_assert(std::is_constructible_v<argument, std::string_view, stated<hotel::money>>);

// The names in the outer braces of a pattern and of the plural branches inside.
std::set<std::string> arguments_of(std::string_view p) {
    std::set<std::string> names;
    for (std::size_t at = p.find('{'); at != std::string_view::npos; at = p.find('{', at + 1)) {
        auto const end = p.find_first_of(",}{ ", at + 1);
        auto const name = p.substr(at + 1, end - at - 1);
        if (end != std::string_view::npos && (p[end] == '}' || p[end] == ',') && !name.empty() &&
            name.find('#') == std::string_view::npos)
            names.insert(std::string(name));
    }
    return names;
}

// An offer of the fake hotel with this price, read by a desk as in a conversation.
std::string said_total(language l, std::string const& region, std::int64_t micros,
                       std::string const& currency) {
    asio::io_context loop;
    fake_hotel pms;
    pms.nightly[1] = micros;
    pms.currency = currency;
    mock_clock clock{time_point{}};
    desk at_desk(pms, clock, 1s, 1s);
    auto const stay = hotel::stay::make(2027y / 3 / 12, 2027y / 3 / 13).value();
    auto const* offers = support::run(loop, at_desk.offers({stay, {2, {}}, 1}));
    voice const v(l, region, 2026y / 11 / 24);
    return v.say(text_id::other_dates_row, {{"room", "R"}, {"total", offers->at(0).total()}});
}

}  // namespace

TEST(texts, every_one_is_there_in_both_languages_with_the_same_arguments) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(text_id::count); ++i) {
        auto const id = static_cast<text_id>(i);
        EXPECT_FALSE(pattern(language::es, id).empty());
        EXPECT_EQ(arguments_of(pattern(language::es, id)), arguments_of(pattern(language::en, id)))
            << pattern(language::es, id);
    }
}

TEST(texts, every_pattern_can_be_said) {
    for (auto const l : {language::es, language::en}) {
        voice const v(l, "AR", 2026y / 11 / 24);
        for (std::size_t i = 0; i < static_cast<std::size_t>(text_id::count); ++i) {
            auto const id = static_cast<text_id>(i);
            arguments with;
            auto const names = arguments_of(pattern(l, id));
            for (auto const& name : names) with.emplace_back(name, 2);
            auto const said = v.say(id, with);
            EXPECT_FALSE(said.empty());
            EXPECT_EQ(said.find('{'), std::string::npos) << said;
            EXPECT_LE(text::code_points(said), limits::interactive) << said;
        }
    }
}

TEST(texts, labels_of_buttons_fit_without_being_cut) {
    for (auto const l : {language::es, language::en}) {
        voice const v(l, "", 2026y / 11 / 24);
        for (auto const id :
             {text_id::button_yes, text_id::button_no, text_id::button_dates, text_id::button_room,
              text_id::button_cancel, text_id::button_person, text_id::button_go_on,
              text_id::button_retry, text_id::button_use_email, text_id::see_rooms,
              text_id::see_dates, text_id::button_rooms})
            EXPECT_LE(text::code_points(v.say(id, {{"rooms", 5}})), limits::button_title)
                << v.say(id, {{"rooms", 5}});
    }
}

TEST(texts, plurals) {
    voice const es(language::es, "", 2026y / 11 / 24);
    EXPECT_EQ(es.say(text_id::min_nights, {{"room", "A"}, {"least", 1}}),
              "A se reserva por un mínimo de 1 noche.");
    EXPECT_EQ(es.say(text_id::min_nights, {{"room", "A"}, {"least", 2}}),
              "A se reserva por un mínimo de 2 noches.");
}

TEST(texts, days) {
    voice const es(language::es, "AR", 2026y / 11 / 24);
    voice const en(language::en, "US", 2026y / 11 / 24);
    EXPECT_EQ(es.day(2026y / 11 / 27), "viernes 27 de noviembre");
    EXPECT_EQ(es.day(2027y / 1 / 3), "domingo 3 de enero");
    EXPECT_EQ(es.day(2027y / 3 / 12), "viernes 12 de marzo de 2027");
    EXPECT_EQ(en.day(2026y / 11 / 27), "Friday, November 27");
    EXPECT_EQ(en.day(2027y / 3 / 12), "Friday, March 12, 2027");
    EXPECT_EQ(voice(language::en, "GB", 2026y / 11 / 24).day(2026y / 11 / 27),
              "Friday, 27 November");
    EXPECT_EQ(es.short_day(2027y / 3 / 12), "12 mar");
    EXPECT_EQ(en.short_day(2027y / 3 / 12), "Mar 12");
}

TEST(texts, amounts_are_exact_and_written_as_in_the_hotels_country) {
    EXPECT_EQ(said_total(language::es, "AR", 1'234'500'000, "USD"), "R: USD 1.234,50 en total");
    EXPECT_EQ(said_total(language::es, "MX", 1'234'500'000, "MXN"), "R: MXN 1,234.50 en total");
    EXPECT_EQ(said_total(language::en, "US", 1'234'500'000, "USD"), "R: USD 1,234.50 in total");
    EXPECT_EQ(said_total(language::es, "CL", 85'000'000'000, "CLP"), "R: CLP 85.000 en total");
    EXPECT_EQ(said_total(language::en, "", 346'656'800, "USD"), "R: USD 346.66 in total")
        << "as it is billed";
    EXPECT_EQ(said_total(language::en, "", 346'655'000, "USD"), "R: USD 346.66 in total")
        << "half a cent up";
    EXPECT_EQ(said_total(language::en, "", 9'007'199'254'740'993, "USD"),
              "R: USD 9,007,199,254.74 in total")
        << "no double on the way";
}

}  // namespace agente::guest
