#include "redis/request_queue.hpp"

#include <gmock/gmock.h>

namespace agente::redis {
namespace {

class probe final : public request {
public:
    using request::request;
    int woken = 0;

private:
    void wake() override { ++woken; }
};

std::shared_ptr<probe> make(std::string bytes, std::size_t replies = 1) {
    return std::make_shared<probe>(std::move(bytes), replies);
}
reply number(std::int64_t n) { return reply(n); }
std::exception_ptr trouble(char const* text) {
    return std::make_exception_ptr(std::runtime_error(text));
}

class redis_queue_test : public ::testing::Test {
protected:
    std::shared_ptr<probe> add(std::string bytes, std::size_t replies = 1) {
        auto made = make(std::move(bytes), replies);
        EXPECT_TRUE(queue_.add(made));
        return made;
    }
    request_queue queue_{4, 100};
};

TEST_F(redis_queue_test, replies_go_to_the_oldest_that_was_written) {
    auto const a = add("a"), b = add("bb", 2);
    EXPECT_EQ(queue_.take(100), "abb");
    auto const c = add("c");
    EXPECT_TRUE(queue_.answer(number(1)));
    EXPECT_TRUE(queue_.answer(number(2)));
    EXPECT_EQ(a->woken, 1);
    EXPECT_EQ(b->woken, 0);  // one of two
    EXPECT_TRUE(queue_.answer(number(3)));
    EXPECT_EQ(b->woken, 1);
    EXPECT_EQ(a->take_replies().at(0).integer(), 1);
    auto const two = b->take_replies();
    EXPECT_EQ(two.at(0).integer(), 2);
    EXPECT_EQ(two.at(1).integer(), 3);
    EXPECT_FALSE(queue_.answer(number(4)));  // c was not written: out of step
    EXPECT_EQ(c->woken, 0);
}

TEST_F(redis_queue_test, a_write_holds_whole_requests_up_to_its_size) {
    add("aaaa");
    add("bbbb");
    add("cccc");
    EXPECT_EQ(queue_.take(9), "aaaabbbb");
    EXPECT_EQ(queue_.take(1), "cccc");  // a request larger than a write goes alone
    EXPECT_EQ(queue_.take(1), "");
    EXPECT_TRUE(queue_.nothing_to_write());
    EXPECT_FALSE(queue_.nothing_in_flight());
}

TEST_F(redis_queue_test, it_is_bounded_in_requests_and_in_bytes) {
    for (int i = 0; i < 4; ++i) add("x");
    EXPECT_FALSE(queue_.add(make("x")));
    queue_.take(100);
    EXPECT_FALSE(queue_.add(make("x")));  // not answered yet
    queue_.answer(number(1));
    EXPECT_TRUE(queue_.add(make("x")));
    queue_.answer(number(1));
    EXPECT_FALSE(queue_.add(make(std::string(100, 'x'))));
    queue_.take(100);
    EXPECT_TRUE(queue_.add(make(std::string(200, 'x'))));  // alone, it may pass
}

TEST_F(redis_queue_test, an_abandoned_request_is_forgotten_or_its_replies_dropped) {
    auto const written = add("a", 2), next = add("b");
    queue_.take(100);
    auto const waiting = add("c");
    queue_.abandon(written);
    queue_.abandon(waiting);
    EXPECT_TRUE(queue_.nothing_to_write());
    queue_.answer(number(1));
    queue_.answer(number(2));
    queue_.answer(number(3));
    EXPECT_EQ(written->woken, 0);
    EXPECT_EQ(waiting->woken, 0);
    EXPECT_EQ(next->take_replies().at(0).integer(), 3);
    EXPECT_EQ(queue_.size(), 0u);
}

TEST_F(redis_queue_test, failing_tells_the_written_from_the_waiting) {
    auto const written = add("a"), gone = add("b");
    queue_.take(100);
    auto const waiting = add("c");
    queue_.abandon(gone);
    queue_.fail_written(trouble("written"));
    EXPECT_EQ(waiting->woken, 0);
    queue_.fail_waiting(trouble("waiting"));
    EXPECT_EQ(written->woken, 1);
    EXPECT_EQ(waiting->woken, 1);
    EXPECT_EQ(gone->woken, 0);
    EXPECT_THAT([&] { written->take_replies(); },
                ::testing::ThrowsMessage<std::runtime_error>("written"));
    EXPECT_THAT([&] { waiting->take_replies(); },
                ::testing::ThrowsMessage<std::runtime_error>("waiting"));
    EXPECT_EQ(queue_.size(), 0u);
    EXPECT_TRUE(queue_.add(make(std::string(100, 'x'))));  // the bytes are free again
}

}  // namespace
}  // namespace agente::redis
