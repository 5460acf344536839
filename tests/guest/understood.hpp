// An understanding as one line, so that a table of utterances can be read: "in=2027-03-12
// out=2027-03-15 adults=2 ages=7".
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "guest/understanding.hpp"

namespace agente::guest {

inline std::string describe(understanding const& u) {
    std::string s;
    auto const add_part = [&](std::string part) { s += (s.empty() ? "" : " ") + part; };
    if (u.stay.arrival) add_part("in=" + hotel::to_iso(*u.stay.arrival));
    if (u.stay.departure) add_part("out=" + hotel::to_iso(*u.stay.departure));
    if (u.stay.nights) add_part("nights=" + std::to_string(*u.stay.nights));
    if (u.stay.month)
        add_part("month=" + hotel::to_iso(*u.stay.month / std::chrono::day(1)).substr(0, 7));
    if (u.stay.no_such_day) add_part("no_such_day");
    if (u.party.adults) add_part("adults=" + std::to_string(*u.party.adults));
    if (u.party.children) add_part("children=" + std::to_string(*u.party.children));
    if (!u.party.child_ages.empty()) {
        std::string ages;
        for (auto const a : u.party.child_ages)
            ages += (ages.empty() ? "" : ",") + std::to_string(a);
        add_part("ages=" + ages);
    }
    if (u.party.some_children) add_part("some_children");
    if (u.party.rooms) add_part("rooms=" + std::to_string(*u.party.rooms));
    for (auto const& r : u.rooms) add_part("room=" + std::to_string(r.room_type_id));
    if (!u.unknown_room.empty()) add_part("unknown_room=" + u.unknown_room);
    if (u.number) add_part("number=" + std::to_string(*u.number));
    if (!u.name.first.empty()) add_part("name=" + u.name.first + "/" + u.name.last);
    if (u.name.problem == name_problem::digits) add_part("name_digits");
    if (u.name.problem == name_problem::too_long) add_part("name_too_long");
    if (!u.email.address.empty()) add_part("mail=" + u.email.address);
    if (u.email.problem != email_problem::none) {
        static constexpr char const* problems[] = {"",        "no_at",  "no_domain",   "no_dot",
                                                   "two_ats", "spaces", "bad_letters", "too_long"};
        add_part(std::string("mail_") + problems[static_cast<int>(u.email.problem)]);
    }
    if (!u.email.suggestion.empty()) add_part("meant=" + u.email.suggestion);
    return s;
}

inline std::string describe_intents(understanding const& u) {
    std::string s;
    for (std::size_t i = 0; i < static_cast<std::size_t>(intent::count); ++i) {
        auto const one = static_cast<intent>(i);
        if (one == intent::tell || !has(u.intents, one)) continue;
        s += (s.empty() ? "" : " ") + std::string(to_string(one));
    }
    if (u.plain_yes) s += "!";
    if (u.plain_no) s += "!";
    return s;
}

using namespace std::chrono_literals;

inline std::vector<shown_room> const hotel_rooms{{1, "General Rooms"},   {2, "Delux Rooms"},
                                                 {3, "Executive Rooms"}, {4, "Luxury Rooms"},
                                                 {5, "Doble Estándar"},  {6, "Suite Familiar"}};

inline understanding understand(std::string text, state asked = state::idle,
                                language of_conversation = language::unknown) {
    reading_context context;
    context.today = 2026y / 11 / 24;
    context.language = of_conversation;
    context.asked = asked;
    context.room_types = hotel_rooms;
    context.children_known = 2;
    if (of_conversation != language::unknown) context.known_arrival = 2027y / 3 / 12;
    turn said;
    said.text = std::move(text);
    return read_message(said, context);
}

struct utterance {
    std::string text, told;
};
inline void expect_told(std::vector<utterance> const& all) {
    for (auto const& one : all) EXPECT_EQ(describe(understand(one.text)), one.told) << one.text;
}

struct answer_given {
    state asked;
    language of_conversation;
    std::string text, told;
};
inline void expect_told_in(std::vector<answer_given> const& all) {
    for (auto const& one : all)
        EXPECT_EQ(describe(understand(one.text, one.asked, one.of_conversation)), one.told)
            << one.text;
}
inline void expect_intents(std::vector<answer_given> const& all) {
    for (auto const& one : all)
        EXPECT_EQ(describe_intents(understand(one.text, one.asked, one.of_conversation)), one.told)
            << one.text;
}

}  // namespace agente::guest
