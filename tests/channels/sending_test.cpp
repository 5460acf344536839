// What becomes of a reply that is committed: refusals, rates, lost answers, statuses that come
// early, late or never.
#include <gmock/gmock.h>

#include "base/ids.hpp"
#include "channels/rig.hpp"

namespace agente::channels {
namespace {

using namespace std::chrono_literals;

class sending : public testing::Test {
protected:
    void SetUp() override { here.add_hotel("hotel-demo", "Hotel Demo"); }

    void write(instance& to, std::string const& phone = "+5491155550001") {
        ASSERT_EQ(
            here.post(to, text_payload(guest_called(phone), new_wamid(), "hola", here.time.now()))
                .status,
            200);
    }
    bool state_is(std::string const& wanted) {
        return here.until([&] {
            return here.sql("select state from agente.outbox order by id limit 1") == wanted;
        });
    }
    std::string error() { return here.sql("select error from agente.outbox order by id limit 1"); }
    void status(instance& to, std::string_view word, time_point at) {
        auto const id = here.sql("select id from agente.outbox order by id limit 1");
        ASSERT_EQ(
            here.post(to, status_payload(demo_number, "5491155550001", "wamid.sent", word, id, at))
                .status,
            200);
    }

    world here;
};

TEST_F(sending, a_rate_limit_is_waited_out) {
    auto& one = here.start();
    here.whatsapp.set_fault(sending_fault::rate_limited, 3);
    write(one);
    EXPECT_TRUE(state_is("sent"));
    EXPECT_EQ(here.captured().size(), 1u);
    EXPECT_EQ(here.sql("select attempts from agente.outbox"), "4");
}

TEST_F(sending, a_number_has_its_own_token_and_waits_while_it_cannot_be_had) {
    int asked = 0;
    instance_options with;
    with.token_of = [&](std::string number) -> task<result<secret>> {
        EXPECT_EQ(number, demo_number);
        switch (++asked) {
            case 1: co_return agente::error(error_kind::internal, "settings_key.broken", "damaged");
            case 2: throw failure(agente::error(error_kind::in_doubt, "postgres.lost", "lost"));
            default: co_return access_token;
        }
    };
    auto& one = here.start(with);
    write(one);
    EXPECT_TRUE(state_is("sent"));
    EXPECT_EQ(asked, 3);
    EXPECT_EQ(here.captured().size(), 1u);
}

TEST_F(sending, a_refusal_is_final_and_says_why) {
    auto& one = here.start();
    here.whatsapp.set_fault(sending_fault::refused, 1);
    write(one);
    EXPECT_TRUE(state_is("failed"));
    EXPECT_EQ(error(), "131026 (#131026) Message undeliverable");
    EXPECT_EQ(here.sql("select failed_at is not null and lease_owner is null from agente.outbox"),
              "t");
    EXPECT_TRUE(here.captured().empty());
}

TEST_F(sending, a_guest_who_is_refused_does_not_keep_others_waiting) {
    auto& one = here.start();
    here.whatsapp.set_fault(sending_fault::refused, 1);
    write(one);
    ASSERT_TRUE(state_is("failed"));
    write(one, "+5491155550002");
    EXPECT_TRUE(here.until([&] { return here.captured("5491155550002").size() == 1; }));
}

TEST_F(sending, an_answer_that_was_lost_is_settled_by_the_status_with_our_id) {
    auto& one = here.start({.lease = 300ms, .settle_after = 60s});
    here.whatsapp.set_webhook(one.webhook());
    here.whatsapp.set_fault(sending_fault::lost_answer, 1);
    write(one);
    EXPECT_TRUE(state_is("delivered"));
    EXPECT_EQ(here.captured().size(), 1u);
    EXPECT_EQ(here.sql("select provider_message_id from agente.outbox"), here.captured()[0].wamid);
    EXPECT_EQ(one.counted("channels_resent_total"), 0);
}

TEST_F(sending, a_server_error_after_the_message_was_taken_does_not_double_it) {
    auto& one = here.start();
    here.whatsapp.set_webhook(one.webhook());
    here.whatsapp.set_fault(sending_fault::error_after, 1);
    write(one);
    EXPECT_TRUE(state_is("delivered"));
    EXPECT_EQ(here.captured().size(), 1u);
}

TEST_F(sending, an_answer_that_was_lost_and_never_settled_is_sent_again_once) {
    auto& one = here.start({.lease = 300ms, .settle_after = 300ms});
    here.whatsapp.set_fault(sending_fault::lost_answer, 1);
    write(one);
    ASSERT_TRUE(state_is("unknown"));
    EXPECT_TRUE(state_is("sent"));
    EXPECT_EQ(here.captured().size(), 2u);
    EXPECT_EQ(one.counted("channels_resent_total"), 1);
    EXPECT_EQ(here.captured()[0].callback_data, here.captured()[1].callback_data);
}

TEST_F(sending, a_server_that_hangs_is_an_unknown_outcome_too) {
    auto& one = here.start({.sending_deadline = 200ms});
    here.whatsapp.set_fault(sending_fault::hang, 1);
    write(one);
    EXPECT_TRUE(state_is("unknown"));
}

TEST_F(sending, nobody_is_written_to_for_ever) {
    auto& one = here.start({.lease = 150ms, .settle_after = 50ms, .most_sending_attempts = 3});
    here.whatsapp.set_fault(sending_fault::lost_answer, 100);
    write(one);
    EXPECT_TRUE(state_is("failed"));
    EXPECT_EQ(here.captured().size(), 3u);
}

TEST_F(sending, statuses_never_go_back_and_all_their_times_are_kept) {
    auto& one = here.start();
    write(one);
    ASSERT_TRUE(state_is("sent"));
    auto const t = time_point(std::chrono::seconds(1'800'000'000));
    status(one, "read", t + 30s);
    EXPECT_TRUE(state_is("read"));
    status(one, "delivered", t + 20s);
    status(one, "sent", t + 10s);
    status(one, "failed", t + 40s);
    status(one, "delivered", t + 25s);  // a twin
    EXPECT_EQ(
        here.sql(
            "select concat_ws(' ', state, extract(epoch from delivered_at)::bigint, extract(epoch from read_at)::bigint,"
            " extract(epoch from failed_at)::bigint, error is null) from agente.outbox"),
        "read 1800000020 1800000030 1800000040 t");
}

TEST_F(sending, a_failure_that_is_told_later_is_counted_with_its_reason) {
    auto& one = here.start();
    write(one);
    ASSERT_TRUE(state_is("sent"));
    auto const id = here.sql("select id from agente.outbox");
    auto payload =
        status_payload(demo_number, "5491155550001", "wamid.sent", "failed", id, here.time.now());
    auto& status =
        payload["entry"].at(0).at("changes").at(0).at("value").at("statuses").at(0).as_object();
    status["errors"] = boost::json::array{
        boost::json::object{{"code", 131047}, {"title", "Re-engagement message"}}};
    ASSERT_EQ(here.post(one, payload).status, 200);
    EXPECT_TRUE(state_is("failed"));
    EXPECT_EQ(error(), "131047 Re-engagement message");
    EXPECT_EQ(one.counted("channels_window_closed_total"), 1);
}

TEST_F(sending, a_status_without_our_id_finds_the_message_by_metas) {
    auto& one = here.start();
    write(one);
    ASSERT_TRUE(state_is("sent"));
    auto const wamid = here.captured()[0].wamid;
    ASSERT_EQ(here.post(one, status_payload(demo_number, "5491155550001", wamid, "delivered", {},
                                            here.time.now()))
                  .status,
              200);
    EXPECT_TRUE(state_is("delivered"));
    ASSERT_EQ(here.post(one, status_payload(demo_number, "5491155550001", "wamid.of-somebody-else",
                                            "read", "campaign-7", here.time.now()))
                  .status,
              200);
    EXPECT_TRUE(state_is("delivered"));
}

TEST_F(sending, a_guests_replies_leave_in_their_order) {
    auto& one = here.start();
    here.whatsapp.set_fault(sending_fault::rate_limited, 1);
    for (int i = 0; i < 5; ++i) write(one);
    ASSERT_TRUE(here.until([&] {
        return here.sql("select count(*) from agente.outbox where state = 'sent'") ==
                   here.sql("select count(*) from agente.outbox") &&
               here.sql("select count(*) from agente.inbox where done_at is null") == "0";
    }));
    std::vector<std::string> sent, stored;
    for (auto const& m : here.captured()) sent.push_back(m.callback_data);
    stored = sent;
    std::ranges::sort(stored);
    EXPECT_EQ(sent, stored);  // their ids rise with their commits
}

TEST_F(sending, a_stop_gives_back_what_surely_was_not_sent_and_nothing_else) {
    auto& one = here.start({.settle_after = 60s, .sending = {.burst = 0}});
    write(one);
    ASSERT_TRUE(state_is("sending"));
    here.stop(one, 50ms);
    auto& other = here.start({.lease = 300ms, .settle_after = 60s});
    EXPECT_TRUE(state_is("sent"));
    EXPECT_EQ(here.captured().size(), 1u);
    here.whatsapp.set_fault(sending_fault::hang, 1);
    write(other, "+5491155550002");
    ASSERT_TRUE(here.until([&] { return here.captured("5491155550002").size() == 1; }));
    here.stop(other, 50ms);
    here.start({.lease = 300ms, .settle_after = 60s});
    here.let_pass(500ms);
    EXPECT_EQ(here.captured("5491155550002").size(), 1u);
}

}  // namespace
}  // namespace agente::channels
