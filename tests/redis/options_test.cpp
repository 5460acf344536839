#include "redis/options.hpp"

#include <gmock/gmock.h>

namespace agente::redis {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

options good(std::string_view url) {
    auto const parsed = parse_url(url);
    EXPECT_TRUE(parsed) << url << ": " << (parsed ? "" : parsed.error().message());
    return parsed ? *parsed : options{};
}

std::string bad(std::string_view url) {
    auto const parsed = parse_url(url);
    EXPECT_TRUE(parsed.has_error()) << url;
    if (!parsed.has_error()) return {};
    EXPECT_EQ(parsed.error().kind(), error_kind::invalid);
    EXPECT_EQ(parsed.error().code(), "redis.bad_url");
    return parsed.error().message();
}

TEST(redis_url, host_port_and_database) {
    auto const plain = good("redis://cache.example");
    EXPECT_EQ(plain.host, "cache.example");
    EXPECT_EQ(plain.port, 6379);
    EXPECT_EQ(plain.database, 0u);
    EXPECT_FALSE(plain.tls);
    EXPECT_TRUE(plain.user.empty());
    EXPECT_TRUE(plain.password.empty());
    EXPECT_EQ(describe(plain), "cache.example:6379");

    auto const full = good("redis://10.0.0.7:7000/12");
    EXPECT_EQ(full.host, "10.0.0.7");
    EXPECT_EQ(full.port, 7000);
    EXPECT_EQ(full.database, 12u);
    EXPECT_EQ(good("redis://h/").database, 0u);
    EXPECT_EQ(good("redis://h?db=3").database, 3u);
    EXPECT_EQ(good("redis://[::1]:7000/1").host, "::1");
    EXPECT_EQ(describe(good("redis://[::1]:7000/1")), "[::1]:7000");
}

TEST(redis_url, user_and_password_are_decoded) {
    auto const with = good("rediss://default:p%40ss%2Fw%3Ao%23rd%25@eu1-x.upstash.io:6379");
    EXPECT_TRUE(with.tls);
    EXPECT_TRUE(with.verify_certificate);
    EXPECT_EQ(with.user, "default");
    EXPECT_EQ(with.password.reveal(), "p@ss/w:o#rd%");
    auto const only = good("redis://:secret@h");
    EXPECT_EQ(only.user, "");
    EXPECT_EQ(only.password.reveal(), "secret");
}

TEST(redis_url, a_unix_socket) {
    auto const local = good("unix:///run/redis/redis.sock?db=2&password=a%26b");
    EXPECT_EQ(local.socket_path, "/run/redis/redis.sock");
    EXPECT_EQ(local.database, 2u);
    EXPECT_EQ(local.password.reveal(), "a&b");
    EXPECT_EQ(describe(local), "unix:/run/redis/redis.sock");
    EXPECT_THAT(bad("unix://run/redis.sock"), HasSubstr("three slashes"));
    EXPECT_THAT(bad("unix:///" + std::string(200, 'x')), HasSubstr("107"));
}

TEST(redis_url, parameters_of_existing_deployments) {
    auto const with = good(
        "rediss://:x@h?ssl_cert_reqs=none&ssl_ca_certs=/etc/ca.pem&decode_responses=True&socket_timeout=5");
    EXPECT_FALSE(with.verify_certificate);
    EXPECT_EQ(with.ca_file, "/etc/ca.pem");
    EXPECT_TRUE(good("rediss://:x@h?ssl_cert_reqs=required").verify_certificate);
}

TEST(redis_url, errors_say_what_is_wrong_and_never_the_secret) {
    for (auto const* url :
         {"", "cache.example:6379", "http://h", "redis:", "redis://", "redis://:hidden@",
          "redis://u:hidden@h:port", "redis://u:hidden@h:0", "redis://u:hidden@h:65536",
          "redis://u:hidden@h/one", "redis://u:hidden@h/-1", "redis://u:hidden@h/99999999999",
          "redis://u:hid#den@h", "redis://u:hidden@h?db=x", "redis://u:hidden@h?tls=1",
          "redis://u:hidden@h?ssl_cert_reqs=perhaps", "redis://u:hidd%zzen@h", "redis://user@h",
          "redis://u:hidden@h:1:2"})
        EXPECT_THAT(bad(url), Not(HasSubstr("hid"))) << url;
    EXPECT_THAT(bad("redis://u:p#q@h"), HasSubstr("%23"));
    EXPECT_THAT(bad("redis://h?tls=1"), HasSubstr("tls"));
}

}  // namespace
}  // namespace agente::redis
