// 200 guests want the last 5 rooms through three instances of the built binary, at a hotel system
// that checks first and writes later, as the real one does.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "e2e/conversations.hpp"
#include "e2e/hotel_site.hpp"

namespace agente::e2e {
namespace {

using namespace std::chrono_literals;

constexpr int guests = 200;
constexpr int rooms = 5;

enum class ending { confirmed, sold_out, something_else };

struct story {
    ending end{ending::something_else};
    int busy{0};  // so often others' bookings took too long, and the guest tried again
    std::string last_words;
};

// From the summary to the end. Told that others are first, a guest tries again, as offered.
task<story> confirm(phone& who) {
    story s;
    for (;;) {
        auto const m = co_await who.choose("book:");
        s.last_words = m.text;
        if (confirmed(m)) {
            s.end = ending::confirmed;
        } else if (sold_out(m)) {
            s.end = ending::sold_out;
        } else if (others_first(m)) {
            ++s.busy;
            continue;
        }
        co_return s;
    }
}

// A hotel with five rooms and no others.
qloapps::simulation::shop small_hotel() {
    auto shop = qloapps::simulation::demo_shop();
    shop.room_types.resize(1);
    std::erase_if(shop.rooms, [&](auto const& room) { return room.type != shop.room_types[0].id; });
    return shop;
}

TEST(race,
     of_200_guests_for_the_last_5_rooms_through_3_instances_5_book_and_195_are_told_politely) {
    hotel_site site({.shop = small_hotel()});
    // Long enough that two creates at once would both find the same room free, and both get it.
    site.shop().ask([](qloapps::simulator& s) {
        s.set_race(
            {.window = 20ms, .racers = 0, .loser = qloapps::simulation::race_outcome::silent});
    });
    for (int i = 0; i < 3; ++i) site.serve();

    // Everybody hears the price of a room that is still there ...
    std::vector<phone*> all;
    std::vector<std::future<channels::captured_message>> quoting;
    for (int i = 0; i < guests; ++i) {
        all.push_back(&site.guest());
        quoting.push_back(site.start(all.back()->say(whole_wish(i % 2 == 0, "general", i))));
    }
    for (auto& one : quoting) {
        auto const summary = one.get();
        ASSERT_TRUE(says(summary, "Total: USD")) << summary.text;
    }
    // ... and says yes.
    std::vector<std::future<story>> deciding;
    for (auto* who : all) deciding.push_back(site.start(confirm(*who)));
    int booked = 0, refused = 0, busy = 0;
    for (auto& one : deciding) {
        auto const s = one.get();
        EXPECT_NE(s.end, ending::something_else) << s.last_words;
        booked += s.end == ending::confirmed;
        refused += s.end == ending::sold_out;
        busy += s.busy;
    }
    EXPECT_EQ(booked, rooms);
    EXPECT_EQ(refused, guests - rooms);
    RecordProperty("told_to_try_again", busy);

    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_EQ(site.metric(i, R"(booking_lock_events_total{result="dropped"})"), 0);
    site.stop_serving();  // what is said and recorded behind the guests' back is there when it ends

    // One final answer each, and nothing after it.
    for (auto* who : all) {
        int endings = 0;
        for (auto const& m : site.heard(*who)) endings += confirmed(m) || sold_out(m);
        EXPECT_EQ(endings, 1) << who->digits();
    }

    // The hotel: five orders, each with a room of its own, and none that had to be taken back.
    auto const shop = site.shop().state();
    EXPECT_EQ(shop.orders.size(), static_cast<std::size_t>(rooms));
    std::set<std::int64_t> held;
    std::set<std::string> numbers;
    for (auto const& row : shop.rows) {
        EXPECT_FALSE(row.cancelled || row.refunded || row.back_order);
        EXPECT_TRUE(held.insert(row.room).second) << "room " << row.room << " is sold twice";
    }
    EXPECT_EQ(held.size(), static_cast<std::size_t>(rooms));
    for (auto const& order : shop.orders)
        EXPECT_EQ(site.sql(fmt::format(
                      "select count(*) from agente.booking_journal where state = 'confirmed'"
                      " and pms_id = {} and reference = '{}'",
                      order.id, order.source)),
                  "1")
            << order.source;

    // The journal: every order ended, and each of the guests' has one reason.
    EXPECT_EQ(site.sql("select count(*) from agente.booking_journal where state = 'confirmed'"),
              "5");
    EXPECT_EQ(
        site.sql(
            "select count(*) from agente.booking_journal where state = 'failed' and reason = 'sold_out'"),
        std::to_string(guests - rooms));
    EXPECT_EQ(site.sql("select count(*) from agente.booking_journal"),
              std::to_string(guests + busy));
    EXPECT_EQ(site.sql("select count(distinct guest) from agente.booking_journal"),
              std::to_string(guests));
    EXPECT_EQ(site.sql("select count(*) from agente.booking_journal where lease_until is not null"),
              "0");

    // The audit: who ended had the lock, once; each lock that was got was given back or lost, once;
    // who was told to try again had been refused it.
    EXPECT_EQ(
        site.sql(
            "select count(*) from agente.booking_journal j where (j.state = 'confirmed' or j.reason = 'sold_out') and not exists"
            " (select from public.lock_audit a where a.tenant_id = j.tenant_id and a.event_type = 'acquired'"
            "  and a.details ->> 'reference' = j.reference and (j.fence is null or (a.details ->> 'fence')::bigint = j.fence))"),
        "0");
    EXPECT_EQ(
        site.sql(
            "select count(*) from (select from public.lock_audit where event_type in ('acquired', 'released', 'lost')"
            " group by details ->> 'instance', details ->> 'reference', details ->> 'fence'"
            " having count(*) filter (where event_type = 'acquired') <> 1 or count(*) filter (where event_type <> 'acquired') <> 1) odd"),
        "0");
    EXPECT_EQ(
        site.sql(
            "select count(distinct details ->> 'instance') from public.lock_audit where event_type = 'acquired'"),
        "3");
    EXPECT_EQ(
        site.sql(
            "select count(*) from public.lock_audit a where a.event_type = 'refused' and not exists"
            " (select from agente.booking_journal j where j.reference = a.details ->> 'reference' and j.state = 'failed')"),
        "0");
}

}  // namespace
}  // namespace agente::e2e
