// The webhook as Meta uses it: acknowledged when stored, refused when it is not Meta's, to be
// delivered again when it cannot be stored.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>

#include "channels/rig.hpp"
#include "channels/whatsapp_payloads.hpp"
#include "channels/whatsapp_signature.hpp"

namespace agente::channels {
namespace {

using namespace std::chrono_literals;

class webhook : public testing::Test {
protected:
    webhook() { here.add_hotel("hotel-demo", "Hotel Demo"); }

    boost::json::object hello(std::string const& id = "wamid.1",
                              std::string const& words = "hola") const {
        return text_payload(guest_called("+5491155550001"), id, words, here.time.now());
    }
    std::string rows() const { return here.sql("select count(*) from agente.inbox"); }
    net::http_request raw(instance& to, std::string body) const {
        return {.method = "POST",
                .url = to.webhook(),
                .headers = {{"Content-Type", "application/json"},
                            {"X-Hub-Signature-256", sign_webhook(app_secret, body)}},
                .body = std::move(body)};
    }
    std::string code_of(net::http_response const& answer) const {
        return std::string(boost::json::parse(answer.body).at("code").as_string());
    }

    world here;
};

TEST_F(webhook, stores_a_message_with_its_hotel_before_it_acknowledges) {
    auto& one = here.start({.queue = {.debounce = 1h, .most_debounce = 1h}});
    EXPECT_EQ(here.post(one, hello()).status, 200);
    EXPECT_EQ(
        here.sql(
            "select concat_ws(' ', channel, provider_message_id, tenant_id, guest, recipient, kind, body ->> 'text', body ->> 'name', attempts,"
            "       lease_owner = '" +
            one.owner + "', lease_until > now(), done_at is null) from agente.inbox"),
        "whatsapp 106540352242922:wamid.1 hotel-demo +5491155550001 106540352242922 text hola Ana 0 t t t");
}

TEST_F(webhook, three_deliveries_at_once_are_one_message_and_one_answer) {
    auto &one = here.start(), &other = here.start();
    int acknowledged = 0;
    for (auto* to : {&one, &one, &other})
        asio::co_spawn(here.loop,
                       here.http.send(signed_webhook(to->webhook(), app_secret, hello())),
                       [&](std::exception_ptr, result<net::http_response> got) {
                           acknowledged += got && got->status == 200;
                       });
    EXPECT_TRUE(here.until([&] { return acknowledged == 3 && here.captured().size() >= 1; }));
    here.let_pass(100ms);
    EXPECT_EQ(rows(), "1");
    EXPECT_EQ(here.captured().size(), 1u);
    EXPECT_EQ(one.counted("channels_duplicates_total") + other.counted("channels_duplicates_total"),
              2);
}

TEST_F(webhook, what_meta_did_not_sign_is_refused_and_not_stored) {
    auto& one = here.start();
    EXPECT_EQ(here.post(one, hello(), secret("another secret")).status, 401);
    auto request = raw(one, boost::json::serialize(hello()));
    request.body.back() = ' ';  // one byte, after it was signed
    EXPECT_EQ(here.send(request).status, 401);
    request.headers.pop_back();
    EXPECT_EQ(here.send(request).status, 401);
    EXPECT_EQ(rows(), "0");
    EXPECT_EQ(one.counted("channels_signatures_refused_total"), 3);
}

TEST_F(webhook, malformed_and_oversized_bodies_are_problems_of_their_kind) {
    auto& one = here.start();
    for (auto const* body : {"", "{", "[]", "hola", "{\"a\":1}}"}) {
        auto const answer = here.send(raw(one, body));
        EXPECT_EQ(answer.status, 400) << body;
        EXPECT_EQ(code_of(answer), "whatsapp.malformed") << body;
        EXPECT_EQ(answer.header("content-type"), "application/problem+json");
    }
    EXPECT_EQ(here.send(raw(one, std::string(3 * 1024 * 1024 + 1, ' '))).status, 413);
    EXPECT_EQ(rows(), "0");
}

TEST_F(webhook, other_callbacks_on_the_address_are_acknowledged) {
    auto& one = here.start();
    EXPECT_EQ(here.send(raw(one, R"({"object":"page","entry":[]})")).status, 200);
    EXPECT_EQ(
        here.send(raw(one, payloads::value(R"("event":"VERIFIED_ACCOUNT")", "account_update")))
            .status,
        200);
    EXPECT_EQ(here.send(raw(one, payloads::status(R"("status":"sent")"))).status,
              200);  // of a message that is not ours
    EXPECT_EQ(here.send(raw(one, payloads::value(
                                     R"("errors":[{"code":130429,"title":"Rate limit hit"}])")))
                  .status,
              200);
    EXPECT_EQ(rows(), "0");
}

TEST_F(webhook, answers_the_subscription_check_for_who_knows_the_token) {
    auto& one = here.start();
    auto const check = [&](std::string query) {
        return here.send({.url = one.webhook() + "?" + query});
    };
    auto const right =
        check("hub.mode=subscribe&hub.verify_token=the-verify-token&hub.challenge=1158201444");
    EXPECT_EQ(right.status, 200);
    EXPECT_EQ(right.body, "1158201444");
    EXPECT_EQ(check("hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1").status, 403);
    EXPECT_EQ(
        check("hub.mode=unsubscribe&hub.verify_token=the-verify-token&hub.challenge=1").status,
        403);
    EXPECT_EQ(check("").status, 422);
    EXPECT_EQ(check("hub.mode=subscribe&hub.verify_token=the-verify-token").status, 422);
    EXPECT_EQ(
        check("hub.mode=subscribe&hub.verify_token=the-verify-token&hub.challenge=1&hub.new=1")
            .status,
        200)
        << "Meta may send more than it does today";
}

TEST_F(webhook,
       messages_that_are_no_text_are_kept_and_only_those_a_guest_expects_an_answer_to_get_one) {
    auto& one = here.start();
    for (auto const* type : {"reaction", "edited", "revoked", "system"}) {
        auto body = payloads::message(fmt::format(R"("type":"{0}","{0}":{{"x":1}})", type));
        body.replace(body.find("wamid."), 6, std::string("wamid.") + type);
        EXPECT_EQ(here.send(raw(one, body)).status, 200);
    }
    EXPECT_TRUE(here.until([&] {
        return here.sql("select count(*) from agente.inbox where outcome = 'ignored'") == "4";
    }));
    EXPECT_TRUE(here.captured().empty());
    EXPECT_EQ(here.sql("select body -> 'raw' ->> 'type' from agente.inbox where kind = 'reaction'"),
              "reaction");

    EXPECT_EQ(
        here.send(raw(one, payloads::message(R"("type":"audio","audio":{"id":"1","voice":true})")))
            .status,
        200);
    EXPECT_TRUE(here.until([&] { return here.captured("16505551234").size() == 1; }));
    EXPECT_EQ(here.sql("select outcome from agente.inbox where kind = 'audio'"), "answered");
}

TEST_F(webhook, several_messages_of_one_webhook_are_stored_together_and_keep_their_order) {
    auto& one = here.start({.queue = {.debounce = 1h, .most_debounce = 1h}});
    std::string messages;
    for (int i = 0; i < 20; ++i)
        messages += fmt::format(
            R"({}{{"from":"16505551234","id":"m{}","timestamp":"1749416383","type":"text","text":{{"body":"{}"}}}})",
            i ? "," : "", i, i);
    EXPECT_EQ(here.send(raw(one, payloads::value("\"messages\":[" + messages + "]"))).status, 200);
    EXPECT_EQ(here.sql("select string_agg(body ->> 'text', ' ' order by id) from agente.inbox"),
              "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19");
}

// A database that dies and comes back needs a server of its own.
TEST(webhook_without_a_database, asks_to_be_delivered_again_and_then_takes_it) {
    world here;
    embedded::postgres_server own(
        {.folder = support::server_folder("webhook-postgres"), .durable = false});
    auto const url = own.url();
    std::ifstream schema(std::string(AGENTE_SOURCE_DIR) + "/db/schema.sql");
    support::sql(url, std::string(std::istreambuf_iterator<char>(schema), {}));
    support::sql(
        url, "insert into public.tenants (tenant_id, name) values ('hotel-demo', 'Hotel Demo')");
    auto& one = here.start({.database_url = url});
    auto const payload =
        text_payload(guest_called("+5491155550001"), "wamid.1", "hola", here.time.now());

    own.stop();
    auto const refused = here.post(one, payload);
    EXPECT_EQ(refused.status, 503);
    EXPECT_FALSE(refused.header("retry-after").empty());

    own.start();
    EXPECT_TRUE(here.until([&] { return here.post(one, payload).status == 200; }));
    EXPECT_EQ(support::sql(url, "select count(*) from agente.inbox"), "1");
    EXPECT_TRUE(here.until([&] { return here.captured().size() == 1; }));
    here.kill(one);
}

}  // namespace
}  // namespace agente::channels
