#include "base/breaker.hpp"

#include <gtest/gtest.h>

namespace agente {
namespace {

using namespace std::chrono_literals;
constexpr breaker::time_point start{1h};

TEST(breaker, opens_after_failures_in_a_row_and_lets_one_try_after_the_pause) {
    breaker b({.failures = 3, .pause = 1s, .most_pause = 4s});
    b.failed(start), b.failed(start), b.succeeded(), b.failed(start), b.failed(start);
    EXPECT_TRUE(b.allows(start)) << "a success between starts the count again";
    b.failed(start);
    EXPECT_TRUE(b.open());
    EXPECT_FALSE(b.allows(start + 999ms));
    EXPECT_TRUE(b.allows(start + 1s));
    EXPECT_FALSE(b.allows(start + 1s)) << "one at a time";
    b.failed(start + 1s);
    EXPECT_FALSE(b.allows(start + 2900ms)) << "twice as long";
    EXPECT_TRUE(b.allows(start + 3s));
    b.untried();
    EXPECT_TRUE(b.allows(start + 3s)) << "the one that was let through went away";
    b.succeeded();
    EXPECT_FALSE(b.open());
    EXPECT_EQ(b.pause(), 1s);
    EXPECT_TRUE(b.allows(start + 3s));
    EXPECT_TRUE(b.allows(start + 3s)) << "for everybody";
}

TEST(breaker, the_pause_grows_to_its_limit) {
    breaker b({.failures = 1, .pause = 1s, .most_pause = 5s});
    auto now = start;
    b.failed(now);
    for (auto const pause : {2s, 4s, 5s, 5s}) {
        now += b.pause();
        ASSERT_TRUE(b.allows(now));
        b.failed(now);
        EXPECT_EQ(b.pause(), pause);
        EXPECT_FALSE(b.allows(now + pause - 1ms));
    }
}

TEST(breaker, stragglers_do_not_lengthen_the_pause) {
    breaker b({.failures = 1, .pause = 1s, .most_pause = 4s});
    b.failed(start);
    for (int i = 0; i < 10; ++i) b.failed(start + 500ms);
    EXPECT_TRUE(b.allows(start + 1s));
}

}  // namespace
}  // namespace agente
