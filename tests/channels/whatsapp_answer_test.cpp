#include "channels/whatsapp_answer.hpp"

#include <gtest/gtest.h>

namespace agente::channels {
namespace {

result<net::http_response> answer(int status, std::string body) {
    return net::http_response{.status = status, .body = std::move(body)};
}

result<net::http_response> graph_error(int status, int code) {
    return answer(
        status,
        fmt::format(R"({{"error":{{"message":"(#{0}) Something","type":"OAuthException","code":{0},
        "error_data":{{"messaging_product":"whatsapp","details":"Because."}},"fbtrace_id":"Az8or2yhqkZfEZ-_4Qn_Bam"}}}})",
                    code));
}

TEST(whatsapp_answer, a_message_id_means_accepted) {
    auto const out = read_send_answer(answer(
        200,
        R"({"messaging_product":"whatsapp","contacts":[{"input":"16505551234","wa_id":"16505551234"}],
        "messages":[{"id":"wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA"}]})"));
    EXPECT_EQ(out.verdict, send_verdict::accepted);
    EXPECT_EQ(out.provider_message_id,
              "wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA");
}

TEST(whatsapp_answer, success_without_an_id_is_no_certainty) {
    for (auto const* body :
         {"", "{}", "<html>", R"({"messages":[]})", R"({"messages":[{"id":7}]})", "[]"})
        EXPECT_EQ(read_send_answer(answer(200, body)).verdict, send_verdict::unknown) << body;
}

TEST(whatsapp_answer, rates_and_maintenance_are_tried_again) {
    for (int code : {4, 80007, 130429, 131048, 131056, 131057, 133004, 131016, 2})
        EXPECT_EQ(read_send_answer(graph_error(code == 2 ? 503 : 400, code)).verdict,
                  send_verdict::again)
            << code;
    EXPECT_GE(read_send_answer(graph_error(400, 131056)).least_wait, std::chrono::seconds(6));
    EXPECT_FALSE(read_send_answer(graph_error(400, 131056)).everybody);
    EXPECT_TRUE(read_send_answer(graph_error(429, 130429)).everybody);
    EXPECT_EQ(read_send_answer(answer(429, "")).verdict, send_verdict::again);
}

TEST(whatsapp_answer, a_server_error_may_have_come_after_the_message_was_taken) {
    EXPECT_EQ(read_send_answer(answer(500, "")).verdict, send_verdict::unknown);
    EXPECT_EQ(read_send_answer(answer(502, "<html>Bad gateway</html>")).verdict,
              send_verdict::unknown);
    EXPECT_EQ(read_send_answer(graph_error(500, 131000)).verdict, send_verdict::unknown);
    EXPECT_EQ(read_send_answer(graph_error(500, 1)).verdict, send_verdict::unknown);
}

TEST(whatsapp_answer, refusals_are_final_and_say_why) {
    for (int code : {131026, 131049, 131051, 131047, 100, 131008, 131009, 131021, 131030, 368})
        EXPECT_EQ(read_send_answer(graph_error(400, code)).verdict, send_verdict::refused) << code;
    auto const closed = read_send_answer(graph_error(400, 131047));
    EXPECT_TRUE(closed.outside_window);
    EXPECT_EQ(closed.reason, "(#131047) Something: Because.");
    EXPECT_EQ(read_send_answer(answer(404, "not json")).reason, "HTTP status 404");
}

TEST(whatsapp_answer, a_token_that_ran_out_is_everybodys_trouble_and_may_be_mended) {
    auto const out = read_send_answer(graph_error(401, 190));
    EXPECT_EQ(out.verdict, send_verdict::again);
    EXPECT_TRUE(out.everybody);
    EXPECT_GE(out.least_wait, std::chrono::seconds(15));
}

TEST(whatsapp_answer, what_never_left_is_tried_again_and_what_was_cut_off_is_unknown) {
    auto with = [](error_kind kind) {
        return read_send_answer(result<net::http_response>(error(kind, "test.x", "x"))).verdict;
    };
    EXPECT_EQ(with(error_kind::unavailable), send_verdict::again);
    EXPECT_EQ(with(error_kind::timeout), send_verdict::again);
    EXPECT_EQ(with(error_kind::in_doubt), send_verdict::unknown);
    EXPECT_EQ(with(error_kind::too_large), send_verdict::unknown);
    EXPECT_EQ(with(error_kind::invalid), send_verdict::refused);
}

}  // namespace
}  // namespace agente::channels
