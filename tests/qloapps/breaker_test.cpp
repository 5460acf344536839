#include "qloapps/breaker.hpp"

#include <gtest/gtest.h>

namespace agente::qloapps {

using namespace std::chrono_literals;

TEST(breaker, opens_after_failures_in_a_row_and_lets_one_try_after_the_pause) {
    breaker b({.failures = 2, .pause = 5s, .most_pause = 60s});
    breaker::time_point now{};
    b.failed(now);
    b.answered();
    b.failed(now);
    EXPECT_TRUE(b.allows(now)) << "an answer between them";
    b.failed(now);
    EXPECT_FALSE(b.allows(now + 4s));
    EXPECT_TRUE(b.allows(now + 5s));
    EXPECT_FALSE(b.allows(now + 5s)) << "one at a time";
    b.failed(now + 6s);
    EXPECT_FALSE(b.allows(now + 15s)) << "the pause has doubled";
    EXPECT_TRUE(b.allows(now + 16s));
    b.dropped();
    EXPECT_TRUE(b.allows(now + 16s)) << "the one who tried went away";
    b.answered();
    EXPECT_TRUE(b.allows(now + 16s));
    EXPECT_TRUE(b.allows(now + 16s));
}

TEST(breaker, stragglers_do_not_lengthen_the_pause) {
    breaker b({.failures = 1, .pause = 5s, .most_pause = 60s});
    breaker::time_point now{};
    b.failed(now);
    b.failed(now + 4s);
    EXPECT_TRUE(b.allows(now + 5s));
}

}  // namespace agente::qloapps
