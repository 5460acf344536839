// From a stored message to what the guest is told: debounce, order, hotels, attempts, instances
// that die or take over.
#include <gmock/gmock.h>

#include "base/ids.hpp"
#include "channels/rig.hpp"

namespace agente::channels {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class turns : public testing::Test {
protected:
    void SetUp() override { here.add_hotel("hotel-demo", "Hotel Demo"); }

    void write(instance& to, std::string const& words, std::string const& phone = "+5491155550001",
               std::string const& number = demo_number) {
        auto const payload =
            text_payload(guest_called(phone, number), new_wamid(), words, here.time.now());
        ASSERT_EQ(here.post(to, payload).status, 200);
    }
    void tap(instance& to, std::string const& id, std::string const& phone = "+5491155550001",
             std::string const& number = demo_number) {
        auto const payload = choice_payload(guest_called(phone, number), new_wamid(), id, "tapped",
                                            false, here.time.now());
        ASSERT_EQ(here.post(to, payload).status, 200);
    }
    bool all_done() {
        return here.sql("select count(*) from agente.inbox where done_at is null") == "0";
    }
    bool answered(std::size_t times, std::string const& to = "5491155550001") {
        return here.until([&] { return here.captured(to).size() >= times && all_done(); });
    }

    world here;
};

TEST_F(turns, a_guest_is_answered_and_the_journal_tells_the_whole_story) {
    auto& one = here.start();
    here.whatsapp.set_webhook(one.webhook());
    write(one, "hola");
    ASSERT_TRUE(answered(1));
    EXPECT_TRUE(
        here.until([&] { return here.sql("select state from agente.outbox") == "delivered"; }));
    EXPECT_EQ(
        here.sql(
            "select concat_ws(' ', o.tenant_id, o.channel, o.sender, o.guest, o.position, o.attempts, o.provider_message_id is not null,"
            "       o.sent_at is not null, o.delivered_at is not null, o.lease_owner is null, i.outcome, i.attempts)"
            "  from agente.outbox o join agente.inbox i on i.id = o.inbox_id"),
        "hotel-demo whatsapp 106540352242922 +5491155550001 1 1 t t t t answered 1");
    EXPECT_EQ(here.captured().front().callback_data, here.sql("select id from agente.outbox"));
}

TEST_F(turns, without_choices_options_are_numbered_text) {
    instance_options with;
    with.turns.feature = [](tenancy::flag const& what, std::string slug) -> task<bool> {
        co_return what.name != "whatsapp.choices" || slug != "hotel-demo";
    };
    auto& one = here.start(with);
    write(one, "asdf qwer zxcv");
    ASSERT_TRUE(answered(1));
    write(one, "lkjh poiu");
    ASSERT_TRUE(answered(2));
    auto const offered = here.captured().back();
    EXPECT_TRUE(offered.choices.empty());
    EXPECT_THAT(offered.text, HasSubstr("\n1. Hablar con alguien"));
    write(one, "1");  // and the number is understood
    ASSERT_TRUE(answered(3));
    EXPECT_THAT(here.captured().back().text, HasSubstr("Te paso con una persona"));
}

TEST_F(turns, a_guest_who_writes_too_often_waits_and_is_answered_once_for_all_of_it) {
    bool held = true;
    instance_options options;
    options.turns.hold_back = [&held](std::string slug,
                                      std::string guest) -> task<std::chrono::milliseconds> {
        EXPECT_EQ(slug + " " + guest, "hotel-demo +5491155550001");
        co_return held ? 20ms : 0ms;
    };
    auto& one = here.start(options);
    write(one, "hola");
    write(one, "una pregunta");
    here.let_pass(200ms);
    EXPECT_EQ(here.captured("5491155550001").size(), 0u);
    EXPECT_GT(one.counted("channels_turns_held_back_total"), 1);
    held = false;
    ASSERT_TRUE(answered(1));
    here.let_pass(100ms);
    EXPECT_EQ(here.captured("5491155550001").size(), 1u);
}

TEST_F(turns, bubbles_are_answered_together) {
    auto& one = here.start({.queue = {.debounce = 300ms, .most_debounce = 5s}});
    write(one, "hola");
    write(one, "una pregunta");
    ASSERT_TRUE(answered(1));
    here.let_pass(400ms);
    EXPECT_EQ(here.captured().size(), 1u);
    EXPECT_EQ(here.sql("select count(*) from agente.inbox where outcome = 'answered'"), "2");
}

TEST_F(turns, a_tap_is_not_kept_waiting) {
    auto& one = here.start({.queue = {.debounce = 1h, .most_debounce = 1h}});
    tap(one, "person");
    EXPECT_TRUE(answered(1));
}

TEST_F(turns, bubbles_that_went_to_two_instances_are_answered_together_once) {
    auto &one = here.start({.queue = {.debounce = 300ms, .most_debounce = 5s}}),
         &other = here.start({.queue = {.debounce = 300ms, .most_debounce = 5s}});
    write(one, "hola");
    write(other, "una pregunta");
    ASSERT_TRUE(answered(1));
    here.let_pass(500ms);
    EXPECT_EQ(here.captured().size(), 1u);
    EXPECT_EQ(here.sql("select count(distinct inbox_id) from agente.outbox"), "1");
}

TEST_F(turns, many_guests_of_three_instances_get_one_answer_each) {
    std::vector<instance*> all{&here.start(), &here.start(), &here.start()};
    int acknowledged = 0;
    for (int i = 0; i < 90; ++i) {
        auto const payload = text_payload(guest_called("+54911555510" + std::to_string(10 + i)),
                                          new_wamid(), "hola", here.time.now());
        asio::co_spawn(here.loop,
                       here.http.send(signed_webhook(
                           all[static_cast<std::size_t>(i) % 3]->webhook(), app_secret, payload)),
                       [&](std::exception_ptr, result<net::http_response> got) {
                           acknowledged += got && got->status == 200;
                       });
    }
    ASSERT_TRUE(here.until(
        [&] { return acknowledged == 90 && here.captured().size() >= 90 && all_done(); }));
    here.let_pass(100ms);
    EXPECT_EQ(here.captured().size(), 90u);
}

TEST_F(turns, a_guest_of_a_shared_number_is_asked_once_and_then_heard) {
    here.add_hotel("hotel-mar", "Hotel del Mar", "");
    auto& one = here.start();
    write(one, "quiero hablar con una persona", "+5491155550001", "shared");
    ASSERT_TRUE(answered(1));
    auto const question = here.captured().front();
    ASSERT_EQ(question.choices.size(), 2u);
    EXPECT_EQ(question.choices[0].title, "Hotel Demo");
    EXPECT_EQ(here.sql("select concat_ws(' ', outcome, tenant_id is null) from agente.inbox"),
              "asked_hotel t");

    tap(one, question.choices[1].id, "+5491155550001", "shared");
    ASSERT_TRUE(answered(2));
    EXPECT_EQ(here.sql("select tenant_id from agente.outbox order by id desc limit 1"),
              "hotel-mar");
    EXPECT_EQ(here.sql("select count(*) from agente.inbox where outcome = 'asked_hotel'"), "1");

    write(one, "gracias", "+5491155550001", "shared");
    ASSERT_TRUE(here.until([&] {
        return here.sql(
                   "select count(*) from agente.inbox where tenant_id = 'hotel-mar' and done_at is not null") ==
               "2";
    }));
}

TEST_F(turns, a_hotel_may_be_named_in_words_or_by_its_place_in_the_list) {
    here.add_hotel("hotel-mar", "Hotel del Mar", "");
    auto& one = here.start();
    write(one, "hola", "+5491155550001", "shared");
    ASSERT_TRUE(answered(1));
    write(one, "el del mar", "+5491155550001", "shared");
    ASSERT_TRUE(answered(2));
    write(one, "mar!", "+5491155550001", "shared");
    ASSERT_TRUE(answered(3));
    EXPECT_EQ(here.sql("select tenant_id from agente.outbox order by id desc limit 1"),
              "hotel-mar");

    write(one, "hola", "+5491155550002", "shared");
    ASSERT_TRUE(answered(1, "5491155550002"));
    write(one, "1", "+5491155550002", "shared");
    ASSERT_TRUE(answered(2, "5491155550002"));
    EXPECT_EQ(here.sql("select tenant_id from agente.outbox order by id desc limit 1"),
              "hotel-demo");
}

TEST_F(turns, too_many_hotels_for_a_list_are_asked_for_by_name) {
    for (int i = 0; i < 12; ++i)
        here.add_hotel(fmt::format("hotel-{}", i), fmt::format("Posada {}", i), "");
    auto& one = here.start();
    write(one, "hola", "+5491155550001", "shared");
    ASSERT_TRUE(answered(1));
    EXPECT_TRUE(here.captured()[0].choices.empty());
    EXPECT_THAT(here.captured()[0].text, HasSubstr("nombre"));
    write(one, "posada 7", "+5491155550001", "shared");
    ASSERT_TRUE(answered(2));
    EXPECT_EQ(here.sql("select tenant_id from agente.outbox order by id desc limit 1"), "hotel-7");
}

TEST_F(turns, what_was_written_to_a_suspended_hotel_goes_to_no_other) {
    here.add_hotel("hotel-closed", "Hotel Closed", "closed-number");
    here.sql("update public.tenants set status = 'suspended' where tenant_id = 'hotel-closed'");
    auto& one = here.start();
    write(one, "hola", "+5491155550001", "closed-number");
    EXPECT_TRUE(
        here.until([&] { return here.sql("select outcome from agente.inbox") == "hotel_closed"; }));
    here.let_pass(50ms);
    EXPECT_TRUE(here.captured().empty());
}

TEST_F(turns, a_message_that_defeats_every_attempt_ends_with_an_apology_and_a_person) {
    auto& one =
        here.start({.on_turn = [](tenancy::tenant const&) { throw std::runtime_error("a bug"); }});
    write(one, "hola");
    ASSERT_TRUE(answered(1));
    EXPECT_EQ(here.sql("select concat_ws(' ', outcome, attempts) from agente.inbox"), "failed 5");
    EXPECT_THAT(here.captured()[0].text, HasSubstr("no pude procesar"));
    EXPECT_EQ(one.counted("channels_poisoned_total"), 1);
    write(one, "hola?");
    EXPECT_TRUE(here.until([&] { return all_done(); }));
}

TEST_F(turns, a_message_whose_process_keeps_dying_is_not_tried_for_ever) {
    auto& one = here.start({.lease = 150ms});
    auto const id = new_uuid();
    here.sql(
        "insert into agente.inbox (id, channel, provider_message_id, tenant_id, guest, recipient, kind, body, sent_at, lease_owner, lease_until, attempts)"
        " values ('" +
        id +
        "', 'whatsapp', 'm', 'hotel-demo', '+5491155550001', '106540352242922', 'text', '{\"text\": \"hola\"}', now(), 'dead',"
        " now() - interval '1 s', 5)");
    ASSERT_TRUE(answered(1));
    EXPECT_EQ(here.sql("select outcome from agente.inbox"), "failed");
    EXPECT_EQ(one.counted("channels_taken_over_total"), 1);
}

TEST_F(turns, an_instance_that_dies_before_its_turn_is_taken_over) {
    auto& one = here.start({.queue = {.debounce = 1h, .most_debounce = 1h}, .lease = 300ms});
    write(one, "hola");
    here.kill(one);
    here.start({.lease = 300ms});
    ASSERT_TRUE(answered(1));
    EXPECT_EQ(here.captured().size(), 1u);
}

TEST_F(turns, an_instance_that_dies_between_commit_and_sending_is_taken_over) {
    auto& one = here.start(
        {.lease = 300ms, .settle_after = 200ms, .sending = {.burst = 0}});  // nothing ever leaves
    write(one, "hola");
    ASSERT_TRUE(here.until([&] {
        return here.sql("select count(*) from agente.outbox where state = 'sending'") == "1";
    }));
    here.kill(one);
    EXPECT_TRUE(here.captured().empty());
    auto& other = here.start({.lease = 300ms, .settle_after = 200ms});
    ASSERT_TRUE(answered(1));
    EXPECT_TRUE(here.until([&] { return here.sql("select state from agente.outbox") == "sent"; }));
    EXPECT_EQ(here.captured().size(), 1u);
    EXPECT_EQ(other.counted("channels_resent_total"), 1);
}

TEST_F(turns, a_lease_that_is_renewed_is_never_taken_over) {
    auto& one = here.start({.queue = {.debounce = 1500ms, .most_debounce = 2s}, .lease = 300ms});
    auto& other = here.start({.lease = 300ms});
    write(one, "hola");
    ASSERT_TRUE(answered(1));
    EXPECT_EQ(other.counted("channels_taken_over_total"), 0);
    EXPECT_EQ(here.sql("select attempts from agente.inbox"), "1");
}

TEST_F(turns, what_another_instance_took_meanwhile_is_not_answered_twice) {
    bool stolen = false;
    auto& one = here.start({.on_turn = [&](tenancy::tenant const&) {
        if (!std::exchange(stolen, true))
            here.sql(
                "update agente.inbox set lease_owner = 'another', lease_until = now() + interval '1 h'");
    }});
    write(one, "hola");
    ASSERT_TRUE(answered(1));
    EXPECT_EQ(one.counted("channels_turns_lost_total"), 1);
    here.let_pass(100ms);
    EXPECT_EQ(here.sql("select count(*) from agente.outbox"), "1");
    EXPECT_EQ(here.captured().size(), 1u);
}

TEST_F(turns, a_graceful_end_hands_back_what_is_not_answered) {
    auto& one = here.start({.queue = {.debounce = 1h, .most_debounce = 1h}});
    write(one, "hola");
    here.stop(one);
    EXPECT_EQ(here.sql("select lease_until <= now() from agente.inbox where done_at is null"), "t");
    here.start({.lease = 300ms});
    ASSERT_TRUE(answered(1));
}

TEST_F(turns, past_the_queues_bound_messages_wait_in_the_database) {
    auto& one = here.start(
        {.queue = {.debounce = 200ms, .most_debounce = 200ms, .most_messages = 2}, .lease = 600ms});
    for (int i = 0; i < 6; ++i) write(one, "hola", "+549115555000" + std::to_string(i));
    EXPECT_GT(one.counted("channels_queue_full_total"), 0);
    ASSERT_TRUE(here.until([&] { return here.captured().size() >= 6 && all_done(); }));
    EXPECT_EQ(here.captured().size(), 6u);
}

TEST_F(turns, more_messages_than_one_turn_claims_are_all_ended) {
    auto& one = here.start({.queue = {.debounce = 1h, .most_debounce = 1h}});
    for (int i = 0; i < 60; ++i) write(one, fmt::format("{}", i));
    tap(one, "person");
    EXPECT_TRUE(here.until([&] { return all_done(); }));
}

TEST_F(turns, without_redis_the_guest_is_answered_all_the_same) {
    auto& one = here.start({.redis_url = "redis://127.0.0.1:1"});
    write(one, "hola");
    EXPECT_TRUE(answered(1));
}

}  // namespace
}  // namespace agente::channels
