#include "channels/whatsapp_message.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"

namespace agente::channels {
namespace {

using guest::reply;

whatsapp_recipient const ana{.phone = "+5491155550001", .user_id = "AR.1349"};

std::string json(reply const& r, whatsapp_recipient const& to = ana) {
    return boost::json::serialize(whatsapp_message(r, to));
}

reply list_of(std::size_t n) {
    reply r{.kind = reply::kind::list, .text = "¿Cuál?", .list_button = "Ver"};
    for (std::size_t i = 0; i < n; ++i)
        r.options.push_back({fmt::format("id{}", i), fmt::format("Habitación {}", i), "con vista"});
    return r;
}

TEST(whatsapp_message, a_text_goes_to_the_phone_number_without_preview) {
    EXPECT_EQ(
        json({.text = "Hola ñ"}),
        R"({"messaging_product":"whatsapp","recipient_type":"individual","to":"5491155550001","type":"text","text":{"preview_url":false,"body":"Hola ñ"}})");
}

TEST(whatsapp_message, a_guest_without_a_number_is_reached_by_user_id) {
    auto const m = whatsapp_message({.text = "Hola"}, {.user_id = "AR.1349"});
    EXPECT_EQ(m.at("recipient").as_string(), "AR.1349");
    EXPECT_FALSE(m.contains("to"));
}

TEST(whatsapp_message, buttons_and_lists_have_metas_shape) {
    EXPECT_EQ(
        json({.kind = reply::kind::buttons,
              .text = "¿Reservo?",
              .options = {{"yes", "Sí", ""}, {"no", "No", ""}}}),
        R"({"messaging_product":"whatsapp","recipient_type":"individual","to":"5491155550001","type":"interactive","interactive":{"type":"button","body":{"text":"¿Reservo?"},"action":{"buttons":[{"type":"reply","reply":{"id":"yes","title":"Sí"}},{"type":"reply","reply":{"id":"no","title":"No"}}]}}})");
    EXPECT_EQ(
        json({.kind = reply::kind::list,
              .text = "¿Cuál?",
              .options = {{"1", "Doble", "vista al mar"}, {"2", "Suite", ""}},
              .list_button = "Ver"}),
        R"({"messaging_product":"whatsapp","recipient_type":"individual","to":"5491155550001","type":"interactive","interactive":{"type":"list","body":{"text":"¿Cuál?"},"action":{"button":"Ver","sections":[{"rows":[{"id":"1","title":"Doble","description":"vista al mar"},{"id":"2","title":"Suite"}]}]}}})");
}

TEST(whatsapp_message, texts_are_cut_in_code_points_between_graphemes) {
    reply r{.kind = reply::kind::buttons,
            .text = "x",
            .options = {
                {"a", "Habitación doble 👨‍👩‍👧‍👦👨‍👩‍👧‍👦", ""}}};
    auto const m = whatsapp_message(r, ana);
    auto const& title =
        m.at("interactive").at("action").at("buttons").at(0).at("reply").at("title").as_string();
    EXPECT_LE(text::code_points(title), 20u);
    EXPECT_EQ(std::string_view(title), "Habitación doble …");
}

TEST(whatsapp_message, titles_that_are_equal_when_cut_are_numbered) {
    reply r = list_of(2);
    r.options[0].title = r.options[1].title = "Habitación doble superior con balcón";
    auto const m = whatsapp_message(r, ana);
    auto const& rows = m.at("interactive").at("action").at("sections").at(0).at("rows").as_array();
    EXPECT_NE(rows[0].at("title"), rows[1].at("title"));
}

TEST(whatsapp_message, what_cannot_be_a_list_or_buttons_becomes_numbered_text) {
    auto const is_text = [](reply const& r) {
        return whatsapp_message(r, ana).at("type").as_string() == "text";
    };
    EXPECT_FALSE(is_text(list_of(10)));
    EXPECT_TRUE(is_text(list_of(11)));
    EXPECT_TRUE(is_text(list_of(0)));
    auto four = list_of(4);
    four.kind = reply::kind::buttons;
    EXPECT_TRUE(is_text(four));
    auto twins = list_of(2);
    twins.options[1].id = twins.options[0].id;
    EXPECT_TRUE(is_text(twins));
    auto nameless = list_of(2);
    nameless.options[1].title = "  ";
    EXPECT_TRUE(is_text(nameless));
    auto long_id = list_of(2);
    long_id.options[1].id = std::string(201, 'x');
    EXPECT_TRUE(is_text(long_id));
    auto long_text = list_of(2);
    long_text.text = std::string(1025, 'x');
    EXPECT_TRUE(is_text(long_text));

    auto const m = whatsapp_message(list_of(11), ana);
    auto const words = std::string(m.at("text").at("body").as_string());
    EXPECT_NE(words.find("\n11. Habitación 10"), std::string::npos) << words;
}

TEST(whatsapp_message, nothing_is_ever_empty) {
    EXPECT_EQ(whatsapp_message({.text = " "}, ana).at("text").at("body").as_string(), "…");
    auto no_label = list_of(2);
    no_label.list_button = "";
    EXPECT_EQ(
        whatsapp_message(no_label, ana).at("interactive").at("action").at("button").as_string(),
        "…");
}

TEST(whatsapp_message, bubbles_are_joined_while_they_fit) {
    auto all = joined({{.text = "Uno"}, {.text = "Dos"}, list_of(2), {.text = "Tres"}});
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].text, "Uno\n\nDos\n\n¿Cuál?");
    EXPECT_EQ(all[0].kind, reply::kind::list);
    EXPECT_EQ(all[1].text, "Tres");

    all = joined({{.text = std::string(1020, 'x')}, list_of(2)});
    EXPECT_EQ(all.size(), 2u);
    all = joined({{.text = std::string(4000, 'x')}, {.text = std::string(100, 'y')}});
    EXPECT_EQ(all.size(), 2u);
    EXPECT_TRUE(joined({}).empty());
}

}  // namespace
}  // namespace agente::channels
