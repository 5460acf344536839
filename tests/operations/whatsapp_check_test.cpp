#include "operations/whatsapp_check.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "operations/graph_api.hpp"
#include "operations/graph_server.hpp"

namespace agente::operations {
namespace {

using agente::testing::good_graph;
using agente::testing::graph_error;
using agente::testing::json_answer;
using agente::testing::served_http;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto token = "EAAJiTokenOfThisTestThatNobodyMaySee0123456789";
constexpr auto app_secret = "0123456789abcdef0123456789abcdef";

whatsapp_check_options options(std::string base_url) {
    return {.base_url = std::move(base_url),
            .token = secret(token),
            .number_id = "106540352242922",
            .app_secret = secret(app_secret),
            .public_url = "https://api.hotel.example"};
}

findings checked(served_http::answers answers, whatsapp_check_options with = options("")) {
    served_http const graph(std::move(answers));
    with.base_url = graph.url();
    auto all = check_whatsapp(with, real_clock());
    for (auto const& one : all) {
        EXPECT_THAT(one.what + one.cure, Not(HasSubstr(token)));
        EXPECT_THAT(one.what + one.cure, Not(HasSubstr(app_secret)));
        if (one.level >= severity::warning) {
            EXPECT_FALSE(one.cure.empty()) << one.check;
        }
    }
    return all;
}

served_http::answers but(std::string const& path, std::string answer) {
    auto all = good_graph();
    all[path] = std::move(answer);
    return all;
}

finding of(findings const& all, std::string_view check) {
    auto const found = std::ranges::find(all, check, &finding::check);
    if (found != all.end()) return *found;
    ADD_FAILURE() << "no finding " << check;
    return {};
}

std::string told(std::string_view expires, std::string_view scopes) {
    return json_answer(fmt::format(
        R"({{"data":{{"app_id":"670843887433847","is_valid":true,"expires_at":{},"scopes":[{}],
"granular_scopes":[{{"scope":"whatsapp_business_management","target_ids":["102289599326934"]}}]}}}})",
        expires, scopes));
}
constexpr auto both = R"("whatsapp_business_management","whatsapp_business_messaging")";

TEST(whatsapp_check, what_is_set_up_well_is_all_right) {
    auto const all = checked(good_graph());
    for (auto const& one : all) EXPECT_EQ(one.level, severity::ok) << one.check << one.what;
    EXPECT_EQ(all.size(), 7);
    EXPECT_THAT(of(all, "whatsapp.number").what, HasSubstr("Hotel Sol"));
    EXPECT_THAT(of(all, "whatsapp.webhook").what, HasSubstr("https://api.hotel.example"));
}

TEST(whatsapp_check, an_account_that_is_not_subscribed_is_the_silent_fault) {
    auto const one =
        of(checked(but("/102289599326934/subscribed_apps", json_answer(R"({"data":[]})"))),
           "whatsapp.subscription");
    EXPECT_EQ(one.level, severity::fault);
    EXPECT_THAT(one.what, HasSubstr("guests' messages do not"));
    EXPECT_THAT(one.cure, HasSubstr("/102289599326934/subscribed_apps"));
    EXPECT_THAT(one.cure, HasSubstr("-X POST"));
}

TEST(whatsapp_check, another_app_that_is_subscribed_does_not_count) {
    auto const one =
        of(checked(but(
               "/102289599326934/subscribed_apps",
               json_answer(R"({"data":[{"whatsapp_business_api_data":{"id":"1","name":"x"}}]})"))),
           "whatsapp.subscription");
    EXPECT_EQ(one.level, severity::fault);
}

TEST(whatsapp_check, a_token_that_ended_and_one_that_will) {
    auto all = checked(
        but("/debug_token", graph_error(190, fmt::format("Malformed access token {}", token))));
    EXPECT_EQ(of(all, "whatsapp.token").level, severity::fault);
    EXPECT_EQ(all.size(), 2) << "nothing else can be asked";

    all = checked(but("/debug_token", json_answer(R"({"data":{"is_valid":false}})")));
    EXPECT_EQ(of(all, "whatsapp.token").level, severity::fault);

    auto const now =
        std::chrono::duration_cast<std::chrono::seconds>(real_clock().now().time_since_epoch())
            .count();
    all = checked(but("/debug_token", told(std::to_string(now + 3 * 86'400), both)));
    EXPECT_EQ(of(all, "whatsapp.token").level, severity::fault);
    all = checked(but("/debug_token", told(std::to_string(now + 50 * 86'400), both)));
    EXPECT_EQ(of(all, "whatsapp.token").level, severity::warning);
    EXPECT_THAT(of(all, "whatsapp.token").cure, HasSubstr("System users"));
}

TEST(whatsapp_check, rights_that_are_missing) {
    auto all = checked(but("/debug_token", told("0", R"("whatsapp_business_management")")));
    EXPECT_EQ(of(all, "whatsapp.rights").level, severity::fault);
    all = checked(but("/debug_token", told("0", R"("whatsapp_business_messaging")")));
    EXPECT_EQ(of(all, "whatsapp.rights").level, severity::warning);
}

TEST(whatsapp_check, a_number_that_the_token_cannot_see) {
    auto all = checked(but("/106540352242922", graph_error(100, "Unsupported get request")));
    EXPECT_EQ(of(all, "whatsapp.number").level, severity::fault);
    EXPECT_EQ(of(all, "whatsapp.subscription").level, severity::ok) << "the rest is looked at";

    auto with = options("");
    with.number_id = "+54 9 11 5555 0001";
    EXPECT_THAT(of(checked(good_graph(), with), "whatsapp.number").what, HasSubstr("digits only"));
}

TEST(whatsapp_check, a_wrong_app_secret_would_refuse_every_guest) {
    auto const one = of(checked(but("/670843887433847/subscriptions",
                                    graph_error(190, "Invalid OAuth access token signature."))),
                        "whatsapp.app_secret");
    EXPECT_EQ(one.level, severity::fault);
    EXPECT_THAT(one.what, HasSubstr("refused as forged"));
}

TEST(whatsapp_check, the_webhook_wants_the_field_messages_and_our_address) {
    auto const hook = [](std::string_view fields, std::string_view url) {
        return but(
            "/670843887433847/subscriptions",
            json_answer(fmt::format(
                R"({{"data":[{{"object":"whatsapp_business_account","active":true,"callback_url":"{}","fields":[{}]}}]}})",
                url, fields)));
    };
    EXPECT_EQ(of(checked(hook(R"({"name":"account_update"})",
                              "https://api.hotel.example/webhooks/whatsapp")),
                 "whatsapp.webhook")
                  .level,
              severity::fault);
    EXPECT_EQ(of(checked(hook(R"({"name":"messages"})", "https://old.example/webhooks/whatsapp")),
                 "whatsapp.webhook")
                  .level,
              severity::warning);
    EXPECT_EQ(of(checked(but("/670843887433847/subscriptions", json_answer(R"({"data":[]})"))),
                 "whatsapp.webhook")
                  .level,
              severity::fault);
}

TEST(whatsapp_check, of_several_accounts_the_one_with_the_number_is_looked_at) {
    auto answers = good_graph();
    answers["/debug_token"] = json_answer(
        R"({"data":{"app_id":"670843887433847","is_valid":true,"expires_at":0,
"scopes":["whatsapp_business_management","whatsapp_business_messaging"],"granular_scopes":[
{"scope":"whatsapp_business_management","target_ids":["111","102289599326934"]}]}})");
    answers["/111/phone_numbers"] = json_answer(R"({"data":[{"id":"1"}]})");
    answers["/102289599326934/phone_numbers"] =
        json_answer(R"({"data":[{"id":"106540352242922"}]})");
    EXPECT_THAT(of(checked(answers), "whatsapp.subscription").what, HasSubstr("102289599326934"));
}

TEST(whatsapp_check, nobody_there_and_nonsense) {
    auto all = check_whatsapp(options("http://127.0.0.1:1"), real_clock());
    ASSERT_EQ(all.size(), 1);
    EXPECT_EQ(all[0].check, "whatsapp.reach");
    EXPECT_THAT(all[0].what + all[0].cure, Not(HasSubstr(token)));

    for (auto const* body :
         {"", "[]", "null", "<html>", R"({"error":1})", R"({"error":{}})", R"({"data":7})", "{}"}) {
        all = checked(but("/debug_token", json_answer(body)));
        EXPECT_EQ(worst(all), severity::fault) << body;
        for (auto const* path : {"/106540352242922", "/102289599326934/subscribed_apps",
                                 "/670843887433847/subscriptions"})
            checked(but(path, json_answer(body)));
    }
}

TEST(whatsapp_check, the_token_travels_as_bearer) {
    served_http const graph(good_graph());
    check_whatsapp(options(graph.url()), real_clock());
    auto const requests = graph.requests();
    ASSERT_GE(requests.size(), 4);
    for (auto const& request : requests) EXPECT_THAT(request, HasSubstr("Authorization: Bearer "));
    EXPECT_THAT(requests.back(), HasSubstr(fmt::format("670843887433847|{}", app_secret)));
}

TEST(without_tokens, long_runs_of_letters_go_and_words_stay) {
    EXPECT_EQ(without_tokens("Malformed access token EAAJiTokenOfThisTest0123456789 of app 12"),
              "Malformed access token … of app 12");
    EXPECT_EQ(without_tokens(""), "");
    EXPECT_EQ(without_tokens("123|0123456789abcdef0123"), "…");
}

}  // namespace
}  // namespace agente::operations
