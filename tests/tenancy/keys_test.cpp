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

TEST(keys, no_guest_of_one_tenant_shares_a_key_with_one_of_another) {
    keys const one(scope::for_command_line("a")), other(scope::for_command_line("a:b"));
    EXPECT_NE(one.session("b:c"), other.session("c"));
    EXPECT_NE(keys(scope::for_command_line("a%3Ab")).session("c"), other.session("c"));
}

}  // namespace agente::tenancy
