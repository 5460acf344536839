// The small guards around the scheduler: authentication budget, pacer.
#include <gtest/gtest.h>

#include "postgres/auth_budget.hpp"
#include "postgres/pacer.hpp"
#include "postgres/scope_statement.hpp"

namespace agente::postgres::tests {
namespace {

using namespace std::chrono_literals;
constexpr steady_time start{1h};

TEST(auth_budget, four_attempts_in_a_hundred_and_fifty_seconds) {
    auth_budget budget;
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(budget.take(start + i * 1s)) << i;
    EXPECT_FALSE(budget.take(start + 149s));
    EXPECT_TRUE(budget.take(start + 150s)) << "the first refusal is old enough";
    EXPECT_FALSE(budget.take(start + 150s));
}

TEST(auth_budget, what_was_not_refused_does_not_count) {
    auth_budget budget;
    for (int i = 0; i < 100; ++i) {
        auto const place = budget.take(start);
        ASSERT_TRUE(place);
        budget.give_back(*place);
    }
}

TEST(auth_budget, the_wait_after_a_refusal_grows_to_the_window) {
    EXPECT_EQ(wait_after_refusal(1), 2s);
    EXPECT_EQ(wait_after_refusal(2), 5s);
    EXPECT_EQ(wait_after_refusal(3), 15s);
    EXPECT_EQ(wait_after_refusal(4), 150s);
}

TEST(pacer, keeps_departures_apart_by_the_flight_time_over_the_connections) {
    pacer p;
    EXPECT_LE(p.earliest(4, false), start) << "nothing has left yet";
    p.departed(start);
    p.landed(40ms);
    EXPECT_EQ(p.earliest(4, false), start + 10ms);
    EXPECT_LE(p.earliest(4, true), start) << "all are free";
    for (int i = 0; i < 100; ++i) p.landed(20ms);
    EXPECT_NEAR(std::chrono::duration<double>(p.flight()).count(), 0.020, 0.001)
        << "the average follows";
}

TEST(scope_statement, sets_everything_the_access_means) {
    auto const tenant = scope_statement(access::tenant("hotel-a").with_timeout(300ms), false, 5s);
    ASSERT_EQ(tenant.values.size(), 3);
    EXPECT_STREQ(tenant.values.pointers()[0], "agente_app");
    EXPECT_STREQ(tenant.values.pointers()[1], "hotel-a");
    EXPECT_STREQ(tenant.values.pointers()[2], "300");
    EXPECT_EQ(tenant.sql.find("transaction_read_only"), std::string_view::npos);

    auto const owner = scope_statement(access::owner(), true, 5s);
    EXPECT_STREQ(owner.values.pointers()[0], "none") << "a neighbour's role is reset";
    EXPECT_STREQ(owner.values.pointers()[1], "");
    EXPECT_STREQ(owner.values.pointers()[2], "5000");
    EXPECT_NE(owner.sql.find("transaction_read_only"), std::string_view::npos);
}

}  // namespace
}  // namespace agente::postgres::tests
