#include "net/retry.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

namespace agente::net {
namespace {

using namespace std::chrono_literals;

class seeded_random final : public random_source {
public:
    explicit seeded_random(std::uint64_t seed) : engine_(seed) {}
    void fill(std::span<unsigned char> bytes) override {
        for (auto& b : bytes) b = static_cast<unsigned char>(engine_());
    }

private:
    std::mt19937_64 engine_;
};

TEST(backoff, grows_twofold_up_to_the_cap_and_stays_between_half_and_whole) {
    seeded_random random(1);
    for (int round = 0; round < 1000; ++round) {
        backoff next({100ms, 5s}, random);
        for (auto const whole :
             {100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 5000ms, 5000ms, 5000ms}) {
            auto const length = next.next();
            ASSERT_GE(length, whole / 2);
            ASSERT_LE(length, whole);
        }
    }
}

TEST(backoff, is_spread) {
    seeded_random random(2);
    std::set<std::chrono::milliseconds> seen;
    for (int i = 0; i < 200; ++i) seen.insert(backoff({1000ms, 5s}, random).next());
    EXPECT_GT(seen.size(), 100u);
}

TEST(backoff, starts_again_after_a_reset) {
    seeded_random random(3);
    backoff next({10ms, 1s}, random);
    for (int i = 0; i < 5; ++i) next.next();
    EXPECT_EQ(next.failures(), 5u);
    next.reset();
    EXPECT_EQ(next.failures(), 0u);
    EXPECT_LE(next.next(), 10ms);
}

TEST(backoff, never_overflows_nor_gives_nothing) {
    seeded_random random(4);
    backoff huge({1ms, std::chrono::milliseconds::max()}, random);
    for (int i = 0; i < 200; ++i) ASSERT_GE(huge.next(), 0ms);
    backoff odd({0ms, 0ms}, random);
    for (int i = 0; i < 10; ++i) {
        auto const length = odd.next();
        ASSERT_GE(length, 0ms);
        ASSERT_LE(length, 1ms);
    }
}

}  // namespace
}  // namespace agente::net
