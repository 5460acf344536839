// 200 guests want the last 5 rooms through three instances, each with a thread, connections and an
// adapter of its own, at one simulated QloApps that checks first and writes later, as the real one
// does.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "booking/fixture.hpp"
#include "booking/simulated_hotel.hpp"

namespace agente::booking {
namespace {

using namespace std::chrono_literals;
using enum outcome::kind;

constexpr int guests = 200;
constexpr int rooms = 5;

struct trouble {
    char const* name;
    bool redis_runs;   // at the start
    bool stop_redis;   // after the first booking
    bool one_without;  // one instance cannot reach Redis: two lock systems at once
};

class race : public booking_fixture, public testing::WithParamInterface<trouble> {
protected:
    race() {
        // Long enough that two creates at once would both find the same room free.
        hotel_system.ask([](qloapps::simulator& s) {
            s.set_race(
                {.window = 20ms, .racers = 0, .loser = qloapps::simulation::race_outcome::silent});
        });
        options.connections = 3;
        options.service.lock_wait = 240s;  // nobody is told "busy": everybody's turn comes
        options.locks.redis_limit = 5s;    // a loaded machine is no Redis that is down
    }

    std::vector<std::unique_ptr<rig>> three_instances() {
        std::vector<std::unique_ptr<rig>> all;
        for (int i = 0; i < 3; ++i) {
            auto own = options;
            own.service.instance = own.locks.instance = "instance-" + std::to_string(i);
            if (GetParam().one_without && i == 2) own.redis_url = "redis://127.0.0.1:1/0";
            all.push_back(std::make_unique<rig>(own, hotel_system.maker()));
        }
        return all;
    }

    order order_of_guest(int number, hotel::offer const& quoted) const {
        auto what = order_of("guest-" + std::to_string(number), quoted.stay);
        what.room_type_id = quoted.room_type_id;
        what.quoted_total = quoted.total_with_tax;
        what.guest.email = "guest" + std::to_string(number) + "@example.test";
        return what;
    }

    simulated_hotel hotel_system;
};

TEST_P(race, of_200_guests_for_the_last_5_rooms_5_are_booked_and_195_are_told_politely) {
    if (!GetParam().redis_runs) support::redis().stop();
    auto instances = three_instances();
    // Stays that overlap without being the same.
    std::vector<hotel::offer> const quotes{quote(*instances[0], nights(12, 14)),
                                           quote(*instances[0], nights(11, 13)),
                                           quote(*instances[0], nights(12, 16))};
    for (auto const& quoted : quotes) ASSERT_EQ(quoted.available_rooms, rooms);

    std::atomic<bool> somebody_booked{false};
    std::vector<std::vector<outcome>> outcomes(instances.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < instances.size(); ++i) {
        std::vector<order> orders;
        for (int g = static_cast<int>(i); g < guests; g += 3)
            orders.push_back(
                order_of_guest(g, quotes[static_cast<std::size_t>(g / 3) % quotes.size()]));
        instances[i]->at_step = [&](step now) {
            if (now == step::confirmed && !somebody_booked.exchange(true))
                somebody_booked.notify_all();
        };
        threads.emplace_back([&, i, orders]() mutable {
            outcomes[i] = instances[i]->book_all(std::move(orders));
            instances[i]->settle_down();
        });
    }
    if (GetParam().stop_redis) {
        somebody_booked.wait(false);
        support::redis().stop();
    }
    for (auto& thread : threads) thread.join();

    int booked = 0;
    int refused_politely = 0;
    std::set<std::string> references;
    for (auto const& all : outcomes)
        for (auto const& out : all) {
            EXPECT_TRUE(out.what == confirmed || out.what == sold_out)
                << to_string(out.what) << " " << out.reason << " " << out.message;
            booked += out.what == confirmed;
            refused_politely += out.what == sold_out;
            if (out.what == confirmed) {
                references.insert(out.reference);
            }
        }
    EXPECT_EQ(booked, rooms);
    EXPECT_EQ(refused_politely, guests - rooms);

    hotel_system.stop();
    std::set<std::string> in_the_hotel;
    for (auto const& made : hotel_system.state().orders) in_the_hotel.insert(made.source);
    EXPECT_EQ(in_the_hotel, references);  // the same five, and no order that had to be taken back
    EXPECT_EQ(hotel_system.state().orders.size(), static_cast<std::size_t>(rooms));
    std::set<std::int64_t> held;
    for (auto const& row : hotel_system.state().rows) {
        EXPECT_FALSE(row.cancelled || row.refunded || row.back_order);
        EXPECT_TRUE(held.insert(row.room).second) << "room " << row.room << " is sold twice";
    }
    EXPECT_EQ(held.size(), static_cast<std::size_t>(rooms));

    EXPECT_EQ(
        sql("select string_agg(state || ' ' || n, ', ' order by state) from (select state, count(*) as n from agente.booking_journal group by state) s"),
        "confirmed 5, failed 195");
    EXPECT_EQ(sql("select count(*) from agente.booking_journal where lease_until is not null"),
              "0");

    // The audit is complete: everybody got a lock, and every lock that was got was given back or
    // lost, once.
    for (auto const& one : instances)
        EXPECT_EQ(
            one->metrics.count("booking_lock_events_total", {}, {{"result", "dropped"}}).value(),
            0);
    EXPECT_EQ(
        sql("select count(distinct details ->> 'reference') from public.lock_audit where event_type = 'acquired'"),
        std::to_string(guests));
    EXPECT_EQ(
        sql("select count(*) from (select details ->> 'instance', details ->> 'reference', details ->> 'fence' from public.lock_audit"
            " where event_type in ('acquired', 'released', 'lost') group by 1, 2, 3"
            " having count(*) filter (where event_type = 'acquired') <> 1 or count(*) filter (where event_type <> 'acquired') <> 1) odd"),
        "0");
    if (GetParam().redis_runs && !GetParam().stop_redis && !GetParam().one_without) {
        EXPECT_EQ(sql("select count(*) from public.lock_audit where event_type = 'fallback'"), "0");
    } else {
        EXPECT_NE(sql("select count(*) from public.lock_audit where event_type = 'fallback'"), "0");
    }
}

INSTANTIATE_TEST_SUITE_P(redis, race,
                         testing::Values(trouble{"runs", true, false, false},
                                         trouble{"is_down", false, false, false},
                                         trouble{"stops_in_the_middle", true, true, false},
                                         trouble{"is_out_of_reach_of_one", true, false, true}),
                         [](auto const& info) { return info.param.name; });

}  // namespace
}  // namespace agente::booking
