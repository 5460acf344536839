#include "booking/local_queue.hpp"

#include <gmock/gmock.h>

#include <random>
#include <set>

namespace agente::booking {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(local_queue, serves_who_came_first) {
    local_queue line(10);
    auto const a = *line.enter({"1", "2"});
    auto const b = *line.enter({"2", "3"});
    auto const c = *line.enter({"3", "4"});
    EXPECT_TRUE(line.at_head(a));
    EXPECT_FALSE(line.at_head(b));
    EXPECT_FALSE(line.at_head(c));  // though 3 and 4 are free: b came first and will need 3
    EXPECT_EQ(line.ahead(b), 1U);
    EXPECT_THAT(line.leave(a), ElementsAre(b));
    EXPECT_THAT(line.leave(b), ElementsAre(c));
    EXPECT_THAT(line.leave(c), IsEmpty());
}

TEST(local_queue, stays_that_share_no_night_do_not_wait_for_each_other) {
    local_queue line(10);
    auto const a = *line.enter({"1", "2"});
    auto const b = *line.enter({"3"});
    EXPECT_TRUE(line.at_head(a));
    EXPECT_TRUE(line.at_head(b));
}

TEST(local_queue, one_leaving_can_free_several_in_their_order) {
    local_queue line(10);
    auto const wide = *line.enter({"1", "2", "3"});
    auto const first = *line.enter({"3"});
    auto const second = *line.enter({"1"});
    auto const third = *line.enter({"1"});
    EXPECT_THAT(line.leave(wide), ElementsAre(first, second));
    EXPECT_THAT(line.leave(second), ElementsAre(third));
}

TEST(local_queue, giving_up_in_the_middle_frees_nobody_who_still_has_others_ahead) {
    local_queue line(10);
    auto const a = *line.enter({"1"});
    auto const b = *line.enter({"1", "2"});
    auto const c = *line.enter({"1"});
    auto const d = *line.enter({"2"});
    EXPECT_THAT(line.leave(b), ElementsAre(d));
    EXPECT_FALSE(line.at_head(c));
    EXPECT_THAT(line.leave(a), ElementsAre(c));
}

TEST(local_queue, is_bounded) {
    local_queue line(2);
    auto const a = *line.enter({"1"});
    EXPECT_TRUE(line.enter({"9"}));
    EXPECT_FALSE(line.enter({"1"}));
    line.leave(a);
    EXPECT_TRUE(line.enter({"1"}));
}

TEST(local_queue, leaving_twice_is_harmless) {
    local_queue line(2);
    auto const a = *line.enter({"1"});
    line.leave(a);
    EXPECT_THAT(line.leave(a), IsEmpty());
    EXPECT_FALSE(line.at_head(a));
    EXPECT_EQ(line.size(), 0U);
}

// Whatever the mix: no two heads share a key, and everybody gets to the head exactly once.
TEST(local_queue, random_stays_never_hold_a_night_together_and_nobody_is_forgotten) {
    std::mt19937 dice(7);
    for (int round = 0; round < 200; ++round) {
        local_queue line(1'000);
        std::map<local_queue::ticket, std::vector<std::string>> keys_of;
        std::set<local_queue::ticket> heads;
        std::set<local_queue::ticket> served;
        for (int i = 0; i < 60; ++i) {
            std::vector<std::string> keys;
            int const from = static_cast<int>(dice() % 10);
            for (int k = from; k <= from + static_cast<int>(dice() % 4); ++k)
                keys.push_back(std::to_string(k));
            auto const t = *line.enter(keys);
            keys_of[t] = keys;
            if (line.at_head(t)) heads.insert(t);
            if (dice() % 2 == 0 && !heads.empty()) {
                auto const done =
                    *std::next(heads.begin(), static_cast<long>(dice() % heads.size()));
                heads.erase(done);
                served.insert(done);
                for (auto const next : line.leave(done)) EXPECT_TRUE(heads.insert(next).second);
            }
            std::set<std::string> held;
            for (auto const head : heads)
                for (auto const& key : keys_of[head]) EXPECT_TRUE(held.insert(key).second) << key;
        }
        while (!heads.empty()) {
            auto const done = *heads.begin();
            heads.erase(done);
            served.insert(done);
            for (auto const next : line.leave(done)) heads.insert(next);
        }
        EXPECT_EQ(served.size(), 60U);
        EXPECT_EQ(line.size(), 0U);
    }
}

}  // namespace
}  // namespace agente::booking
