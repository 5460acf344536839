#include "postgres/command_connection.hpp"

#include <gmock/gmock.h>

#include "support/servers.hpp"

namespace agente::postgres {
namespace {

using namespace std::chrono_literals;

command_connection to(std::string const& url, command_limits limits = {}) {
    return command_connection(parse_url(url).value(), limits);
}

TEST(command_connection, answers_statements_and_scripts) {
    auto c = to(support::postgres().url());
    query<std::string, std::int64_t> const twice{"test.twice", "select ($1 * 2)::text"};
    EXPECT_EQ(c.row(twice, 21), "42");
    EXPECT_EQ(c.ask("test.ask", "select 'a' as x, null as y").column_name(1), "y");
    auto const all = c.script("test.script", "select 1; select 2 union select 3 order by 1");
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[1].text(1, 0), "3");
    EXPECT_GE(c.server_version(), 150000);
    EXPECT_FALSE(c.tls().encrypted);
}

TEST(command_connection, goes_on_after_the_servers_report) {
    auto c = to(support::postgres().url());
    try {
        c.ask("test.wrong", "select no_such_thing");
        FAIL();
    } catch (error const& e) {
        EXPECT_EQ(e.sqlstate(), "42703");
    }
    EXPECT_EQ(c.ask("test.right", "select 1").text(0, 0), "1");
}

TEST(command_connection, gives_up_on_a_server_that_does_not_answer) {
    auto c = to(support::postgres().url(), {.answer = 100ms});
    try {
        c.ask("test.slow", "select pg_sleep(20)");
        FAIL();
    } catch (error const& e) {
        EXPECT_EQ(e.reason().kind(), error_kind::timeout);
    }
    EXPECT_FALSE(c.open());
    EXPECT_THROW(c.ask("test.closed", "select 1"), error);
}

TEST(command_connection, knows_that_its_server_was_cut_off) {
    auto c = to(support::postgres().url());
    EXPECT_THROW(c.ask("test.suicide", "select pg_terminate_backend(pg_backend_pid())"), error);
    EXPECT_FALSE(c.open());
}

TEST(command_connection, hears_notices) {
    auto c = to(support::postgres().url());
    std::vector<std::string> heard;
    c.on_notice([&](std::string_view said) { heard.emplace_back(said); });
    c.script("test.notice", "do $$ begin raise notice 'hello'; end $$");
    EXPECT_THAT(heard, testing::ElementsAre(testing::HasSubstr("hello")));
}

TEST(command_connection, tells_what_of_the_certificate_was_checked) {
    embedded::postgres_server server(
        {.folder = support::server_folder("command_tls"), .tls = true, .durable = false});
    auto const full = to(server.tls_url()).tls();
    EXPECT_TRUE(full.encrypted);
    EXPECT_TRUE(full.chain_verified);
    EXPECT_TRUE(full.name_verified);
    EXPECT_THAT(full.protocol, testing::StartsWith("TLSv1."));
    EXPECT_THAT(full.root, testing::EndsWith("ca.crt"));
    EXPECT_THAT(full.subject, testing::HasSubstr("localhost"));
    ASSERT_TRUE(full.expires);
    EXPECT_GT(*full.expires, real_clock().now());
    auto const blind = to(server.url() + "?sslmode=require").tls();
    EXPECT_TRUE(blind.encrypted);
    EXPECT_FALSE(blind.chain_verified);
    EXPECT_EQ(blind.root, "");
}

}  // namespace
}  // namespace agente::postgres
