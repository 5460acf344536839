#include "channels/send_queue.hpp"

#include <gmock/gmock.h>

namespace agente::channels {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

conversation_key const ana{"whatsapp", "n1", "+1"}, bob{"whatsapp", "n1", "+2"},
    cleo{"whatsapp", "n2", "+1"};

class send_queue_test : public testing::Test {
protected:
    send_queue queue{{.most = 6, .most_under_way = 4, .rate = 10, .burst = 3}};
    send_queue::time now{1h};

    void add(conversation_key const& to, std::string id) {
        queue.add({.id = std::move(id), .to = to});
    }
    std::vector<std::string> start() {
        std::vector<std::string> ids;
        for (auto const& one : queue.start(now)) ids.push_back(one.id);
        return ids;
    }
};

TEST_F(send_queue_test, a_guest_gets_one_message_after_the_other) {
    add(ana, "1");
    add(ana, "2");
    add(bob, "3");
    EXPECT_THAT(start(), ElementsAre("1", "3"));
    EXPECT_THAT(start(), IsEmpty());
    EXPECT_EQ(queue.next_start(now), std::nullopt);
    queue.done(ana);
    EXPECT_EQ(queue.next_start(now), now);
    EXPECT_THAT(start(), ElementsAre("2"));
    queue.done(ana);
    queue.done(bob);
    EXPECT_EQ(queue.size(), 0u);
}

TEST_F(send_queue_test, a_message_that_comes_again_stays_before_the_later_ones) {
    add(ana, "1");
    add(ana, "2");
    auto first = queue.start(now).front();
    queue.again(first, now + 6s);
    EXPECT_THAT(start(), IsEmpty());
    EXPECT_EQ(queue.next_start(now), now + 6s);
    now += 6s;
    EXPECT_THAT(start(), ElementsAre("1"));
    queue.done(ana);
    EXPECT_THAT(start(), ElementsAre("2"));
}

TEST_F(send_queue_test, a_number_keeps_its_rate_and_the_others_do_not_wait) {
    for (auto const* guest : {"a", "b", "c", "d"}) add({"whatsapp", "n1", guest}, guest);
    add(cleo, "5");
    EXPECT_THAT(start(), ElementsAre("a", "b", "c", "5"));
    for (auto const* guest : {"a", "b", "c"}) queue.done({"whatsapp", "n1", guest});
    EXPECT_EQ(queue.next_start(now), now + 100ms);
    now += 99ms;
    EXPECT_THAT(start(), IsEmpty());
    now += 1ms;
    EXPECT_THAT(start(), ElementsAre("d"));
}

TEST_F(send_queue_test, a_number_in_trouble_is_held) {
    add(ana, "1");
    add(bob, "2");
    add(cleo, "3");
    queue.hold("n1", now + 4s);
    EXPECT_THAT(start(), ElementsAre("3"));
    EXPECT_EQ(queue.next_start(now), now + 4s);
    now += 4s;
    EXPECT_THAT(start(), ElementsAre("1", "2"));
}

TEST_F(send_queue_test, is_bounded_in_what_it_knows_and_in_what_is_under_way) {
    for (int i = 0; i < 6; ++i) {
        EXPECT_FALSE(queue.full());
        add({"whatsapp", "n" + std::to_string(i), "g"}, std::to_string(i));
    }
    EXPECT_TRUE(queue.full());
    EXPECT_EQ(start().size(), 4u);
    EXPECT_EQ(queue.next_start(now), std::nullopt);
    EXPECT_TRUE(queue.full());
    queue.done({"whatsapp", "n0", "g"});
    EXPECT_FALSE(queue.full());
    EXPECT_THAT(queue.messages(), UnorderedElementsAre("1", "2", "3", "4", "5"));
}

}  // namespace
}  // namespace agente::channels
