#include "app/access_rules.hpp"

#include <gtest/gtest.h>

namespace agente::app {

TEST(access_rules, hosts_match_without_case_and_port) {
    host_rules const rules({"hotel.example", "*.hotels.example", ".both.example"});
    EXPECT_TRUE(rules.allow("Hotel.Example:8002"));
    EXPECT_TRUE(rules.allow("a.hotels.example"));
    EXPECT_FALSE(rules.allow("hotels.example"));
    EXPECT_TRUE(rules.allow("both.example"));
    EXPECT_TRUE(rules.allow("www.both.example"));
    EXPECT_FALSE(rules.allow("evilhotel.example"));
    EXPECT_FALSE(rules.allow("hotel.example.evil"));
    EXPECT_FALSE(rules.allow(""));
    EXPECT_TRUE(host_rules({}).allow("anything"));
    EXPECT_TRUE(host_rules({"*"}).allow("anything"));
}

TEST(access_rules, addresses_match_blocks_and_the_default_is_this_machine_only) {
    auto const rules = address_rules::make({"10.0.0.0/8", "192.168.1.7", "2001:db8::/32"}).value();
    EXPECT_TRUE(rules.allow("10.255.1.2"));
    EXPECT_TRUE(rules.allow("::ffff:10.1.2.3"));
    EXPECT_TRUE(rules.allow("192.168.1.7"));
    EXPECT_FALSE(rules.allow("192.168.1.8"));
    EXPECT_TRUE(rules.allow("2001:db8:1::5"));
    EXPECT_FALSE(rules.allow("2001:db9::5"));
    EXPECT_FALSE(rules.allow("127.0.0.1"));
    EXPECT_FALSE(rules.allow("not an address"));
    auto const local = address_rules::make({}).value();
    EXPECT_TRUE(local.allow("127.0.0.1"));
    EXPECT_TRUE(local.allow("::1"));
    EXPECT_FALSE(local.allow("10.0.0.1"));
}

TEST(access_rules, a_bad_entry_is_named) {
    auto const rules = address_rules::make({"10.0.0.0/8", "ten"});
    ASSERT_TRUE(rules.has_error());
    EXPECT_NE(rules.error().message().find("'ten'"), std::string::npos);
}

}  // namespace agente::app
