// Attempts to sign in, counted without Redis: fewer than with it, never without limit.
#include <gmock/gmock.h>

#include "identity/lockout.hpp"

namespace agente::identity {
namespace {

using namespace std::chrono_literals;
using moment = std::chrono::steady_clock::time_point;

lockout_limits const limits{.window = 900s,
                            .of_pair = 6,
                            .of_account = 20,
                            .of_address = 40,
                            .local_divisor = 2,
                            .most_local = 50};

class attempts : public testing::Test {
protected:
    attempt begin(std::string account, std::string address) {
        attempt one{.account = std::move(account),
                    .address = std::move(address),
                    .id = std::to_string(++id)};
        all.begin(one, now);
        return one;
    }
    int allowed(std::string const& account, std::string const& address, int times) {
        int n = 0;
        for (int i = 0; i < times; ++i) n += begin(account, address).allowed;
        return n;
    }
    local_attempts all{limits};
    moment now{};
    int id{0};
};

TEST_F(attempts, a_pair_gets_half_of_what_redis_gives) {
    EXPECT_FALSE(begin("ana", "a").last);
    EXPECT_FALSE(begin("ana", "a").last);
    EXPECT_TRUE(begin("ana", "a").last);
    EXPECT_EQ(allowed("ana", "a", 100), 0);
    EXPECT_EQ(allowed("ana", "b", 100), 3) << "from elsewhere the owner still gets in";
    EXPECT_EQ(allowed("eva", "a", 100), 3);
}

TEST_F(attempts, an_account_and_an_address_have_limits_of_their_own) {
    int n = 0;
    for (int i = 0; i < 30; ++i) n += allowed("ana", "a" + std::to_string(i), 1);
    EXPECT_EQ(n, 10);
    n = 0;
    for (int i = 0; i < 40; ++i) n += allowed("u" + std::to_string(i), "x", 1);
    EXPECT_EQ(n, 20);
}

TEST_F(attempts, the_window_slides) {
    EXPECT_EQ(allowed("ana", "a", 2), 2);
    now += 600s;
    EXPECT_EQ(allowed("ana", "a", 9), 1);
    now += 301s;
    EXPECT_EQ(allowed("ana", "a", 9), 2);
    now += 900s;
    EXPECT_EQ(allowed("ana", "a", 9), 3);
}

TEST_F(attempts, success_clears_the_pair_and_withdrawing_one) {
    auto const first = begin("ana", "a");
    begin("ana", "a");
    all.withdraw(first);
    EXPECT_EQ(allowed("ana", "a", 9), 2);
    all.forget_pair(first);
    EXPECT_EQ(allowed("ana", "a", 9), 3);
    all.release("ana");
    EXPECT_EQ(allowed("ana", "a", 9), 3);
}

TEST_F(attempts, a_full_table_refuses_who_is_new) {
    int n = 0;
    for (int i = 0; i < 200; ++i) n += allowed("u" + std::to_string(i), "a" + std::to_string(i), 1);
    EXPECT_EQ(n, 50);
    now += 901s;
    EXPECT_EQ(allowed("new", "new", 1), 1) << "old ones make room";
}

TEST(counted_address, a_customers_network_counts_as_one) {
    EXPECT_EQ(counted_address("192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(counted_address("::ffff:192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(counted_address("2001:db8:1:2:3:4:5:6"), counted_address("2001:db8:1:2::9"));
    EXPECT_NE(counted_address("2001:db8:1:2::9"), counted_address("2001:db8:1:3::9"));
    EXPECT_EQ(counted_address("nonsense"), "unknown");
    EXPECT_EQ(counted_address(""), "unknown");
}

}  // namespace
}  // namespace agente::identity
