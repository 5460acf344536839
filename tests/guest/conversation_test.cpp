#include "guest/conversation.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace agente::guest {
namespace {

using namespace std::chrono_literals;

conversation full() {
    conversation c;
    c.language = language::en;
    c.state = state::confirm;
    c.introduced = true;
    c.told_about_pt = true;
    c.wanted = {.arrival = 2027y / 3 / 12,
                .departure = 2027y / 3 / 15,
                .nights = 3,
                .month = 2027y / 3,
                .adults = 2,
                .children = 2,
                .child_ages = {7, 0},
                .some_children = true,
                .rooms = 2,
                .room_type_id = 9'007'199'254'740'993,
                .room_type_name = "Suite “Ñandú”",
                .first_name = "Ana",
                .last_name = "O'Brien",
                .email = "ana@x.org"};
    c.rooms_shown = {{1, "General"}, {2, "Delux"}};
    c.dates_shown = {{2027y / 3 / 13, 2027y / 3 / 16}};
    c.room_checked = true;
    c.summary_key = "0192f0c1-7e5b-7c3a-9b1e-3d2f4a5b6c7d";
    c.summary_total = {1'300'500'000, "USD"};
    c.suggested_email = "a@gmail.com";
    c.doubted_email = "a@gmial.com";
    c.suggested_rooms = 2;
    c.booking_reference = "agent:1";
    c.booked_pms_id = 4711;
    c.failed_turns = 1;
    c.person_offered = true;
    c.handed_over = true;
    c.handed_over_at = time_point(123456789us);
    c.last_turn = {
        {"a", "b"},
        {make_reply("hola"), make_reply("¿Cuál?", {{"room:1", "General", "USD 1"}}, "Ver")}};
    return c;
}

// The full conversation's JSON with one member replaced by this JSON.
std::string with(std::string_view name, std::string const& value) {
    auto o = boost::json::parse(to_json(full())).get_object();
    o[name] = boost::json::parse(value);
    return boost::json::serialize(o);
}

}  // namespace

TEST(conversation, comes_back_from_json_as_it_was) {
    for (auto const& c : {full(), conversation{}}) {
        auto const parsed = conversation_from_json(to_json(c));
        EXPECT_TRUE(parsed.recognised);
        EXPECT_EQ(parsed.state, c);
    }
    EXPECT_LT(to_json(full()).size(), conversation::most_bytes);
}

TEST(conversation, every_state_and_language_has_a_name) {
    for (int s = 0; s <= static_cast<int>(state::booked); ++s)
        for (int l = 0; l <= static_cast<int>(language::pt); ++l) {
            conversation c;
            c.state = static_cast<state>(s);
            c.language = static_cast<language>(l);
            EXPECT_EQ(conversation_from_json(to_json(c)).state, c);
        }
}

TEST(conversation, another_version_or_anything_else_is_a_fresh_one) {
    auto const deep = std::string(5'000, '[') + std::string(5'000, ']');
    for (std::string const& text :
         {with("version", "0"),
          with("version", "2"),
          with("version", "\"1\""),
          with("state", "\"flying\""),
          with("language", "\"klingon\""),
          with("wanted", "7"),
          with("last_turn", "[]"),
          with("summary_key", "\"" + std::string(5'000, 'x') + "\""),
          with("failed_turns", "-1"),
          with("introduced", "1"),
          with("booked_pms_id", "1e300"),
          with("rooms_shown", "[1,2,3]"),
          with("rooms_shown", "{}"),
          with("dates_shown", R"([{"arrival":"yesterday"}])"),
          with("dates_shown", "[{}]"),
          with("wanted", R"({"child_ages":[99]})"),
          with("wanted", R"({"arrival":"2027-02-30"})"),
          with("wanted", R"({"rooms":0})"),
          with("wanted", R"({"adults":"2"})"),
          with("last_turn", R"({"replies":[{"kind":"song"}]})"),
          with("last_turn", R"({"ids":[null]})"),
          with("last_turn",
               "{\"replies\":[{\"kind\":\"text\",\"text\":\"" + std::string(5'000, 'x') + "\"}]}"),
          std::string(),
          std::string("null"),
          std::string("[]"),
          std::string("{}"),
          std::string("{\"version\":1"),
          deep,
          std::string(100'000, ' ') + to_json(full()),
          std::string("{\"version\":1}\0", 15)}) {
        auto const parsed = conversation_from_json(text);
        EXPECT_FALSE(parsed.recognised) << text.substr(0, 200);
        EXPECT_EQ(parsed.state, conversation{}) << text.substr(0, 200);
    }
}

TEST(conversation, of_a_later_version_with_more_members_is_still_ours) {
    EXPECT_EQ(conversation_from_json(with("added_later", "[1,2]")).state, full());
}

TEST(conversation, released_by_a_person_begins_anew_but_does_not_introduce_itself_again) {
    auto c = full();
    release(c);
    EXPECT_FALSE(c.handed_over);
    EXPECT_EQ(c.wanted, wishes{});
    EXPECT_EQ(c.state, state::idle);
    EXPECT_TRUE(c.introduced);
    EXPECT_EQ(c.language, language::en);
    EXPECT_TRUE(answered(c, "a"));
}

}  // namespace agente::guest
