// The webhook of a hotel with a Meta app of its own: signed with its secret, for its number alone,
// and silent about which hotels there are.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>

#include "channels/rig.hpp"
#include "channels/whatsapp_signature.hpp"

namespace agente::channels {
namespace {

using namespace std::chrono_literals;

constexpr auto sol_number = "111", luna_number = "222";

class hotel_webhook : public testing::Test {
protected:
    hotel_webhook() {
        here.add_hotel("sol", "Hotel Sol", sol_number);
        here.add_hotel("luna", "Hotel Luna", luna_number);
        here.give_app("sol");
        here.give_app("luna");
    }

    boost::json::object hello(std::string const& number, std::string const& id = "wamid.1") const {
        return text_payload(guest_called("+5491155550001", number), id, "hola", here.time.now());
    }
    net::http_response post(std::string const& slug, boost::json::object const& what,
                            secret const& signed_with) {
        return here.send(signed_webhook(one->webhook_of(slug), signed_with, what));
    }
    net::http_response post(std::string const& slug, boost::json::object const& what) {
        return post(slug, what, app_of(slug));
    }
    std::string rows() const { return here.sql("select count(*) from agente.inbox"); }
    double foreign() { return one->counted("channels_foreign_events_total"); }
    std::string add_reply(std::string const& slug, std::string const& number,
                          std::string const& wamid) const {
        return here.sql(fmt::format(
            "insert into agente.outbox (id, tenant_id, channel, sender, guest, message, state, provider_message_id)"
            " values (gen_random_uuid(), '{}', 'whatsapp', '{}', '+5491155550001', '{{}}', 'sent', '{}') returning id",
            slug, number, wamid));
    }

    world here;
    instance* one{&here.start({.queue = {.debounce = 1h, .most_debounce = 1h}})};
};

TEST_F(hotel_webhook, takes_what_the_hotels_own_app_signed) {
    EXPECT_EQ(post("sol", hello(sol_number)).status, 200);
    EXPECT_EQ(post("sol", hello(sol_number)).status, 200);
    EXPECT_EQ(
        here.sql(
            "select concat_ws(' ', tenant_id, recipient, guest, body ->> 'text') from agente.inbox"),
        "sol 111 +5491155550001 hola");
    auto const reply = add_reply("sol", sol_number, "wamid.sol");
    EXPECT_EQ(post("sol", status_payload(sol_number, "5491155550001", "wamid.sol", "read", reply,
                                         here.time.now()))
                  .status,
              200);
    EXPECT_EQ(here.sql("select state from agente.outbox"), "read");
    EXPECT_EQ(foreign(), 0);
    EXPECT_EQ(one->counted("channels_duplicates_total"), 1);
}

// Whoever knows sol's secret tries to write to luna, in every way there is.
TEST_F(hotel_webhook, no_hotels_app_reaches_another_hotel) {
    auto const lunas = add_reply("luna", luna_number, "wamid.luna"),
               sols = add_reply("sol", sol_number, "wamid.sol");
    auto const now = here.time.now();
    auto const status = [&](char const* number, std::string const& wamid, std::string const& of) {
        return status_payload(number, "5491155550001", wamid, "read", of, now);
    };
    auto const luna_as_it_was =
        here.sql("select o::text from agente.outbox o where tenant_id = 'luna'");

    // Its number, a number that is nobody's, none, and several entries of which one is sol's.
    EXPECT_EQ(post("sol", hello(luna_number)).status, 200);
    EXPECT_EQ(post("sol", hello("333")).status, 200);
    EXPECT_EQ(post("sol", hello("")).status, 200);
    EXPECT_EQ(rows(), "0");
    EXPECT_EQ(foreign(), 3);
    auto both = hello(luna_number, "wamid.a");
    both["entry"].as_array().push_back(hello(sol_number, "wamid.b").at("entry").as_array()[0]);
    both["entry"].as_array().push_back(
        status(luna_number, "wamid.luna", lunas).at("entry").as_array()[0]);
    EXPECT_EQ(post("sol", both).status, 200);
    EXPECT_EQ(here.sql("select string_agg(recipient, ' ') from agente.inbox"), sol_number);
    EXPECT_EQ(foreign(), 5);

    // A status of sol's number that names luna's message: by our id, by Meta's, by both; and one
    // that gives sol's message the id of luna's, so that luna's own statuses would find that one.
    EXPECT_EQ(post("sol", status(sol_number, "wamid.x", lunas)).status, 200);
    EXPECT_EQ(post("sol", status(sol_number, "wamid.luna", "")).status, 200);
    EXPECT_EQ(post("sol", status(sol_number, "wamid.luna", lunas)).status, 200);
    EXPECT_EQ(here.sql("select o::text from agente.outbox o where tenant_id = 'luna'"),
              luna_as_it_was);
    here.sql("update agente.outbox set provider_message_id = null where tenant_id = 'sol'");
    EXPECT_EQ(post("sol", status(sol_number, "wamid.luna", sols)).status, 200);
    EXPECT_EQ(post("luna", status(luna_number, "wamid.luna", "")).status, 200);
    EXPECT_EQ(here.sql("select state from agente.outbox where tenant_id = 'luna'"), "read");

    // Message ids that luna's guest is going to use are not used up.
    EXPECT_EQ(post("sol", hello(sol_number, "wamid.next")).status, 200);
    EXPECT_EQ(post("luna", hello(luna_number, "wamid.next")).status, 200);
    EXPECT_EQ(here.sql("select count(*) from agente.inbox where tenant_id = 'luna'"), "1");

    // And its path.
    EXPECT_EQ(post("luna", hello(luna_number, "wamid.c"), app_of("sol")).status, 401);
    EXPECT_EQ(post("luna", hello(sol_number, "wamid.d"), app_of("sol")).status, 401);
    EXPECT_EQ(here.sql("select count(*) from agente.inbox where tenant_id = 'luna'"), "1");
}

TEST_F(hotel_webhook, a_hotel_without_a_number_has_nothing_to_take) {
    here.add_hotel("mar", "Hotel Mar", "");
    here.give_app("mar");
    EXPECT_EQ(post("mar", hello("")).status, 200);
    EXPECT_EQ(post("mar", hello(demo_number)).status, 200);
    EXPECT_EQ(rows(), "0");
    EXPECT_EQ(foreign(), 2);
}

TEST_F(hotel_webhook, does_not_tell_which_hotels_there_are) {
    here.add_hotel("mar", "Hotel Mar", "444");  // uses the service's app
    here.add_hotel("rio", "Hotel Rio", "555");
    here.give_app("rio");
    here.sql("update public.tenants set status = 'suspended' where tenant_id = 'rio'");
    here.add_hotel("sal", "Hotel Sal", "666");  // sealed with a key that is not ours
    here.sql(
        "update public.tenants set settings = settings || '{\"whatsapp\": {\"app_secret\": \"v1.x.y\"}}' where tenant_id = 'sal'");

    auto const shape = [](net::http_response const& answer) {
        auto body = boost::json::parse(answer.body).as_object();
        body.erase("instance");  // the request's own id
        return std::to_string(answer.status) + boost::json::serialize(body);
    };
    auto const wrong = shape(post("sol", hello(sol_number), app_secret));
    EXPECT_THAT(wrong, testing::StartsWith("401"));
    for (auto const* slug : {"nobody", "mar", "rio", "sal", "a%20b", "SOL"})
        for (auto const& with : {app_of(slug), app_secret, secret("")})
            EXPECT_EQ(shape(post(slug, hello("555"), with)), wrong) << slug;
    auto request = signed_webhook(one->webhook_of("sol"), app_of("sol"), hello(sol_number));
    request.body.back() = ' ';
    EXPECT_EQ(shape(here.send(request)), wrong);
    request.headers.pop_back();
    EXPECT_EQ(shape(here.send(request)), wrong);
    EXPECT_EQ(rows(), "0");

    // The subscription check is the same for every name.
    for (auto const* slug : {"sol", "mar", "nobody"}) {
        auto const check = [&](std::string const& token) {
            return here.send(
                {.url = one->webhook_of(slug) +
                        "?hub.mode=subscribe&hub.challenge=7&hub.verify_token=" + token});
        };
        EXPECT_EQ(check("the-verify-token").body, "7");
        EXPECT_EQ(check("wrong").status, 403);
    }
}

TEST_F(hotel_webhook, a_message_that_comes_both_ways_is_one) {
    EXPECT_EQ(here.post(*one, hello(sol_number, "wamid.a")).status, 200);
    EXPECT_EQ(post("sol", hello(sol_number, "wamid.a")).status, 200);
    EXPECT_EQ(post("sol", hello(sol_number, "wamid.b")).status, 200);
    EXPECT_EQ(here.post(*one, hello(sol_number, "wamid.b")).status, 200);
    EXPECT_EQ(
        here.sql("select string_agg(tenant_id || ' ' || provider_message_id, ', ' order by id)"
                 " from agente.inbox"),
        "sol 111:wamid.a, sol 111:wamid.b");
    EXPECT_EQ(one->counted("channels_duplicates_total"), 2);
    EXPECT_EQ(foreign(), 0);
    // While the hotel is suspended, what its own app signs waits at Meta; what the service's app
    // delivers is nobody's, as for every hotel.
    here.sql("update public.tenants set status = 'suspended' where tenant_id = 'luna'");
    EXPECT_EQ(here.post(*one, hello(luna_number, "wamid.luna")).status, 200);
    EXPECT_EQ(here.sql("select coalesce(tenant_id, 'nobody') from agente.inbox"
                       " where provider_message_id = '222:wamid.luna'"),
              "nobody");
    // A reply that left through the service's app before is still settled.
    auto const reply = add_reply("sol", sol_number, "wamid.before");
    EXPECT_EQ(here.post(*one, status_payload(sol_number, "5491155550001", "wamid.before", "read",
                                             reply, here.time.now()))
                  .status,
              200);
    EXPECT_EQ(here.sql("select state from agente.outbox"), "read");
}

TEST_F(hotel_webhook, follows_its_settings) {
    EXPECT_EQ(post("sol", hello(sol_number)).status, 200);
    here.sql("update public.tenants set settings = settings #- '{whatsapp,app_secret}'");
    EXPECT_TRUE(here.until([&] { return post("sol", hello(sol_number)).status == 401; }));
    EXPECT_TRUE(here.until([&] {
        return here.post(*one, hello(sol_number, "wamid.2")).status == 200 && rows() == "2";
    }));
    here.give_app("sol");
    EXPECT_TRUE(
        here.until([&] { return post("sol", hello(sol_number, "wamid.3")).status == 200; }));
}

TEST(hotel_webhook_without_a_database, asks_to_be_delivered_again_and_then_takes_it) {
    world here;
    embedded::postgres_server own(
        {.folder = support::server_folder("hotel-webhook-postgres"), .durable = false});
    auto const url = here.database_url = own.url();
    std::ifstream schema(std::string(AGENTE_SOURCE_DIR) + "/db/schema.sql");
    support::sql(url, std::string(std::istreambuf_iterator<char>(schema), {}));
    here.add_hotel("sol", "Hotel Sol", sol_number);
    here.give_app("sol");
    auto& one = here.start();
    auto const post = [&] {
        return here.send(signed_webhook(one.webhook_of("sol"), app_of("sol"),
                                        text_payload(guest_called("+5491155550001", sol_number),
                                                     "wamid.1", "hola", here.time.now())));
    };
    own.stop();  // neither the hotel nor its message
    auto const refused = post();
    EXPECT_EQ(refused.status, 503);
    EXPECT_FALSE(refused.header("retry-after").empty());
    own.start();
    EXPECT_TRUE(here.until([&] { return post().status == 200; }));
    EXPECT_EQ(here.sql("select count(*) from agente.inbox"), "1");
    here.kill(one);
}

}  // namespace
}  // namespace agente::channels
