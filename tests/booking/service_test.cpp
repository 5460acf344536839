#include "booking/service.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>

#include "booking/fixture.hpp"
#include "net/gate.hpp"

namespace agente::booking {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using enum outcome::kind;

class service_test : public booking_fixture {};

TEST_F(service_test, a_free_room_is_booked_stored_and_unlocked) {
    auto one = instance();
    auto const out = one->book(order_of("k1"));
    ASSERT_THAT(out, ended(confirmed));
    EXPECT_EQ(out.reference, reference_of("k1"));
    EXPECT_EQ(out.booking->reference, out.reference);
    EXPECT_EQ(out.booking->total_with_tax, hotel->total(nights(12, 14)));
    EXPECT_EQ(hotel->live_bookings(), 1U);
    EXPECT_EQ(
        sql("select state || ' ' || pms_id || ' ' || (lease_until is null) || ' ' || (fence > 0) || ' ' || guest from agente.booking_journal"),
        "confirmed " + std::to_string(out.booking->pms_id) + " true true +5491155550001");
    one->settle_down();
    EXPECT_EQ(events(), "acquired released");
    EXPECT_EQ(sql("select lock_key from public.lock_audit limit 1"),
              "lock:hotel-demo:stay:7:2027-03-12..2027-03-14");
    EXPECT_EQ(sql("select distinct details ->> 'reference' from public.lock_audit"), out.reference);
}

TEST_F(service_test, the_same_request_again_is_the_same_booking_in_whichever_instance) {
    auto const first = instance()->book(order_of("k1"));
    auto other = instance();
    auto const again = other->book(order_of("k1"));
    ASSERT_THAT(again, ended(confirmed));
    EXPECT_EQ(again.booking->pms_id, first.booking->pms_id);
    hotel->break_reads(1);
    auto const unread = other->book(order_of("k1"));
    EXPECT_THAT(unread, ended(confirmed));
    EXPECT_FALSE(unread.booking);
    EXPECT_EQ(hotel->creates(), 1U);
}

TEST_F(service_test, two_calls_with_one_key_at_once_book_once) {
    auto one = instance();
    hotel->set_window(50ms);
    auto const out = one->book_all({order_of("k1"), order_of("k1")});
    EXPECT_THAT(out[0], ended(confirmed));
    EXPECT_THAT(out[1], ended(confirmed));
    EXPECT_EQ(out[0].booking->pms_id, out[1].booking->pms_id);
    EXPECT_EQ(hotel->creates(), 1U);
}

TEST_F(service_test, a_key_used_for_another_stay_is_refused) {
    auto one = instance();
    one->book(order_of("k1"));
    EXPECT_THAT(one->book(order_of("k1", nights(20, 22))), ended(refused));
    EXPECT_EQ(hotel->live_bookings(), 1U);
}

TEST_F(service_test, the_last_room_gone_is_sold_out_and_says_so_again) {
    hotel = std::make_shared<paper_hotel>(1);
    auto one = instance();
    EXPECT_THAT(one->book(order_of("k1")), ended(confirmed));
    auto const late = one->book(order_of("k2"));
    ASSERT_THAT(late, ended(sold_out));
    EXPECT_EQ(late.offer->available_rooms, 0);
    EXPECT_THAT(one->book(order_of("k2")), ended(sold_out));
    EXPECT_EQ(hotel->creates(), 1U);
}

TEST_F(service_test, another_price_is_asked_about_not_booked) {
    auto one = instance();
    auto const what = order_of("k1");
    hotel->set_price(120'000'000);
    auto const out = one->book(what);
    ASSERT_THAT(out, ended(price_changed));
    EXPECT_EQ(out.offer->total_with_tax.micros, 240'000'000);
    auto const again = one->book(what);
    ASSERT_THAT(again, ended(price_changed));
    EXPECT_EQ(again.offer->total_with_tax.micros, 240'000'000);
    EXPECT_EQ(hotel->creates(), 0U);
}

TEST_F(service_test, a_hotel_system_that_cannot_be_asked_is_not_checked) {
    auto one = instance();
    hotel->break_reads(1);
    auto const out = one->book(order_of("k1"));
    EXPECT_THAT(out, ended(not_checked));
    EXPECT_EQ(out.reason, "pms.unavailable");
    EXPECT_EQ(state_of("k1"), "failed");
    EXPECT_THAT(one->book(order_of("k1")), ended(not_checked));
    EXPECT_THAT(one->book(order_of("k2")), ended(confirmed));
}

TEST_F(service_test, an_order_that_makes_no_sense_is_refused_before_anything_is_written) {
    auto one = instance();
    for (auto const spoil : std::vector<void (*)(order&)>{
             [](order& o) { o.request_key.clear(); },
             [](order& o) { o.request_key.assign(201, 'x'); },
             [](order& o) { o.request_key = "a\xff"; }, [](order& o) { o.rooms = 0; },
             [](order& o) { o.rooms = 3; }, [](order& o) { o.quoted_total.currency.clear(); }}) {
        auto what = order_of("k1");
        spoil(what);
        EXPECT_THAT(one->book(what), ended(refused));
    }
    EXPECT_EQ(sql("select count(*) from agente.booking_journal"), "0");
}

TEST_F(service_test, a_booking_at_work_renews_its_lease) {
    options.service.journal_limit = 500ms;
    options.service.lease = 1500ms;
    auto one = instance();
    hotel->during_create = [&]() -> task<> {
        auto const before = sql("select lease_until from agente.booking_journal");
        while (sql("select lease_until > '" + before + "' from agente.booking_journal") != "t")
            co_await net::pause(10ms);
    };
    EXPECT_THAT(one->book(order_of("k1")), ended(confirmed));
    EXPECT_EQ(sql("select lease_until is null from agente.booking_journal"), "t");
}

TEST_F(service_test, a_lease_that_cannot_be_renewed_in_time_is_refused_at_the_start) {
    options.service.lease = 10s;
    EXPECT_THROW(instance(), std::invalid_argument);
}

struct create_case {
    mishap what;
    outcome::kind kind;
    char const* state;
    std::size_t live;
};

class what_create_does : public booking_fixture, public testing::WithParamInterface<create_case> {};

TEST_P(what_create_does, ends_in_a_clear_outcome_that_a_replay_repeats) {
    auto const& expected = GetParam();
    hotel->next_create(expected.what);
    auto one = instance();
    auto const out = one->book(order_of("k1"));
    EXPECT_THAT(out, ended(expected.kind));
    EXPECT_EQ(state_of("k1"), expected.state);
    EXPECT_EQ(hotel->live_bookings(), expected.live);
    if (expected.kind == confirmed) {
        EXPECT_EQ(hotel->live_bookings_of(out.reference), 1U);
    }
    if (expected.kind == refused) {
        EXPECT_FALSE(out.message.empty());
    }
    leases_end();
    EXPECT_THAT(one->book(order_of("k1")), ended(expected.kind));
    EXPECT_LE(hotel->creates(), 1U);
    EXPECT_TRUE(hotel->one_guest_a_room());
    // Whatever it was, it does not stand in the next guest's way.
    EXPECT_THAT(one->book(order_of("k2")), ended(confirmed));
}

INSTANTIATE_TEST_SUITE_P(mishaps, what_create_does,
                         testing::Values(create_case{mishap::none, confirmed, "confirmed", 1},
                                         create_case{mishap::cut_before, unknown, "unknown", 0},
                                         create_case{mishap::cut_after, confirmed, "confirmed", 1},
                                         create_case{mishap::done_later, unknown, "unknown", 0},
                                         create_case{mishap::not_available, sold_out, "failed", 0},
                                         create_case{mishap::unavailable, not_checked, "failed", 0},
                                         create_case{mishap::refused, refused, "failed", 0},
                                         create_case{mishap::nonsense, confirmed, "confirmed", 1},
                                         create_case{mishap::throws, confirmed, "confirmed", 1},
                                         create_case{mishap::back_order, sold_out, "failed", 0},
                                         create_case{mishap::cancelled, sold_out, "failed", 0},
                                         create_case{mishap::taken_twice, sold_out, "failed", 0},
                                         create_case{mishap::other_bill, refused, "failed", 0}),
                         [](auto const& info) {
                             return "mishap_" + std::to_string(static_cast<int>(info.param.what));
                         });

TEST_F(service_test, a_cut_create_is_looked_for_several_times) {
    hotel->next_create(mishap::cut_after);
    hotel->break_finds(1);
    EXPECT_THAT(instance()->book(order_of("k1")), ended(confirmed));
}

TEST_F(service_test, a_check_that_fails_once_is_asked_again) {
    hotel->break_checks(1);
    EXPECT_THAT(instance()->book(order_of("k1")), ended(confirmed));
}

TEST_F(service_test, a_cancellation_that_fails_once_is_asked_again) {
    hotel->next_create(mishap::taken_twice);
    hotel->break_cancels(1);
    EXPECT_THAT(instance()->book(order_of("k1")), ended(sold_out));
    EXPECT_EQ(hotel->live_bookings(), 0U);
}

TEST_F(service_test, a_write_of_somebody_else_in_flight_is_waited_for) {
    sql("insert into agente.booking_journal (reference, tenant_id, request_key, state, room_type, arrival, departure, rooms, guest)"
        " values ('AH-X', 'hotel-demo', 'x', 'sent', 7, '2027-03-13', '2027-03-15', 1, 'g')");
    auto one = instance();
    int tries = 0;
    one->at_step = [&](step now) {
        if (now == step::checked && ++tries == 2)
            sql("update agente.booking_journal set state = 'failed' where reference = 'AH-X'");
    };
    EXPECT_THAT(one->book(order_of("k1")), ended(confirmed));
    EXPECT_EQ(tries, 2);  // read again: what was read before may be stale
}

TEST_F(service_test, a_write_in_flight_that_does_not_end_in_time_is_busy) {
    sql("insert into agente.booking_journal (reference, tenant_id, request_key, state, room_type, arrival, departure, rooms, guest)"
        " values ('AH-X', 'hotel-demo', 'x', 'sent', 7, '2027-03-13', '2027-03-15', 1, 'g')");
    options.service.lock_wait = 300ms;
    auto one = instance();
    EXPECT_THAT(one->book(order_of("k1")), ended(busy));
    EXPECT_THAT(one->book(order_of("k2", nights(15, 16))),
                ended(confirmed));  // adjacent nights are free
    EXPECT_EQ(hotel->creates(), 1U);
}

TEST_F(service_test, a_stale_lock_may_not_write_and_is_taken_again) {
    // Somebody locked these nights after us, wrote and is done: our lock was lost without our
    // knowing it.
    sql("insert into agente.booking_journal (reference, tenant_id, request_key, state, room_type, arrival, departure, rooms, guest, fence, pms_id)"
        " values ('AH-X', 'hotel-demo', 'x', 'confirmed', 7, '2027-03-13', '2027-03-15', 1, 'g', 9000000000000000, 1)");
    auto one = instance();
    EXPECT_THAT(one->book(order_of("k1")), ended(confirmed));
    EXPECT_EQ(
        sql("select fence > 9000000000000000 from agente.booking_journal where request_key = 'k1'"),
        "t");
    one->settle_down();
    EXPECT_EQ(events(), "acquired released acquired released");
}

TEST_F(service_test, a_lock_not_confirmed_for_too_long_is_taken_again_before_anything_is_written) {
    auto const time = std::make_shared<mock_clock>(real_clock{}.now());
    options.time = time;
    auto one = instance();
    int checks = 0;
    one->at_step = [&](step now) {
        if (now == step::checked && ++checks == 1) time->advance(12s);  // 0.8 of the TTL
    };
    EXPECT_THAT(one->book(order_of("k1")), ended(confirmed));
    EXPECT_EQ(checks, 2);
    one->settle_down();
    EXPECT_EQ(events(), "acquired released acquired released");
}

TEST_F(service_test, a_lock_lost_before_the_write_is_taken_again) {
    options.locks.ttl = 300ms;
    auto one = instance();
    int reads = 0;
    hotel->during_read = [&]() -> task<> {
        if (++reads > 1) co_return;
        forget_locks();
        while (one->lost() < 1) co_await net::pause(1ms);
    };
    EXPECT_THAT(one->book(order_of("k1")), ended(confirmed));
    EXPECT_EQ(reads, 2);
    one->settle_down();
    EXPECT_EQ(events(), "acquired lost acquired released");
}

TEST_F(service_test, redis_stopped_while_the_hotel_is_asked_moves_the_lock_to_postgresql) {
    options.locks.ttl = 300ms;
    auto one = instance();
    int reads = 0;
    hotel->during_read = [&]() -> task<> {
        if (++reads > 1) co_return;
        support::redis().stop();
        while (one->lost() < 1) co_await net::pause(1ms);
    };
    EXPECT_THAT(one->book(order_of("k1")), ended(confirmed));
    one->settle_down();
    EXPECT_EQ(events(), "acquired lost fallback acquired released");
}

TEST_F(service_test, a_lock_lost_after_sent_does_not_stop_what_the_journal_guards) {
    options.locks.ttl = 300ms;
    auto one = instance();
    hotel->during_create = [&]() -> task<> {
        support::redis().stop();
        while (one->lost() < 1) co_await net::pause(1ms);
    };
    EXPECT_THAT(one->book(order_of("k1")), ended(confirmed));
    EXPECT_EQ(hotel->live_bookings(), 1U);
}

TEST_F(service_test, without_redis_postgresql_locks) {
    options.redis_url = "redis://127.0.0.1:1/0";
    auto one = instance();
    EXPECT_THAT(one->book(order_of("k1")), ended(confirmed));
    one->settle_down();
    EXPECT_EQ(events(), "fallback acquired released");
    EXPECT_EQ(
        sql("select distinct details ->> 'system' from public.lock_audit where event_type = 'acquired'"),
        "postgres");
}

TEST_F(service_test, without_our_database_nothing_is_sent) {
    options.service.journal_limit = 300ms;
    auto one = instance();
    support::run(one->loop, one->database.stop());
    EXPECT_THAT(one->book(order_of("k1")), ended(not_checked));
    EXPECT_EQ(hotel->creates(), 0U);
    one->dead = true;  // its database is stopped already
}

TEST_F(service_test, our_database_gone_after_the_create_says_unknown_and_recovery_confirms) {
    options.service.journal_limit = 300ms;
    {
        auto one = instance();
        one->at_step = [&](step now) {
            if (now == step::created) support::postgres().stop();
        };
        EXPECT_THAT(one->book(order_of("k1")), ended(unknown));
        one->dead = true;
    }
    support::postgres().start();
    EXPECT_EQ(state_of("k1"), "sent");
    leases_end();
    auto other = instance();
    EXPECT_EQ(other->recover(), 1);
    EXPECT_EQ(state_of("k1"), "confirmed");
    ASSERT_EQ(other->told.size(), 1U);
    EXPECT_TRUE(other->told.front().confirmed);
    EXPECT_EQ(other->told.front().row.guest, "+5491155550001");
    EXPECT_EQ(hotel->live_bookings(), 1U);
}

TEST_F(service_test, a_cancelled_call_leaves_what_recovery_needs) {
    auto one = instance();
    hotel->set_window(1h);
    bool created = false;
    hotel->during_create = [&]() -> task<> {
        created = true;
        co_return;
    };
    auto const cut_off = [](rig& r, order what, bool const& at_work) -> task<bool> {
        auto const executor = co_await asio::this_coro::executor;
        asio::cancellation_signal stop;
        bool ended_by_it = false;
        bool over = false;
        asio::co_spawn(
            executor, r.service.book(hotel_scope(), *r.pms, std::move(what)),
            asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr e, outcome) {
                ended_by_it = e != nullptr;
                over = true;
            }));
        while (!at_work) co_await net::pause(1ms);
        stop.emit(asio::cancellation_type::terminal);
        while (!over) co_await net::pause(1ms);
        co_return ended_by_it;
    };
    EXPECT_TRUE(support::run(one->loop, cut_off(*one, order_of("k1"), created)));
    EXPECT_EQ(state_of("k1"), "sent");
    one->settle_down();
    EXPECT_EQ(events(), "acquired released");
}

}  // namespace
}  // namespace agente::booking
