#include "channels/whatsapp_payload.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "channels/json_repair.hpp"
#include "channels/whatsapp_payloads.hpp"

namespace agente::channels {
namespace {

time_point const received{std::chrono::seconds(1'800'000'000)};

whatsapp_events parsed(std::string const& body) {
    auto events = parse_whatsapp(body, received);
    EXPECT_TRUE(events.has_value()) << body;
    return events ? *events : whatsapp_events{};
}

incoming_message only_message(std::string const& body) {
    auto const events = parsed(body);
    EXPECT_EQ(events.messages.size(), 1u) << body;
    return events.messages.empty() ? incoming_message{} : events.messages.front();
}

TEST(whatsapp_payload, reads_a_text) {
    auto const m = only_message(payloads::text("Does it come in another color?"));
    EXPECT_EQ(m.channel, "whatsapp");
    EXPECT_EQ(m.provider_message_id,
              "106540352242922:wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=");
    EXPECT_EQ(m.number_id, "106540352242922");
    EXPECT_EQ(m.guest, "+16505551234");
    EXPECT_EQ(m.phone, "+16505551234");
    EXPECT_EQ(m.profile_name, "Sheena Nelson");
    EXPECT_EQ(m.kind, "text");
    EXPECT_EQ(m.text, "Does it come in another color?");
    EXPECT_EQ(m.sent_at, time_point(std::chrono::seconds(1749416383)));
    EXPECT_TRUE(m.answerable());
    EXPECT_TRUE(m.raw.is_null());
}

TEST(whatsapp_payload, reads_button_and_list_replies_and_template_buttons) {
    auto m = only_message(
        payloads::message(R"("context":{"from":"15550783881","id":"wamid.X"},"type":"interactive",
        "interactive":{"type":"button_reply","button_reply":{"id":"cancel-button","title":"Cancel"}})"));
    EXPECT_EQ(m.kind, "choice");
    EXPECT_EQ(m.choice, "cancel-button");
    EXPECT_EQ(m.text, "Cancel");
    m = only_message(payloads::message(R"("type":"interactive","interactive":{"type":"list_reply",
        "list_reply":{"id":"priority_express","title":"Priority Mail Express","description":"Next Day to 2 Days"}})"));
    EXPECT_EQ(m.kind, "choice");
    EXPECT_EQ(m.choice, "priority_express");
    EXPECT_EQ(m.text, "Priority Mail Express");
    m = only_message(
        payloads::message(R"("type":"button","button":{"payload":"approve","text":"Approve"})"));
    EXPECT_EQ(m.kind, "choice");
    EXPECT_EQ(m.choice, "approve");
}

TEST(whatsapp_payload, keeps_what_it_cannot_read_as_it_came) {
    auto const image = only_message(payloads::message(
        R"("type":"image","image":{"caption":"Is this the room?","mime_type":"image/jpeg",
        "sha256":"SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=","id":"1003383421387256"})"));
    EXPECT_EQ(image.kind, "image");
    EXPECT_EQ(image.text, "Is this the room?");
    EXPECT_FALSE(image.answerable());
    EXPECT_EQ(image.raw.at("image").at("id").as_string(), "1003383421387256");

    for (auto const* type : {"audio", "video", "document", "sticker", "location", "contacts",
                             "order", "reaction", "edited", "revoked", "system", "something_new"})
        EXPECT_EQ(
            only_message(payloads::message(fmt::format(R"("type":"{0}","{0}":{{"a":1}})", type)))
                .kind,
            type);

    auto const events = parsed(payloads::message(
        R"("type":"unsupported","errors":[{"code":131051,"title":"Message type unknown",
        "message":"Message type unknown","error_data":{"details":"Message type is currently not supported."}}])"));
    EXPECT_EQ(events.messages.at(0).kind, "unsupported");
    EXPECT_EQ(events.notices.at(0).code, 131051);
}

TEST(whatsapp_payload, a_guest_without_a_phone_number_is_known_by_the_user_id) {
    auto const m = only_message(payloads::value(
        R"("contacts":[{"profile":{"name":"Ana","username":"ana.viaja"},"user_id":"AR.13491208655302741918"}],
        "messages":[{"from_user_id":"AR.13491208655302741918","id":"wamid.A","timestamp":"1749416383","type":"text","text":{"body":"hola"}}])"));
    EXPECT_EQ(m.guest, "AR.13491208655302741918");
    EXPECT_EQ(m.phone, "");
    EXPECT_EQ(m.profile_name, "Ana");
}

TEST(whatsapp_payload, the_user_id_stays_the_address_when_the_phone_number_is_there_too) {
    auto const m = only_message(payloads::value(
        R"("contacts":[{"profile":{"name":"Ana"},"wa_id":"5491155550001","user_id":"AR.1349"}],
        "messages":[{"from":"5491155550001","from_user_id":"AR.1349","id":"wamid.A","timestamp":"1","type":"text","text":{"body":"hola"}}])"));
    EXPECT_EQ(m.guest, "AR.1349");
    EXPECT_EQ(m.phone, "+5491155550001");
}

TEST(whatsapp_payload, reads_all_entries_changes_and_messages) {
    auto const events = parsed(R"({"object":"whatsapp_business_account","entry":[
        {"id":"1","changes":[
          {"field":"messages","value":{"metadata":{"phone_number_id":"n1"},"contacts":[{"wa_id":"34600000001","profile":{"name":"A"}},{"wa_id":"34600000002","profile":{"name":"B"}}],
            "messages":[{"from":"34600000001","id":"m1","type":"text","text":{"body":"1"}},{"from":"34600000002","id":"m2","type":"text","text":{"body":"2"}}]}},
          {"field":"account_update","value":{"event":"VERIFIED_ACCOUNT"}}]},
        {"id":"2","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"n2"},
            "messages":[{"from":"34600000003","id":"m3","type":"text","text":{"body":"3"}}],
            "statuses":[{"id":"s1","status":"sent","timestamp":"5"}]}}]}]})");
    ASSERT_EQ(events.messages.size(), 3u);
    EXPECT_EQ(events.messages[0].profile_name, "A");
    EXPECT_EQ(events.messages[1].profile_name, "B");
    EXPECT_EQ(events.messages[2].number_id, "n2");
    EXPECT_EQ(events.messages[2].sent_at, received);
    EXPECT_EQ(events.deliveries.size(), 1u);
    EXPECT_EQ(events.ignored, 1u);
}

TEST(whatsapp_payload, reads_statuses_with_our_reference_and_errors) {
    auto events = parsed(payloads::status(
        R"("status":"sent","biz_opaque_callback_data":"0192f0c1-7e5b-7c3a-9b1e-3d2f4a5b6c7d",
        "conversation":{"id":"c","origin":{"type":"service"}},"pricing":{"billable":false,"pricing_model":"PMP","category":"service","type":"free_customer_service"})"));
    ASSERT_EQ(events.deliveries.size(), 1u);
    EXPECT_EQ(events.deliveries[0].state, delivery::sent);
    EXPECT_EQ(events.deliveries[0].reference, "0192f0c1-7e5b-7c3a-9b1e-3d2f4a5b6c7d");
    EXPECT_EQ(events.deliveries[0].at, time_point(std::chrono::seconds(1750263773)));

    events = parsed(payloads::status(
        R"("status":"failed","errors":[{"code":131047,"title":"Re-engagement message","message":"Re-engagement message",
        "error_data":{"details":"Message failed to send because more than 24 hours have passed since the customer last replied to this number."},
        "href":"https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes"}])"));
    ASSERT_EQ(events.deliveries.size(), 1u);
    EXPECT_EQ(events.deliveries[0].error_code, 131047);
    EXPECT_THAT(events.deliveries[0].error,
                testing::StartsWith("Re-engagement message: Message failed"));

    EXPECT_EQ(parsed(payloads::status(R"("status":"deleted")")).deliveries.size(), 0u);
    EXPECT_EQ(parsed(payloads::status(R"("status":"played")")).ignored, 1u);
}

TEST(whatsapp_payload, reads_errors_of_the_account) {
    auto const events = parsed(payloads::value(
        R"("errors":[{"code":130429,"title":"Rate limit hit","message":"Rate limit hit"}])"));
    ASSERT_EQ(events.notices.size(), 1u);
    EXPECT_EQ(events.notices[0].code, 130429);
    EXPECT_EQ(events.notices[0].title, "Rate limit hit");
}

TEST(whatsapp_payload, refuses_what_is_not_a_json_object) {
    for (auto const* body : {"", "{", "[]", "7", "null", "hola", "{\"a\":1}}", "\xff\xfe"}) {
        auto const events = parse_whatsapp(body, received);
        ASSERT_TRUE(events.has_error()) << body;
        EXPECT_EQ(events.error().kind(), error_kind::invalid) << body;
    }
    EXPECT_TRUE(parse_whatsapp(std::string(100'000, '['), received).has_error());
}

TEST(whatsapp_payload, acknowledges_what_is_not_for_us) {
    EXPECT_EQ(parsed(R"({"object":"page","entry":[]})").ignored, 1u);
    EXPECT_EQ(parsed("{}").ignored, 1u);
    EXPECT_EQ(parsed(R"({"object":"whatsapp_business_account","entry":{}})").ignored, 1u);
}

TEST(whatsapp_payload, survives_wrong_types_everywhere) {
    for (auto const* wrong : {"null", "7", "-1.5e300", "true", "\"x\"", "[]", "{}", "[[]]",
                              "[null]", "[7,{}]", R"({"id":{}})"}) {
        auto put = [&](std::string const& shape) {
            auto filled = shape;
            for (auto at = filled.find('$'); at != std::string::npos; at = filled.find('$'))
                filled.replace(at, 1, wrong);
            EXPECT_NO_THROW(parse_whatsapp(filled, received)) << filled;
        };
        put(R"({"object":$,"entry":$})");
        put(R"({"object":"whatsapp_business_account","entry":$})");
        put(R"({"object":"whatsapp_business_account","entry":[$,{"changes":$},{"changes":[$,{"field":$,"value":$},{"field":"messages","value":$}]}]})");
        put(payloads::value(R"("contacts":$,"messages":$,"statuses":$,"errors":$)"));
        put(payloads::value(
            R"("contacts":[{"profile":$,"wa_id":$,"user_id":$}],"messages":[{"from":$,"id":$,"timestamp":$,"type":$,"text":$}])"));
        put(payloads::message(R"("type":"text","text":$,"errors":$)"));
        put(payloads::message(R"("type":"interactive","interactive":$)"));
        put(payloads::message(
            R"("type":"interactive","interactive":{"type":"list_reply","list_reply":$})"));
        put(payloads::message(R"("type":"button","button":{"payload":$,"text":$})"));
        put(payloads::status(R"("status":$,"biz_opaque_callback_data":$,"errors":$)"));
        put(payloads::status(
            R"("status":"failed","errors":[{"code":$,"title":$,"error_data":$}])"));
    }
}

TEST(whatsapp_payload, half_an_emoji_in_a_name_does_not_cost_the_message) {
    auto const m = only_message(
        payloads::value(R"("contacts":[{"profile":{"name":"Ana \ud83d"},"wa_id":"34600000001"}],
        "messages":[{"from":"34600000001","id":"m1","timestamp":"1","type":"text","text":{"body":"hola \ud83d\ude00"}}])"));
    EXPECT_EQ(m.profile_name, "Ana \xEF\xBF\xBD");
    EXPECT_EQ(m.text, "hola 😀");
    EXPECT_EQ(only_message(payloads::text("caf\xe9")).text, "caf\xEF\xBF\xBD");
}

TEST(whatsapp_payload, nul_characters_never_reach_the_database) {
    auto const m = only_message(
        payloads::message(R"("type":"image","image":{"caption":"a\u0000b","x\u0000":["\u0000"]})"));
    EXPECT_EQ(m.text,
              "a\xEF\xBF\xBD"
              "b");
    EXPECT_EQ(boost::json::serialize(m.raw).find("\\u0000"), std::string::npos);
    EXPECT_TRUE(text::valid_utf8(only_message(payloads::text("a\\u0000b")).text));
}

TEST(whatsapp_payload, sizes_and_counts_are_bounded) {
    EXPECT_EQ(text::code_points(only_message(payloads::text(std::string(10'000, 'x'))).text),
              4096u);
    auto const big = only_message(payloads::message(R"("type":"order","order":{"text":")" +
                                                    std::string(100'000, 'x') + "\"}"));
    EXPECT_EQ(big.raw.at("cut").as_bool(), true);

    std::string many = R"("statuses":[)";
    for (int i = 0; i <= 2000; ++i) many += R"({"id":"s","status":"sent","timestamp":"1"},)";
    many.back() = ']';
    auto const events = parse_whatsapp(payloads::value(many), received);
    ASSERT_TRUE(events.has_error());
    EXPECT_EQ(events.error().kind(), error_kind::too_large);
}

TEST(whatsapp_payload, a_message_without_an_id_gets_one_from_its_content) {
    auto const body = payloads::value(
        R"("messages":[{"from":"34600000001","timestamp":"1","type":"text","text":{"body":"hola"}}])");
    auto const m = only_message(body);
    EXPECT_THAT(m.provider_message_id, testing::HasSubstr(":none:"));
    EXPECT_EQ(only_message(body).provider_message_id, m.provider_message_id);
}

TEST(whatsapp_payload, what_nobody_sent_cannot_be_answered) {
    EXPECT_EQ(
        parsed(payloads::value(R"("messages":[{"id":"m","type":"text","text":{"body":"hola"}}])"))
            .ignored,
        1u);
    EXPECT_EQ(only_message(payloads::text("  \\n ")).kind, "empty");
    EXPECT_EQ(
        only_message(payloads::message(R"("group_id":"g","type":"text","text":{"body":"hola"})"))
            .kind,
        "group");
}

TEST(json_repair, touches_only_what_is_broken) {
    EXPECT_EQ(repair_json_text(R"({"a":"\ud83d\ude00 \\ud83d \n ñ"})"),
              R"({"a":"\ud83d\ude00 \\ud83d \n ñ"})");
    EXPECT_EQ(repair_json_text(R"("\ud83d")"), R"("\ufffd")");
    EXPECT_EQ(repair_json_text(R"("\ude00\ud83d\u0041")"), R"("\ufffd\ufffd\u0041")");
    EXPECT_EQ(repair_json_text("\\"), "\\");
}

}  // namespace
}  // namespace agente::channels
