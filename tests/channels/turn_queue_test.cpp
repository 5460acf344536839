#include "channels/turn_queue.hpp"

#include <gmock/gmock.h>

namespace agente::channels {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

conversation_key const ana{"whatsapp", "n1", "+1"}, bob{"whatsapp", "n1", "+2"},
    cleo{"whatsapp", "n2", "+1"};

MATCHER_P(turn_of, key, "") { return arg.of == key && arg.tenant == "hotel"; }

class turn_queue_test : public testing::Test {
protected:
    turn_queue queue{{.debounce = 2s, .most_debounce = 5s, .most_messages = 4, .most_running = 2}};
    turn_queue::time now{1h};

    bool bubble(conversation_key const& of, std::string id) {
        return queue.note(of, std::move(id), "hotel", true, now);
    }
    bool tap(conversation_key const& of, std::string id) {
        return queue.note(of, std::move(id), "hotel", false, now);
    }
};

TEST_F(turn_queue_test, bubbles_wait_for_more_bubbles) {
    bubble(ana, "1");
    now += 1999ms;
    EXPECT_THAT(queue.start(now), IsEmpty());
    bubble(ana, "2");
    now += 1999ms;
    EXPECT_THAT(queue.start(now), IsEmpty());
    EXPECT_EQ(queue.next_due(), now + 1ms);
    now += 1ms;
    EXPECT_THAT(queue.start(now), ElementsAre(turn_of(ana)));
    EXPECT_THAT(queue.start(now), IsEmpty());
}

TEST_F(turn_queue_test, nobody_who_types_on_and_on_waits_for_ever) {
    for (int i = 0; i < 4; ++i, now += 1500ms) bubble(ana, std::to_string(i));
    EXPECT_THAT(queue.start(now - 1001ms), IsEmpty());
    EXPECT_THAT(queue.start(now - 1000ms), ElementsAre(turn_of(ana)));  // 5 s after the first
}

TEST_F(turn_queue_test, a_tap_begins_the_turn_at_once_with_what_waited) {
    bubble(ana, "1");
    tap(ana, "2");
    EXPECT_THAT(queue.start(now), ElementsAre(turn_of(ana)));
    queue.end(ana, {"1", "2"}, now);
    EXPECT_EQ(queue.size(), 0u);
    EXPECT_EQ(queue.next_due(), std::nullopt);
}

TEST_F(turn_queue_test, a_guests_next_turn_waits_for_the_running_one) {
    tap(ana, "1");
    queue.start(now);
    tap(ana, "2");
    EXPECT_EQ(queue.next_due(), std::nullopt);
    EXPECT_THAT(queue.start(now), IsEmpty());
    queue.end(ana, {"1"}, now);
    EXPECT_THAT(queue.start(now), ElementsAre(turn_of(ana)));
}

TEST_F(turn_queue_test, what_the_turn_already_took_makes_no_second_turn) {
    tap(ana, "1");
    queue.start(now);
    tap(ana, "2");
    queue.end(ana, {"1", "2"}, now);
    EXPECT_EQ(queue.size(), 0u);
    EXPECT_EQ(queue.next_due(), std::nullopt);
}

TEST_F(turn_queue_test, what_another_instance_ended_is_forgotten) {
    tap(ana, "1");
    queue.start(now);
    queue.end(ana, {}, now);
    EXPECT_EQ(queue.size(), 0u);
}

TEST_F(turn_queue_test, a_turn_that_could_not_be_held_comes_again_with_its_messages) {
    tap(ana, "1");
    queue.start(now);
    bubble(ana, "2");
    queue.again(ana, {}, 700ms, now);
    EXPECT_EQ(queue.running(), 0u);
    EXPECT_THAT(queue.messages(), UnorderedElementsAre("1", "2"));
    EXPECT_THAT(queue.start(now + 699ms), IsEmpty());
    EXPECT_THAT(queue.start(now + 700ms), ElementsAre(turn_of(ana)));
}

TEST_F(turn_queue_test, what_a_turn_took_from_others_is_known_until_it_ends) {
    tap(ana, "1");
    queue.start(now);
    queue.took(ana, {"1", "7"});
    EXPECT_THAT(queue.messages(), UnorderedElementsAre("1", "7"));
    queue.end(ana, {"1", "7"}, now);
    EXPECT_EQ(queue.size(), 0u);
    queue.took(ana, {"8"});
    EXPECT_EQ(queue.size(), 0u);
}

TEST_F(turn_queue_test, half_a_turn_leaves_the_other_half) {
    tap(ana, "1");
    tap(ana, "2");
    queue.start(now);
    queue.again(ana, {"1"}, 1s, now);
    EXPECT_THAT(queue.messages(), ElementsAre("2"));
    queue.start(now + 1s);
    queue.again(ana, {"2"}, 1s, now);
    EXPECT_EQ(queue.size(), 0u);
    EXPECT_EQ(queue.next_due(), std::nullopt);
}

TEST_F(turn_queue_test, guests_do_not_wait_for_each_other_and_start_in_the_order_they_became_due) {
    tap(cleo, "1");
    now += 1ms;
    tap(ana, "2");
    EXPECT_THAT(queue.start(now), ElementsAre(turn_of(cleo), turn_of(ana)));
}

TEST_F(turn_queue_test, turns_at_one_time_are_bounded) {
    tap(ana, "1");
    tap(bob, "2");
    tap(cleo, "3");
    EXPECT_EQ(queue.start(now).size(), 2u);
    EXPECT_EQ(queue.next_due(), std::nullopt);
    queue.end(ana, {"1"}, now);
    EXPECT_THAT(queue.start(now), ElementsAre(turn_of(cleo)));
}

TEST_F(turn_queue_test, past_the_bound_messages_are_not_taken_and_twins_do_not_count) {
    for (auto const* id : {"1", "2", "3", "4"}) EXPECT_TRUE(bubble(ana, id));
    EXPECT_TRUE(bubble(ana, "4"));
    EXPECT_FALSE(bubble(bob, "5"));
    EXPECT_EQ(queue.room(), 0u);
    now += 5s;
    queue.start(now);
    queue.end(ana, {"1", "2", "3", "4"}, now);
    EXPECT_TRUE(bubble(bob, "5"));
}

}  // namespace
}  // namespace agente::channels
