// book() and recovery against a simulated QloApps with the habits of the real one: 500 although it
// booked, creates that go on after their connection was cut, other channels that take the same
// room.
#include "booking/fixture.hpp"
#include "booking/settlement.hpp"
#include "booking/simulated_hotel.hpp"
#include "net/gate.hpp"

namespace agente::booking {
namespace {

using namespace std::chrono_literals;
using action = qloapps::simulation::fault::action;
using qloapps::simulation::race_outcome;
using enum outcome::kind;

class qloapps_test : public booking_fixture {
protected:
    qloapps_test() {
        options.service.settle_for =
            20s;  // what is there is found at once; what is not shortens it
    }
    std::unique_ptr<rig> instance() { return std::make_unique<rig>(options, qloapps.maker()); }

    order quoted_order(rig& by, std::string key) const {
        auto const quoted = quote(by, nights(12, 14));
        auto what = order_of(std::move(key), quoted.stay);
        what.room_type_id = quoted.room_type_id;
        what.quoted_total = quoted.total_with_tax;
        return what;
    }
    std::size_t posts() {
        return qloapps.ask([](qloapps::simulator& s) { return s.requests("POST", "bookings"); });
    }

    // Another channel's create of the same room, which asks nobody for a lock.
    static task<> other_channel(hotel::property_system& pms, hotel::offer quoted) {
        hotel::booking_order order{
            .reference = "OTHER-CHANNEL", .stay = quoted.stay, .room_type_id = quoted.room_type_id};
        order.occupancy = {.adults = 2, .child_ages = {}};
        order.guest = {
            .first = "Eve", .last = "Other", .email = "eve@example.test", .phone = "5550100"};
        order.extras = quoted.extras;
        co_await pms.create(std::move(order));
    }
    // book() and the other channel stand in the hotel system's window together; who arrived second
    // leaves it first.
    task<outcome> race_with_other_channel(rig& r, order what, bool ours_first) {
        auto const quoted = co_await r.pms->availability(what.stay, what.occupancy, 1);
        auto const offer = *std::ranges::find(quoted.value(), simulated_hotel::general_rooms,
                                              &hotel::offer::room_type_id);
        qloapps.ask([](qloapps::simulator& s) {
            s.set_race({.window = 30s, .racers = 2, .loser = race_outcome::silent});
        });
        std::optional<outcome> ours;
        bool theirs = false;
        auto const start_ours = [&] {
            asio::co_spawn(r.loop, r.service.book(hotel_scope(), *r.pms, std::move(what)),
                           [&](std::exception_ptr, outcome out) { ours = std::move(out); });
        };
        auto const start_theirs = [&] {
            asio::co_spawn(r.loop, other_channel(*r.pms, offer),
                           [&](std::exception_ptr) { theirs = true; });
        };
        if (ours_first)
            start_ours();
        else
            start_theirs();
        while (posts() < 1) co_await net::pause(1ms);
        if (ours_first)
            start_theirs();
        else
            start_ours();
        while (!ours || !theirs) co_await net::pause(1ms);
        co_return *std::move(ours);
    }

    simulated_hotel qloapps;
};

TEST_F(qloapps_test, books_at_the_price_quoted) {
    auto one = instance();
    auto const what = quoted_order(*one, "k1");
    auto const out = one->book(what);
    ASSERT_THAT(out, ended(confirmed));
    EXPECT_TRUE(same_total(out.booking->total_with_tax, what.quoted_total));
    EXPECT_EQ(state_of("k1"), "confirmed");
    auto const source =
        qloapps.ask([](qloapps::simulator& s) { return s.state().orders.front().source; });
    EXPECT_EQ(source, out.reference);
    auto const again = one->book(what);
    EXPECT_THAT(again, ended(confirmed));
    EXPECT_EQ(again.booking->pms_id, out.booking->pms_id);
    EXPECT_EQ(qloapps.orders_made(), 1U);
}

TEST_F(qloapps_test, a_500_although_it_booked_is_a_booking) {
    auto one = instance();
    qloapps.fail_next("POST", "bookings", action::fatal, true);
    EXPECT_THAT(one->book(quoted_order(*one, "k1")), ended(confirmed));
    EXPECT_EQ(qloapps.orders_made(), 1U);
}

TEST_F(qloapps_test, an_answer_that_is_none_although_it_booked_is_a_booking) {
    auto one = instance();
    qloapps.fail_next("POST", "bookings", action::garbage, true);
    EXPECT_THAT(one->book(quoted_order(*one, "k1")), ended(confirmed));
    EXPECT_EQ(qloapps.orders_made(), 1U);
}

TEST_F(qloapps_test, a_connection_cut_after_the_write_is_a_booking) {
    auto one = instance();
    qloapps.fail_next("POST", "bookings", action::cut, true);
    EXPECT_THAT(one->book(quoted_order(*one, "k1")), ended(confirmed));
    EXPECT_EQ(qloapps.orders_made(), 1U);
}

TEST_F(qloapps_test, a_connection_cut_before_the_write_is_unknown_and_fails_later) {
    options.service.settle_for = 200ms;
    auto one = instance();
    qloapps.fail_next("POST", "bookings", action::cut, false);
    auto const what = quoted_order(*one, "k1");
    EXPECT_THAT(one->book(what), ended(unknown));
    EXPECT_EQ(state_of("k1"), "unknown");
    hours_pass();
    EXPECT_EQ(one->recover(), 1);
    EXPECT_EQ(state_of("k1"), "failed");
    EXPECT_THAT(one->book(what), ended(not_checked));
    EXPECT_EQ(qloapps.orders_made(), 0U);
}

TEST_F(qloapps_test, a_create_that_hangs_is_looked_up_and_found) {
    options.service.write_limit = 300ms;
    auto one = instance();
    qloapps.fail_next("POST", "bookings", action::hang, true);
    EXPECT_THAT(one->book(quoted_order(*one, "k1")), ended(confirmed));
    EXPECT_EQ(qloapps.orders_made(), 1U);
}

TEST_F(qloapps_test, rooms_that_cannot_be_read_after_the_create_are_asked_for_again) {
    auto one = instance();
    qloapps.fail_next("GET", "room_bookings", action::fatal, false, 2);
    EXPECT_THAT(one->book(quoted_order(*one, "k1")), ended(confirmed));
    EXPECT_EQ(qloapps.live_rows(), 1U);
}

TEST_F(qloapps_test, overloaded_at_the_create_is_not_a_booking) {
    auto one = instance();
    qloapps.fail_next("POST", "bookings", action::switched_off, false);
    auto const out = one->book(quoted_order(*one, "k1"));
    EXPECT_TRUE(out.what == not_checked || out.what == unknown) << to_string(out.what);
    EXPECT_EQ(qloapps.orders_made(), 0U);
}

TEST_F(qloapps_test, the_younger_of_two_silent_bookings_of_a_room_yields) {
    auto one = instance();
    auto const what = quoted_order(*one, "k1");
    EXPECT_THAT(support::run(one->loop, race_with_other_channel(*one, what, true)),
                ended(sold_out));
    EXPECT_EQ(qloapps.live_rows(), 1U);  // theirs
    EXPECT_EQ(state_of("k1"), "failed");
}

TEST_F(qloapps_test, the_elder_of_two_silent_bookings_of_a_room_stays) {
    auto one = instance();
    auto const what = quoted_order(*one, "k1");
    EXPECT_THAT(support::run(one->loop, race_with_other_channel(*one, what, false)),
                ended(confirmed));
    EXPECT_EQ(qloapps.live_rows(), 2U);  // theirs is for them to give up
}

class qloapps_crash : public qloapps_test, public testing::WithParamInterface<step> {};

TEST_P(qloapps_crash, leaves_one_booking_or_none_whatever_recovery_finds) {
    auto const at = GetParam();
    {
        auto victim = instance();
        victim->die_at(at);
        auto const what = quoted_order(*victim, "k1");
        try {
            victim->book(what);
        } catch (killed const&) {
        } catch (std::runtime_error const&) {  // the loop stopped under it
        }
        ASSERT_TRUE(victim->dead);
    }
    forget_locks();
    hours_pass();
    auto fresh = instance();
    EXPECT_EQ(fresh->recover(), at == step::confirmed ? 0 : 1);
    auto const made = at >= step::created ? 1U : 0U;
    EXPECT_EQ(qloapps.live_rows(), made);
    EXPECT_EQ(state_of("k1"), made == 1 ? "confirmed" : "failed");
    EXPECT_THAT(fresh->book(quoted_order(*fresh, "k1")),
                ended(made == 1 ? confirmed : not_checked));
    EXPECT_THAT(fresh->book(quoted_order(*fresh, "k2")), ended(confirmed));
    EXPECT_EQ(qloapps.live_rows(), made + 1);
}

INSTANTIATE_TEST_SUITE_P(after_every_step, qloapps_crash,
                         testing::Values(step::journaled, step::locked, step::checked, step::sent,
                                         step::created, step::found, step::verified,
                                         step::confirmed),
                         [](auto const& info) {
                             return "step_" + std::to_string(static_cast<int>(info.param));
                         });

}  // namespace
}  // namespace agente::booking
