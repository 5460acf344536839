// Redis stops and starts again while guests write and book: conversations lose their thread,
// nothing else is lost.
#include <gtest/gtest.h>

#include <set>

#include "e2e/conversations.hpp"
#include "e2e/traffic.hpp"
#include "e2e/waiting.hpp"

namespace agente::e2e {
namespace {

class redis_outage : public testing::Test {
protected:
    void TearDown() override { support::redis().start(); }
};

TEST_F(redis_outage, conversations_go_on_without_memory_and_bookings_on_the_database_lock) {
    constexpr std::size_t rooms = 5;
    hotel_site site;
    for (int i = 0; i < 2; ++i) site.serve({{"PMS_TIMEOUT", "60"}});

    // More guests than rooms are about to say yes; the first booking is under way and the others
    // wait for its lock ...
    std::vector<phone*> wishing;
    for (std::size_t i = 0; i < rooms + 1; ++i) {
        wishing.push_back(&site.guest());
        auto const summary =
            site.run(wishing.back()->say(whole_wish(false, "general", static_cast<int>(i))));
        ASSERT_TRUE(offers(summary, "book:")) << summary.text;
    }
    site.shop().fault(
        {.method = "POST", .resource = "bookings", .delay = std::chrono::minutes(10)});
    std::vector<std::future<channels::captured_message>> endings;
    for (auto* who : wishing) endings.push_back(site.start(who->choose("book:")));
    ASSERT_TRUE(eventually([&] { return site.shop().requests("POST", "bookings") == 1; }));
    ASSERT_TRUE(eventually([&] {
        return site.sql("select count(*) from agente.booking_journal") == std::to_string(rooms + 1);
    }));
    traffic guests(site, 4, "hola");
    ASSERT_TRUE(eventually([&] { return guests.answered() >= 20; }));

    // ... when Redis goes.
    support::redis().stop();
    ASSERT_TRUE(eventually([&] { return site.ready(0) == 503 && site.ready(1) == 503; }));
    site.shop().release();
    EXPECT_TRUE(site.part(0, "redis").starts_with("unavailable: ")) << site.part(0, "redis");
    EXPECT_EQ(site.part(0, "postgres"), "connected");
    std::size_t booked = 0, too_late = 0;
    for (auto& one : endings) {
        auto const m = one.get();
        booked += confirmed(m);
        too_late += sold_out(m);
        EXPECT_TRUE(confirmed(m) || sold_out(m)) << m.text;
    }
    EXPECT_EQ(booked, rooms);
    EXPECT_EQ(too_late, 1u);
    auto const before = guests.answered();
    EXPECT_TRUE(eventually([&] { return guests.answered() >= before + 20; }));

    // Without memory a guest hears real prices all the same, but a "yes" is a yes to nothing.
    auto& forgotten = site.guest();
    auto const summary = site.run(forgotten.say(whole_wish(true, "delux", 1)));
    EXPECT_TRUE(names_a_price(summary)) << summary.text;
    auto const nothing = site.run(forgotten.choose("book:"));
    EXPECT_FALSE(confirmed(nothing)) << nothing.text;
    EXPECT_EQ(site.shop().state().orders.size(), rooms);

    support::redis().start();
    ASSERT_TRUE(eventually([&] { return site.ready(0) == 200 && site.ready(1) == 200; }));
    EXPECT_EQ(site.part(0, "redis"), "connected");
    auto const again = site.run(book(forgotten, whole_wish(true, "delux", 1)));
    EXPECT_TRUE(confirmed(again)) << again.text;
    guests.finish();
    EXPECT_EQ(site.counts().unavailable, 0) << "no message was refused because of Redis";
    site.stop_serving();

    for (auto const& heard : guests.heard()) EXPECT_EQ(heard.size(), 1u);
    std::set<std::int64_t> held;
    for (auto const& row : site.shop().state().rows)
        EXPECT_TRUE(held.insert(row.room).second) << "room " << row.room << " is sold twice";
    EXPECT_EQ(held.size(), rooms + 1);
    EXPECT_EQ(
        site.sql(
            "select count(*) from agente.booking_journal where state not in ('confirmed', 'failed')"),
        "0");
    EXPECT_NE(site.sql("select count(*) from public.lock_audit where event_type = 'acquired'"
                       " and details ->> 'system' = 'postgres'"),
              "0");
}

}  // namespace
}  // namespace agente::e2e
