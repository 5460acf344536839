#include "channels/delivery_state.hpp"

#include <gtest/gtest.h>

namespace agente::channels {
namespace {

std::string const ours = "0192f0c1-7e5b-7c3a-9b1e-3d2f4a5b6c7d";

time_point at(int seconds) { return time_point(std::chrono::seconds(seconds)); }

delivery_update update(delivery state, int seconds, std::string reference = ours) {
    return {.reference = std::move(reference),
            .provider_message_id = "wamid.1",
            .state = state,
            .at = at(seconds)};
}

TEST(delivery_state, the_furthest_wins_in_any_order_and_all_times_are_kept) {
    auto const all = summarise(
        {update(delivery::read, 30), update(delivery::sent, 10), update(delivery::delivered, 20)});
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].state, delivery::read);
    EXPECT_EQ(all[0].sent_at, at(10));
    EXPECT_EQ(all[0].delivered_at, at(20));
    EXPECT_EQ(all[0].read_at, at(30));
    EXPECT_EQ(all[0].failed_at, std::nullopt);
}

TEST(delivery_state, delivered_beats_failed_and_failed_beats_sent) {
    EXPECT_EQ(summarise({update(delivery::delivered, 1), update(delivery::failed, 2)})[0].state,
              delivery::delivered);
    EXPECT_EQ(summarise({update(delivery::failed, 1), update(delivery::sent, 2)})[0].state,
              delivery::failed);
}

TEST(delivery_state, twins_are_one_and_keep_the_earliest_time) {
    auto const all = summarise({update(delivery::sent, 12), update(delivery::sent, 10)});
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].sent_at, at(10));
}

TEST(delivery_state, what_is_not_our_reference_is_matched_by_the_providers_id) {
    auto const all =
        summarise({update(delivery::sent, 1, "campaign-7"), update(delivery::sent, 1, ours)});
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].reference, "");
    EXPECT_EQ(all[0].provider_message_id, "wamid.1");
    EXPECT_EQ(all[1].reference, ours);
    EXPECT_TRUE(summarise({{.state = delivery::sent, .at = at(1)}}).empty());
}

TEST(delivery_state, rows_come_in_one_order) {
    auto const other = "0192f0c1-7e5b-7c3a-9b1e-000000000000";
    auto const all = summarise({update(delivery::sent, 1, ours), update(delivery::sent, 1, other)});
    ASSERT_EQ(all.size(), 2u);
    EXPECT_LT(all[0].reference, all[1].reference);
}

}  // namespace
}  // namespace agente::channels
