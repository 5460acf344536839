// PostgreSQL stops and starts again while guests write and book.
#include <gtest/gtest.h>

#include "e2e/conversations.hpp"
#include "e2e/traffic.hpp"
#include "e2e/waiting.hpp"

namespace agente::e2e {
namespace {

using fault = qloapps::simulation::fault;

class database_outage : public testing::Test {
protected:
    void TearDown() override { support::postgres().start(); }
};

TEST_F(database_outage, senders_come_again_and_what_was_acknowledged_is_answered_once) {
    hotel_site site;
    site.serve();
    traffic guests(site, 8, "hola");
    ASSERT_TRUE(eventually([&] { return guests.answered() >= 40; }));
    EXPECT_EQ(site.ready(0), 200);

    support::postgres().stop();
    // Those before may all be waiting for an answer now: somebody who writes during the outage.
    traffic late(site, 2, "hola");
    ASSERT_TRUE(eventually([&] { return site.counts().unavailable >= 20; }));
    EXPECT_EQ(site.ready(0), 503);
    EXPECT_EQ(site.part(0, "status"), "unhealthy");
    EXPECT_TRUE(site.part(0, "postgres").starts_with("unavailable: ")) << site.part(0, "postgres");
    EXPECT_EQ(site.part(0, "redis"), "connected");
    EXPECT_EQ(site.get(0, "/health/live").status, 200);

    support::postgres().start();
    auto const before = guests.answered();
    ASSERT_TRUE(eventually([&] { return guests.answered() >= before + 40; }));
    ASSERT_TRUE(eventually([&] { return site.ready(0) == 200; }));
    EXPECT_EQ(site.part(0, "postgres"), "connected");
    guests.finish();
    late.finish();
    auto const booked = site.run(book(site.guest(), whole_wish(true, "general", 1)));
    EXPECT_TRUE(confirmed(booked)) << booked.text;

    auto const counts = site.counts();
    EXPECT_EQ(counts.without_retry_after, 0);
    EXPECT_EQ(counts.refused, 0) << "an outage is told with 503 and nothing else";
    site.stop_serving();
    for (auto* those : {&guests, &late})
        for (auto const& heard : those->heard()) EXPECT_EQ(heard.size(), 1u);
    EXPECT_EQ(site.sql("select count(*) from agente.inbox where done_at is null"), "0");
}

// Made in the hotel while our own database is away: nobody is told that it is confirmed before that
// is stored.
TEST_F(database_outage, a_booking_under_way_ends_settled_and_exists_once) {
    hotel_site site;
    site.serve({{"PMS_TIMEOUT", "60"}});
    auto& ana = site.guest();
    auto const summary = site.run(ana.say(whole_wish(true, "general", 1)));
    ASSERT_TRUE(offers(summary, "book:")) << summary.text;
    site.shop().fault({.method = "POST",
                       .resource = "bookings",
                       .after = true,
                       .delay = std::chrono::minutes(10)});
    site.run(ana.tap("book:"));
    ASSERT_TRUE(eventually([&] { return site.shop().requests("POST", "bookings") == 1; }));

    support::postgres().stop();
    site.shop().release();
    ASSERT_TRUE(eventually([&] { return site.shop().state().orders.size() == 1; }));
    ASSERT_TRUE(eventually([&] { return site.ready(0) == 503; }));
    support::postgres().start();

    auto const number = std::to_string(site.shop().state().orders.front().id);
    ASSERT_TRUE(eventually([&] {
        return site.sql("select state || ' ' || pms_id from agente.booking_journal") ==
               "confirmed " + number;
    }));
    auto const told = [&] {
        int times = 0;
        for (auto const& m : site.heard(ana))
            times +=
                confirmed(m) || says(m, "Tu reserva está confirmada. Número de reserva: " + number);
        return times;
    };
    EXPECT_TRUE(eventually([&] { return told() == 1; }));
    site.stop_serving();
    EXPECT_EQ(told(), 1);
    EXPECT_EQ(site.shop().state().orders.size(), 1u);
}

}  // namespace
}  // namespace agente::e2e
