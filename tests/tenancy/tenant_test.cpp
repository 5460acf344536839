#include "tenancy/tenant.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace agente::tenancy {

TEST(tenant, reads_its_settings) {
    tenant t;
    apply_settings(t, boost::json::parse(
                          R"({"whatsapp":{"phone_number_id":"106540352242922"},"pms":{"hotel_id":3},
        "languages":["es","en"],"currency":"USD","timezone":"America/Argentina/Buenos_Aires"})"));
    EXPECT_EQ(t.whatsapp_number_id, "106540352242922");
    EXPECT_EQ(t.pms_hotel_id, 3);
    EXPECT_EQ(t.languages, (std::vector<std::string>{"es", "en"}));
    EXPECT_EQ(t.currency, "USD");
    EXPECT_EQ(t.timezone, "America/Argentina/Buenos_Aires");
}

TEST(tenant, takes_a_number_id_written_as_a_number) {
    tenant t;
    apply_settings(t, boost::json::parse(R"({"whatsapp":{"phone_number_id":106540352242922}})"));
    EXPECT_EQ(t.whatsapp_number_id, "106540352242922");
}

TEST(tenant, reads_its_own_systems_and_words) {
    tenant t;
    apply_settings(t, boost::json::parse(
                          R"({"pms":{"base_url":"https://pms.sol.example","api_key":"v1.k.sealed"},
        "whatsapp":{"access_token":"v1.k.token","app_secret":"v1.k.secret"},
        "texts":{"welcome":{"es":"Hola","en":""},"handover":{"es":7},"other":3}})"));
    EXPECT_EQ(t.own().pms_base_url, "https://pms.sol.example");
    EXPECT_EQ(t.own().pms_api_key, "v1.k.sealed");
    EXPECT_EQ(t.own().whatsapp_access_token, "v1.k.token");
    EXPECT_EQ(t.own().whatsapp_app_secret, "v1.k.secret");
    EXPECT_EQ(t.text("welcome", "es"), "Hola");
    for (auto const* missing : {"en", "pt", ""}) EXPECT_EQ(t.text("welcome", missing), "");
    EXPECT_EQ(t.text("handover", "es"), "");
}

TEST(tenant, a_slip_in_the_settings_counts_as_absent) {
    for (auto const* settings :
         {"{}", "[]", "null",
          R"({"whatsapp":5,"pms":[],"languages":{"es":1},"currency":[],"timezone":7,"texts":[]})",
          R"({"pms":{"hotel_id":-1}})", R"({"pms":{"hotel_id":99999999999}})"}) {
        tenant t;
        apply_settings(t, boost::json::parse(settings));
        EXPECT_EQ(t.whatsapp_number_id, "") << settings;
        EXPECT_EQ(t.pms_hotel_id, std::nullopt) << settings;
        EXPECT_TRUE(t.languages.empty()) << settings;
        EXPECT_TRUE(t.own().texts.empty()) << settings;
    }
}

TEST(tenant, without_a_time_zone_of_its_own_has_that_of_its_hours_else_utc) {
    tenant t;
    apply_settings(t, boost::json::parse("{}"));
    EXPECT_EQ(t.timezone, "UTC");
    t.timezone = "Europe/Madrid";
    apply_settings(t, boost::json::parse(R"({"timezone": []})"));
    EXPECT_EQ(t.timezone, "Europe/Madrid");
    apply_settings(t, boost::json::parse(R"({"timezone": "America/Lima"})"));
    EXPECT_EQ(t.timezone, "America/Lima");
}

TEST(tenant, is_another_when_anything_of_it_is) {
    auto const read = [](auto const* settings) {
        tenant t;
        apply_settings(t, boost::json::parse(settings));
        return t;
    };
    EXPECT_EQ(read("{}"), read("{}"));
    EXPECT_EQ(read(R"({"pms":{"api_key":"a"}})"), read(R"({"pms":{"api_key":"a"}})"));
    for (auto const* other :
         {R"({"pms":{"api_key":"a"}})", R"({"pms":{"base_url":"a"}})", R"({"pms":{"hotel_id":1}})",
          R"({"whatsapp":{"access_token":"a"}})", R"({"whatsapp":{"app_secret":"a"}})",
          R"({"whatsapp":{"phone_number_id":"a"}})", R"({"texts":{"welcome":{"es":"a"}}})",
          R"({"languages":["es"]})", R"({"currency":"USD"})", R"({"timezone":"Europe/Madrid"})"})
        EXPECT_NE(read(other), read("{}")) << other;
}

}  // namespace agente::tenancy
