// Whose request it is behind proxies, and that a client cannot choose the answer.
#include "http/client_address.hpp"

#include <gtest/gtest.h>

namespace agente::http {
namespace {

using header = forwarding_header;

std::string seen(std::vector<std::string> const& trusted, std::string const& peer,
                 header_list headers, header which = header::x_forwarded_for) {
    request r;
    r.headers = std::move(headers);
    return client_address(address_blocks::make("TRUSTED_PROXIES", trusted).value(), which)
        .of(peer, r);
}

std::string plain(std::string const& value) {
    return seen({"10.0.0.0/8", "fd00::/8"}, "10.0.0.1", {{"x-forwarded-for", value}});
}
std::string standard(std::string const& value) {
    return seen({"10.0.0.0/8", "fd00::/8"}, "10.0.0.1", {{"forwarded", value}}, header::forwarded);
}

TEST(client_address, without_trusted_proxies_nothing_is_believed) {
    EXPECT_EQ(seen({}, "203.0.113.9", {{"x-forwarded-for", "198.51.100.1"}}), "203.0.113.9");
    EXPECT_EQ(seen({}, "127.0.0.1", {{"x-forwarded-for", "198.51.100.1"}}), "127.0.0.1");
    EXPECT_EQ(seen({}, "127.0.0.1", {{"forwarded", "for=198.51.100.1"}}, header::forwarded),
              "127.0.0.1");
}

TEST(client_address, a_peer_that_is_no_trusted_proxy_is_the_client_whatever_it_says) {
    EXPECT_EQ(seen({"10.0.0.0/8"}, "203.0.113.9", {{"x-forwarded-for", "198.51.100.1"}}),
              "203.0.113.9");
    EXPECT_EQ(seen({"10.0.0.0/8"}, "203.0.113.9", {{"x-forwarded-for", "10.0.0.1"}}),
              "203.0.113.9");
    EXPECT_EQ(seen({"10.0.0.0/8"}, "", {{"x-forwarded-for", "198.51.100.1"}}), "");
}

TEST(client_address, is_the_last_that_no_trusted_proxy_has) {
    EXPECT_EQ(plain("198.51.100.1"), "198.51.100.1");
    EXPECT_EQ(plain("198.51.100.1, 10.0.0.2,10.0.0.3"), "198.51.100.1");
    EXPECT_EQ(plain("1.1.1.1, 198.51.100.1, 10.0.0.2"), "198.51.100.1")
        << "1.1.1.1 is the client's word";
    EXPECT_EQ(plain("10.0.0.9, 198.51.100.1"), "198.51.100.1");
    EXPECT_EQ(plain("198.51.100.1, fd00::1"), "198.51.100.1");
    EXPECT_EQ(plain("10.9.9.9, 10.0.0.2"), "10.9.9.9") << "a client inside the trusted network";
    EXPECT_EQ(seen({"10.0.0.0/8"}, "10.0.0.1", {}), "10.0.0.1");
    EXPECT_EQ(seen({"10.0.0.0/8"}, "::ffff:10.0.0.1", {{"x-forwarded-for", "198.51.100.1"}}),
              "198.51.100.1");
}

TEST(client_address, knows_every_way_of_writing_an_address) {
    EXPECT_EQ(plain("198.51.100.1:4711"), "198.51.100.1");
    EXPECT_EQ(plain("2001:DB8::0001"), "2001:db8::1");
    EXPECT_EQ(plain("[2001:db8::1]"), "2001:db8::1");
    EXPECT_EQ(plain("[2001:db8::1]:443"), "2001:db8::1");
    EXPECT_EQ(plain("::ffff:198.51.100.1"), "198.51.100.1");
    EXPECT_EQ(plain("  198.51.100.1\t"), "198.51.100.1");
}

TEST(client_address, several_lines_are_one_list) {
    EXPECT_EQ(seen({"10.0.0.0/8"}, "10.0.0.1",
                   {{"x-forwarded-for", "1.1.1.1"},
                    {"host", "h"},
                    {"X-Forwarded-For", "198.51.100.1, 10.0.0.2"}}),
              "198.51.100.1");
    EXPECT_EQ(seen({"10.0.0.0/8"}, "10.0.0.1",
                   {{"x-forwarded-for", "198.51.100.1"}, {"x-forwarded-for", "10.0.0.2"}}),
              "198.51.100.1");
}

TEST(client_address, what_is_malformed_where_it_is_looked_at_leaves_the_peer) {
    for (auto const* value : {"",
                              ",",
                              "unknown",
                              "nonsense",
                              "198.51.100.1 198.51.100.2",
                              "198.51.100.256",
                              "1.2.3",
                              "198.51.100.1:x",
                              "198.51.100.1:",
                              "198.51.100.1:123456",
                              "[198.51.100.1]",
                              "[2001:db8::1",
                              "2001:db8::1]",
                              "[2001:db8::1]x",
                              "fe80::1%eth0",
                              "198.51.100.1, ",
                              "198.51.100.1,,",
                              "198.51.100.1, junk, 10.0.0.2",
                              "\"198.51.100.1\"",
                              "0x7f.1",
                              "for=198.51.100.1"})
        EXPECT_EQ(plain(value), "10.0.0.1") << value;
    EXPECT_EQ(plain("junk, 198.51.100.1"), "198.51.100.1") << "further left nobody looks";
}

TEST(client_address, of_forwarded_is_read_as_the_standard_writes_it) {
    EXPECT_EQ(standard("for=198.51.100.1"), "198.51.100.1");
    EXPECT_EQ(standard("For=\"[2001:db8:cafe::17]:4711\""), "2001:db8:cafe::17");
    EXPECT_EQ(standard("for=198.51.100.1;proto=https;by=10.0.0.1"), "198.51.100.1");
    EXPECT_EQ(standard("proto=https;for=\"198.51.100.1:80\" , for=10.0.0.2"), "198.51.100.1");
    EXPECT_EQ(standard("for=1.1.1.1, for=198.51.100.1; host=\"a,b;c\\\"d\""), "198.51.100.1");
}

TEST(client_address, of_a_forwarded_that_cannot_be_trusted_is_the_peer) {
    for (auto const* value :
         {"", "for", "for=", "for=unknown", "for=_hidden", "for=2001:db8::1",
          "for=198.51.100.1;for=1.1.1.1", "proto=https", "for=\"198.51.100.1", "for=198.51.100.1,",
          "for =198.51.100.1", "for=198.51.100.1 x", "=", "for=\"198.51.100.1\\"})
        EXPECT_EQ(standard(value), "10.0.0.1") << value;
}

// A quote left open by the client would swallow what the proxy appends.
TEST(client_address, an_open_quote_does_not_hide_what_the_proxy_wrote) {
    EXPECT_EQ(standard("for=1.1.1.1;x=\", for=198.51.100.1"), "10.0.0.1");
    EXPECT_EQ(standard("for=1.1.1.1;x=\", for=\"[2001:db8::1]\""), "10.0.0.1");
    EXPECT_EQ(standard("for=1.1.1.1;x=\"\\, for=\"[2001:db8::1]\""), "10.0.0.1");
    EXPECT_EQ(seen({"10.0.0.0/8"}, "10.0.0.1",
                   {{"forwarded", "for=1.1.1.1;x=\""}, {"forwarded", "for=198.51.100.1"}},
                   header::forwarded),
              "198.51.100.1")
        << "a line of its own cannot be swallowed";
}

TEST(client_address, only_the_header_that_the_proxies_write_counts) {
    header_list const both{{"x-forwarded-for", "1.1.1.1"}, {"forwarded", "for=2.2.2.2"}};
    EXPECT_EQ(seen({"10.0.0.0/8"}, "10.0.0.1", both), "1.1.1.1");
    EXPECT_EQ(seen({"10.0.0.0/8"}, "10.0.0.1", both, header::forwarded), "2.2.2.2");
    EXPECT_EQ(seen({"10.0.0.0/8"}, "10.0.0.1", {{"forwarded", "for=2.2.2.2"}}), "10.0.0.1");
    EXPECT_EQ(seen({"10.0.0.0/8"}, "10.0.0.1", {{"x-real-ip", "1.1.1.1"}}), "10.0.0.1");
}

TEST(client_address, counts_an_ipv6_customer_as_one) {
    EXPECT_EQ(network_of_client("2001:db8:1:2:3:4:5:6"), network_of_client("2001:db8:1:2::"));
    EXPECT_NE(network_of_client("2001:db8:1:2::1"), network_of_client("2001:db8:1:3::1"));
    EXPECT_EQ(network_of_client("::ffff:192.0.2.1"), "192.0.2.1");
    EXPECT_NE(network_of_client("192.0.2.1"), network_of_client("192.0.2.2"));
    EXPECT_EQ(network_of_client("nowhere"), "nowhere");
}

TEST(address_blocks, name_the_setting_and_the_entry_that_is_none) {
    for (auto const* bad : {"ten", "10.0.0.0/33", "", "10.0.0.0/", "::/129", "10.0.0.1-10.0.0.9"}) {
        auto const made = address_blocks::make("TRUSTED_PROXIES", {"10.0.0.0/8", bad});
        ASSERT_TRUE(made.has_error()) << bad;
        EXPECT_NE(made.error().message().find("TRUSTED_PROXIES"), std::string::npos);
        EXPECT_NE(made.error().message().find("'" + std::string(bad) + "'"), std::string::npos);
    }
}

}  // namespace
}  // namespace agente::http
