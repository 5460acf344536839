#include "tenancy/keys.hpp"

#include <gtest/gtest.h>

namespace agente::tenancy {

TEST(keys, spell_the_tenant_first) {
    keys const of(scope::for_command_line("hotel-demo"));
    using namespace std::chrono;
    EXPECT_EQ(of.session("+5491155550001"), "session:hotel-demo:+5491155550001");
    EXPECT_EQ(of.turn_lock("+5491155550001"), "lock:hotel-demo:turn:+5491155550001");
    EXPECT_EQ(of.stay_lock(7, year(2027) / 3 / 9), "lock:hotel-demo:stay:7:2027-03-09");
    EXPECT_EQ(of.lock("journal"), "lock:hotel-demo:journal");
}

TEST(keys, of_rate_limits_hold_what_is_counted_and_a_hash) {
    EXPECT_EQ(keys::rate("POST /a/{b}", "address/60", "0f3a"), "rate:POST /a/{b}:address/60:0f3a");
}

TEST(keys, of_locks_are_read_back_as_they_were_made) {
    using namespace std::chrono;
    for (std::string const slug : {"hotel-demo", "a:b", "a%3Ab", "*"}) {
        keys const of(scope::for_command_line(slug));
        auto const stay = keys::parse_lock(of.stay_lock(7, year(2027) / 3 / 9));
        ASSERT_TRUE(stay.has_value()) << slug;
        EXPECT_EQ(stay->tenant, slug);
        EXPECT_EQ(stay->name, "stay:7:2027-03-09");
    }
    for (auto const* other :
         {"", "lock", "lock:", "lock:a", "lock:a:", "lock::x", "fence:a:b", "session:a:b"})
        EXPECT_FALSE(keys::parse_lock(other).has_value()) << other;
    EXPECT_EQ(keys(scope::for_command_line("a*b")).locks_pattern(), "lock:a\\*b:*");
}

TEST(keys, no_guest_of_one_tenant_shares_a_key_with_one_of_another) {
    keys const one(scope::for_command_line("a")), other(scope::for_command_line("a:b"));
    EXPECT_NE(one.session("b:c"), other.session("c"));
    EXPECT_NE(keys(scope::for_command_line("a%3Ab")).session("c"), other.session("c"));
}

}  // namespace agente::tenancy
