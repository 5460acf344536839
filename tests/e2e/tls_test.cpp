// PostgreSQL and Redis over TLS with the server's certificate and name verified, and what is said
// when they are wrong.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "e2e/conversations.hpp"
#include "e2e/hotel_site.hpp"

namespace agente::e2e {
namespace {

class tls : public testing::Test {
protected:
    static void SetUpTestSuite() {
        postgres_ = std::make_unique<embedded::postgres_server>(embedded::postgres_options{
            .folder = support::server_folder("tls-postgres"), .tls = true, .durable = false});
        redis_ = std::make_unique<embedded::redis_server>(
            embedded::redis_options{.folder = support::server_folder("tls-redis"), .tls = true});
    }
    static void TearDownTestSuite() {
        redis_.reset();
        postgres_.reset();
    }

    static std::string redis_url(std::filesystem::path const& authority) {
        return redis_->url() + "?ssl_ca_certs=" + authority.string();
    }
    // By `host`, whatever that resolves to.
    static std::string database_url(std::string_view host, std::filesystem::path const& authority) {
        return fmt::format(
            "postgresql://postgres:{}@{}:{}/agente?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert={}",
            postgres_->password().reveal(), host, postgres_->port(), authority.string());
    }
    static program deploy(std::string const& url) {
        return program({"db", "deploy"}, {{"DATABASE_URL", url}});
    }
    static void refused(std::string const& url, std::string_view because) {
        auto one = deploy(url);
        EXPECT_EQ(one.wait(), 1);
        EXPECT_NE(one.errors().find(because), std::string::npos) << one.errors();
        EXPECT_EQ(one.errors().find(std::string(postgres_->password().reveal())),
                  std::string::npos);
    }

    static inline std::unique_ptr<embedded::postgres_server> postgres_;
    static inline std::unique_ptr<embedded::redis_server> redis_;
};

TEST_F(tls, with_both_verified_the_schema_is_deployed_and_a_guest_books) {
    auto const url = database_url("localhost", postgres_->authority());
    {
        auto one = deploy(url);
        ASSERT_EQ(one.wait(), 0) << one.errors();
    }
    hotel_site site({.database = url, .redis = redis_url(redis_->authority())});
    site.serve();
    ASSERT_EQ(site.ready(0), 200) << site.get(0, "/health/ready").body;
    auto const booked = site.run(book(site.guest(), whole_wish(true, "general", 1)));
    EXPECT_TRUE(confirmed(booked)) << booked.text;
    EXPECT_EQ(site.sql("select count(*) from pg_stat_activity a join pg_stat_ssl s using (pid)"
                       " where a.application_name = 'agente-hotel' and not s.ssl"),
              "0");
    EXPECT_NE(
        site.sql("select count(*) from pg_stat_activity where application_name = 'agente-hotel'"),
        "0");
    site.stop_serving();
}

TEST_F(tls, another_authority_is_refused_and_named) {
    refused(database_url("localhost", redis_->authority()), "certificate verify failed");
}

TEST_F(tls, another_host_name_is_refused_and_named) {
    refused(database_url("hotel.example", postgres_->authority()),
            R"(does not match host name "hotel.example")");
}

TEST_F(tls, an_authority_file_that_is_not_there_is_named) {
    refused(database_url("localhost", "/nowhere/root.crt"), "/nowhere/root.crt");
}

// A dependency that is down keeps no instance from starting, so neither does one that is not
// believed.
TEST_F(tls, an_instance_that_believes_neither_is_not_ready_and_says_why) {
    hotel_site site;
    auto& process = site.serve({{"DATABASE_URL", database_url("localhost", redis_->authority())},
                                {"REDIS_URL", redis_url(postgres_->authority())}});
    EXPECT_EQ(site.ready(0), 503);
    EXPECT_TRUE(site.part(0, "postgres").starts_with("unavailable: ")) << site.part(0, "postgres");
    EXPECT_TRUE(site.part(0, "redis").starts_with("unavailable: ")) << site.part(0, "redis");
    EXPECT_FALSE(process.wait_for_error_line("certificate verify failed").empty());
    EXPECT_FALSE(process.wait_for_error_line("its certificate was not accepted").empty());
    site.stop_serving();
}

}  // namespace
}  // namespace agente::e2e
