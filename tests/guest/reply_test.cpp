#include "guest/reply.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "base/text.hpp"
#include "guest/chat.hpp"

namespace agente::guest {
namespace {

std::vector<option> options(std::size_t n, std::string const& title,
                            std::string const& description = {}) {
    std::vector<option> all;
    for (std::size_t i = 0; i < n; ++i)
        all.push_back({"id" + std::to_string(i), title, description});
    return all;
}

void expect_within_limits(reply const& r) {
    bool const list = r.kind == reply::kind::list;
    EXPECT_FALSE(r.text.empty());
    EXPECT_LE(text::code_points(r.text),
              r.kind == reply::kind::text ? limits::text : limits::interactive);
    EXPECT_LE(r.options.size(), list ? limits::rows : limits::buttons);
    EXPECT_EQ(list, !r.list_button.empty());
    std::set<std::string> titles;
    for (auto const& o : r.options) {
        EXPECT_LE(text::code_points(o.title), list ? limits::row_title : limits::button_title);
        EXPECT_LE(text::code_points(o.description), limits::row_description);
        EXPECT_TRUE(titles.insert(o.title).second) << o.title << " twice";
        EXPECT_LE(o.id.size(), limits::option_id);
    }
}

}  // namespace

TEST(reply, chooses_its_kind_by_its_options) {
    EXPECT_EQ(make_reply("a").kind, reply::kind::text);
    EXPECT_EQ(make_reply("a", options(3, "b")).kind, reply::kind::buttons);
    EXPECT_EQ(make_reply("a", options(4, "b"), "c").kind, reply::kind::list);
    EXPECT_EQ(make_reply("a", options(1, "b", "described"), "c").kind, reply::kind::list);
}

TEST(reply, is_within_every_limit) {
    std::string const family = "👨‍👩‍👧‍👦";
    std::string much;
    for (int i = 0; i < 2'000; ++i) much += family;
    for (std::size_t const n : {0u, 1u, 3u, 4u, 10u, 30u}) {
        auto const r =
            make_reply(much, options(n, much, much), "Ver todas las habitaciones del hotel");
        expect_within_limits(r);
        EXPECT_TRUE(text::valid_utf8(r.text));
        EXPECT_TRUE(reply_from_json(to_json(r)).has_value());
    }
}

TEST(reply, comes_back_from_json_as_it_was) {
    for (auto const& r : {make_reply("hola"), make_reply("a", options(2, "b")),
                          make_reply("ñ", options(7, "b", "c"), "Ver")})
        EXPECT_EQ(reply_from_json(to_json(r)).value(), r);
}

TEST(reply, refuses_json_that_is_none) {
    for (
        auto const* text :
        {"null", "[]", "{}", R"({"kind":"text"})", R"({"kind":"text","text":""})",
         R"({"kind":"video","text":"a"})", R"({"kind":"buttons","text":"a"})",
         R"({"kind":"buttons","text":"a","options":[1]})",
         R"({"kind":"buttons","text":"a","options":[{"id":"","title":"b"}]})",
         R"({"kind":"buttons","text":"a","options":[{"id":"1","title":"a title that is far too long"}]})",
         R"({"kind":"text","text":"a","options":[{"id":"1","title":"b"}]})",
         R"({"kind":"list","text":"a","options":{}})"})
        EXPECT_FALSE(reply_from_json(boost::json::parse(text)).has_value()) << text;
}

TEST(reply, as_plain_text_has_numbers) {
    EXPECT_EQ(
        as_plain_text(make_reply("¿Cuál?", {{"1", "General", "USD 1"}, {"2", "Delux", ""}}, "Ver")),
        "¿Cuál?\n1. General – USD 1\n2. Delux");
}

TEST(reply, of_a_hotel_with_many_long_names_stays_within_the_limits) {
    chat c;
    c.pms.known.room_types.clear();
    for (int i = 1; i <= 25; ++i) {
        auto const name =
            "Habitación Doble Superior con vista al mar y balcón número " + std::to_string(i);
        c.pms.known.room_types.push_back({i, name, 2, 2, 2, 4, 1, 0, 1});
        c.pms.nightly[i] = 1'000'000'000LL * (26 - i);
        c.pms.rooms[i] = 3;
    }
    c.say("del 12 al 15 de marzo para 2");
    ASSERT_EQ(c.replies.size(), 1u);
    expect_within_limits(c.replies[0]);
    EXPECT_EQ(c.replies[0].options.size(), limits::rows);
    EXPECT_EQ(c.replies[0].options[0].id, "room:25") << "the cheapest first";
    c.say("10");
    EXPECT_EQ(c.c.wanted.room_type_id, 16);
    c.say("Ana García");
    c.say("ana@x.org");
    for (auto const& r : c.replies) expect_within_limits(r);
    EXPECT_TRUE(c.heard("número 16")) << "the summary has the whole name: " << c.said;
}

}  // namespace agente::guest
