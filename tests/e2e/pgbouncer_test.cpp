// Through PgBouncer in transaction mode: no state of a session survives a transaction, and there
// are fewer server connections than the instances have open.
#include <gtest/gtest.h>

#include "e2e/conversations.hpp"
#include "e2e/traffic.hpp"
#include "e2e/waiting.hpp"

namespace agente::e2e {
namespace {

embedded::pgbouncer_server& bouncer() {
    static embedded::pgbouncer_server one(
        support::postgres(), {.folder = support::server_folder("pgbouncer"), .pool_size = 3});
    return one;
}

class through_pgbouncer : public testing::TestWithParam<char const*> {};

TEST_P(through_pgbouncer, guests_are_answered_and_book) {
    auto const direct = support::fresh_database(false);
    {
        program deploy({"db", "deploy"}, {{"DATABASE_URL", direct}});
        ASSERT_EQ(deploy.wait(), 0) << deploy.errors();
    }
    hotel_site site({.database = direct, .redis = {}});
    auto const name = direct.substr(direct.rfind('/') + 1);
    for (int i = 0; i < 2; ++i)
        site.serve({{"DATABASE_URL", bouncer().url(name)}, {"DB_PIPELINE", GetParam()}});
    ASSERT_EQ(site.ready(0), 200) << site.get(0, "/health/ready").body;

    traffic guests(site, 16, "hola");
    constexpr int rooms = 5;
    std::vector<std::future<channels::captured_message>> bookings;
    for (int i = 0; i < rooms; ++i)
        bookings.push_back(site.start(book(site.guest(), whole_wish(i % 2 == 0, "general", i))));
    for (auto& one : bookings) {
        auto const m = one.get();
        EXPECT_TRUE(confirmed(m)) << m.text;
    }
    ASSERT_TRUE(eventually([&] { return guests.answered() >= 300; }));
    guests.finish();
    for (auto const& heard : guests.heard()) EXPECT_EQ(heard.size(), 1u);
    EXPECT_EQ(site.counts().unavailable + site.counts().refused, 0);
    EXPECT_EQ(site.sql("select count(*) from agente.booking_journal where state = 'confirmed'"),
              std::to_string(rooms));
    EXPECT_EQ(site.shop().state().orders.size(), static_cast<std::size_t>(rooms));
    EXPECT_LE(std::stoi(site.sql(
                  "select count(*) from pg_stat_activity where datname = current_database()"
                  " and application_name = 'agente-hotel'")),
              3);
    site.stop_serving();
}

INSTANTIATE_TEST_SUITE_P(pipeline, through_pgbouncer, testing::Values("auto", "single"),
                         [](auto const& info) { return std::string(info.param); });

}  // namespace
}  // namespace agente::e2e
