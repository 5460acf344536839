// A hotel with a Meta app of its own: set up with the commands, its guests' messages signed by its
// app, its replies sent with its token.
#include <gmock/gmock.h>

#include "channels/whatsapp_payload_builder.hpp"
#include "e2e/hotel_site.hpp"
#include "e2e/waiting.hpp"

namespace agente::e2e {
namespace {

using testing::HasSubstr;

constexpr auto guest = "+5491155550077";

class own_app : public testing::Test {
protected:
    own_app() : service(site.environment()) {
        service["SETTINGS_KEY"] = std::string(40, 's');
        service["SECRET_KEY"] = std::string(40, 't');
        service["WHATSAPP_ACCESS_TOKEN"] = "the token of another app";  // refused by the Cloud API
        service["LEASE_SECONDS"] = "1";
    }
    std::string run(std::vector<std::string> const& words, std::string const& input = {}) const {
        program one(words, service, input);
        auto said = one.read_all();
        EXPECT_EQ(one.wait(), 0) << words[0] << ' ' << words[1] << ": " << one.errors();
        return said;
    }
    int post(std::string const& path, std::string const& signed_with) {
        return site
            .send(channels::signed_webhook(
                site.url(0) + path, secret(signed_with),
                channels::text_payload({guest, "Ana", std::string(hotel_number_id)},
                                       channels::new_wamid(), "hola", real_clock{}.now())))
            .status;
    }
    bool reply_is(std::string const& state) {
        return eventually([&] {
            return site.sql("select state from agente.outbox order by id desc limit 1") == state;
        });
    }

    hotel_site site;
    std::map<std::string, std::string> service;
};

TEST_F(own_app, speaks_for_its_hotel_also_while_the_hotel_is_suspended) {
    run({"tenant", "set", hotel_site::tenant, "whatsapp.app_secret"}, "the hotel's own secret\n");
    run({"tenant", "set", hotel_site::tenant, "whatsapp.access_token"}, "token\n");
    auto& instance = site.serve(service);

    // `chat` signs as the hotel's app does; the reply goes out with the hotel's token.
    EXPECT_THAT(
        run({"chat", "--server", site.url(0), "--tenant", hotel_site::tenant, "--as", guest},
            "Hola\n"),
        HasSubstr("Hotel: "));
    EXPECT_TRUE(reply_is("delivered"));
    EXPECT_EQ(post("/webhooks/whatsapp/hotel", "the hotel's own secret"), 200);
    EXPECT_EQ(site.sql("select count(*) from agente.inbox"), "2");
    EXPECT_EQ(post("/webhooks/whatsapp/hotel", service["WHATSAPP_APP_SECRET"]), 401);
    EXPECT_EQ(post("/webhooks/whatsapp", service["WHATSAPP_APP_SECRET"]), 200);
    EXPECT_EQ(site.sql("select count(*) from agente.inbox"), "3") << "nothing is lost meanwhile";
    EXPECT_THAT(instance.wait_for_error_line("channels.signed_by_service"),
                HasSubstr("/webhooks/whatsapp/hotel"));

    // A reply that waits when the hotel is suspended still leaves, with the hotel's token; what is
    // written from now on waits at Meta.
    run({"tenant", "suspend", hotel_site::tenant});
    EXPECT_TRUE(eventually(
        [&] { return post("/webhooks/whatsapp/hotel", "the hotel's own secret") == 401; }));
    site.sql(fmt::format(
        "insert into agente.outbox (id, tenant_id, channel, sender, guest, message, lease_until)"
        " values ('ffffffff-0000-7000-8000-000000000000', '{}', 'whatsapp', '{}', '{}',"
        " '{{\"messaging_product\": \"whatsapp\", \"to\": \"5491155550077\", \"type\": \"text\","
        "    \"text\": {{\"body\": \"Your booking is confirmed.\"}}}}', '-infinity')",
        hotel_site::tenant, hotel_number_id, guest));
    EXPECT_TRUE(reply_is("delivered"));
    site.stop_serving();
}

TEST_F(own_app, whose_secret_chat_cannot_read_is_told_with_the_cure) {
    run({"tenant", "set", hotel_site::tenant, "whatsapp.app_secret"}, "the hotel's own secret\n");
    auto const chat = [&](std::string const& key) {
        auto with = service;
        with["SETTINGS_KEY"] = key;
        if (key.empty()) with.erase("SETTINGS_KEY");
        program one(
            {"chat", "--server", site.url(0), "--tenant", hotel_site::tenant, "--as", guest}, with,
            "Hola\n");
        one.read_all();
        EXPECT_EQ(one.wait(), 1);
        return one.errors();
    };
    site.serve(service);
    EXPECT_THAT(chat(std::string(40, 'x')),
                testing::AllOf(HasSubstr("SETTINGS_KEY that is not known here"),
                               HasSubstr("--env-file"), HasSubstr("whatsapp.app_secret")));
    EXPECT_THAT(chat({}),
                testing::AllOf(HasSubstr("SETTINGS_KEY is not set here"), HasSubstr("--env-file")));
    EXPECT_EQ(site.sql("select count(*) from agente.inbox"), "0");
    site.stop_serving();
}

}  // namespace
}  // namespace agente::e2e
