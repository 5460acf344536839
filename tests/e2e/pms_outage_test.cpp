// The hotel's system stops and starts again while guests ask and book: nothing is invented, nothing
// is booked twice.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "e2e/conversations.hpp"
#include "e2e/traffic.hpp"
#include "e2e/waiting.hpp"

namespace agente::e2e {
namespace {

std::string question() {
    return fmt::format("¿Hay habitación {} para 2 personas?", some_dates().spanish);
}

TEST(pms_outage, guests_hear_that_it_cannot_be_checked_and_are_offered_a_person_until_it_is_back) {
    hotel_site site;
    site.serve({{"CHECK_PMS_IN_READINESS", "true"}});
    traffic guests(site, 4, question());
    ASSERT_TRUE(eventually([&] { return guests.answered() >= 20; }));
    EXPECT_EQ(site.ready(0), 200);
    EXPECT_EQ(site.part(0, "pms"), "connected");

    site.shop().stop();
    ASSERT_TRUE(eventually([&] { return site.ready(0) == 503; }));
    EXPECT_TRUE(site.part(0, "pms").starts_with("unavailable: pms.")) << site.part(0, "pms");
    EXPECT_EQ(site.part(0, "postgres"), "connected");
    auto& ana = site.guest();
    auto const sorry = site.run(ana.say(question()));
    EXPECT_TRUE(could_not_check(sorry)) << sorry.text;
    EXPECT_FALSE(names_a_price(sorry)) << sorry.text;
    auto const person = site.run(ana.choose("person"));
    EXPECT_TRUE(says(person, "Te paso con una persona")) << person.text;
    auto const before = guests.answered();
    ASSERT_TRUE(eventually([&] { return guests.answered() >= before + 20; }));

    site.shop().start();
    ASSERT_TRUE(eventually([&] { return site.ready(0) == 200; }));
    auto const restored = guests.answered();
    ASSERT_TRUE(eventually([&] { return guests.answered() >= restored + 20; }));
    guests.finish();
    auto const booked = site.run(book(site.guest(), whole_wish(true, "general", 1)));
    EXPECT_TRUE(confirmed(booked)) << booked.text;
    site.stop_serving();

    std::size_t priced = 0, unchecked = 0;
    for (auto const& heard : guests.heard()) {
        ASSERT_EQ(heard.size(), 1u);
        auto const& m = heard.front();
        priced += names_a_price(m);
        unchecked += could_not_check(m) && offers(m, "person");
        EXPECT_NE(names_a_price(m), could_not_check(m)) << m.text;
    }
    EXPECT_EQ(priced + unchecked, guests.heard().size());
    EXPECT_GE(priced, 40u);
    EXPECT_GE(unchecked, 20u);
    EXPECT_EQ(site.counts().unavailable, 0)
        << "no message was refused because of the hotel's system";
}

TEST(pms_outage, a_booking_under_way_ends_settled_and_exists_once) {
    hotel_site site;
    site.serve();
    auto& ana = site.guest();
    auto const summary = site.run(ana.say(whole_wish(true, "general", 1)));
    ASSERT_TRUE(offers(summary, "book:")) << summary.text;
    // Written there, and gone before it says so.
    site.shop().fault({.method = "POST",
                       .resource = "bookings",
                       .what = qloapps::simulation::fault::action::hang,
                       .after = true});
    site.run(ana.tap("book:"));
    ASSERT_TRUE(eventually([&] { return site.shop().state().orders.size() == 1; }));
    site.shop().stop();
    auto const settling = site.run(ana.hear());
    EXPECT_TRUE(says(settling, "la estamos confirmando con el hotel")) << settling.text;

    site.shop().start();
    auto const told = site.run(ana.hear());
    auto const orders = site.shop().state().orders;
    ASSERT_EQ(orders.size(), 1u);
    EXPECT_TRUE(
        says(told, fmt::format("Tu reserva está confirmada. Número de reserva: {}.", orders[0].id)))
        << told.text;
    EXPECT_EQ(
        site.sql("select state || ' ' || pms_id || ' ' || reference from agente.booking_journal"),
        fmt::format("confirmed {} {}", orders[0].id, orders[0].source));

    // Asked again, the guest hears the same, and nothing is booked anew.
    auto const again = site.run(ana.say("¿y mi reserva?"));
    EXPECT_FALSE(offers(again, "book:")) << again.text;
    site.stop_serving();
    EXPECT_EQ(site.shop().state().orders.size(), 1u);
    EXPECT_EQ(site.heard(ana).size(), 4u);
}

}  // namespace
}  // namespace agente::e2e
