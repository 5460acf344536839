#include "booking/recovery.hpp"

#include "booking/fixture.hpp"

namespace agente::booking {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;
using enum outcome::kind;

class recovery_test : public booking_fixture {};

TEST_F(recovery_test, finds_nothing_to_do_in_a_quiet_journal) {
    auto one = instance();
    one->book(order_of("k1"));
    hours_pass();
    EXPECT_EQ(one->recover(), 0);
    EXPECT_THAT(one->told, SizeIs(0));
}

TEST_F(recovery_test, leaves_rows_alone_whose_lease_holds) {
    book_and_die("k1", step::created);
    auto other = instance();
    EXPECT_EQ(other->recover(), 0);
    EXPECT_EQ(state_of("k1"), "sent");
}

TEST_F(recovery_test, what_arrived_later_is_confirmed_and_told) {
    hotel->next_create(mishap::done_later);
    auto one = instance();
    ASSERT_THAT(one->book(order_of("k1")), ended(unknown));
    leases_end();
    EXPECT_EQ(one->recover(), 0);  // not there yet
    EXPECT_EQ(state_of("k1"), "unknown");
    hotel->let_it_arrive();
    leases_end();
    EXPECT_EQ(one->recover(), 1);
    EXPECT_EQ(state_of("k1"), "confirmed");
    ASSERT_THAT(one->told, SizeIs(1));
    EXPECT_TRUE(one->told.front().confirmed);
    EXPECT_EQ(one->told.front().row.state, state::unknown);
    EXPECT_EQ(one->told.front().booking->total_with_tax, hotel->total(nights(12, 14)));
    hours_pass();
    EXPECT_EQ(one->recover(), 0);  // told once
}

TEST_F(recovery_test, what_never_arrived_fails_after_the_safe_time_and_is_told) {
    hotel->next_create(mishap::cut_before);
    auto one = instance();
    ASSERT_THAT(one->book(order_of("k1")), ended(unknown));
    hours_pass();
    EXPECT_EQ(one->recover(), 1);
    EXPECT_EQ(state_of("k1"), "failed");
    ASSERT_THAT(one->told, SizeIs(1));
    EXPECT_FALSE(one->told.front().confirmed);
    EXPECT_THAT(one->book(order_of("k1")), ended(not_checked));
    EXPECT_EQ(hotel->creates(), 0U);
}

TEST_F(recovery_test, a_sent_row_that_is_not_found_stops_blocking_its_nights_at_once) {
    book_and_die("k1", step::sent);
    forget_locks();
    leases_end();
    options.service.lock_wait = 300ms;
    auto other = instance();
    EXPECT_THAT(other->book(order_of("k2")), ended(busy));
    EXPECT_EQ(other->recover(), 0);
    EXPECT_EQ(state_of("k1"), "unknown");
    EXPECT_THAT(other->book(order_of("k3")), ended(confirmed));
}

TEST_F(recovery_test, a_hotel_system_that_cannot_be_asked_leaves_the_row_for_later) {
    book_and_die("k1", step::created);
    hours_pass();
    auto other = instance();
    hotel->break_finds(1);
    EXPECT_EQ(other->recover(), 0);
    EXPECT_EQ(state_of("k1"), "sent");
    hours_pass();
    EXPECT_EQ(other->recover(), 1);
    EXPECT_EQ(state_of("k1"), "confirmed");
}

class bad_bookings : public booking_fixture, public testing::WithParamInterface<mishap> {};

TEST_P(bad_bookings, are_cancelled_by_recovery_before_anybody_is_told_they_failed) {
    hotel->next_create(GetParam());
    book_and_die("k1", step::created);
    hours_pass();
    auto other = instance();
    hotel->break_cancels(1);
    EXPECT_EQ(other->recover(), 0);
    EXPECT_EQ(state_of("k1"), "sent");
    EXPECT_THAT(other->told, SizeIs(0));
    hours_pass();
    EXPECT_EQ(other->recover(), 1);
    EXPECT_EQ(state_of("k1"), "failed");
    EXPECT_EQ(hotel->live_bookings(), 0U);
    EXPECT_TRUE(hotel->one_guest_a_room());
    ASSERT_THAT(other->told, SizeIs(1));
    EXPECT_FALSE(other->told.front().confirmed);
}
INSTANTIATE_TEST_SUITE_P(all, bad_bookings,
                         testing::Values(mishap::back_order, mishap::cancelled, mishap::taken_twice,
                                         mishap::other_bill));

TEST_F(recovery_test, a_guest_not_told_yet_is_told_by_the_next_round) {
    book_and_die("k1", step::created);
    hours_pass();
    auto other = instance();
    other->tell_fails = 1;
    EXPECT_EQ(other->recover(), 0);
    EXPECT_EQ(state_of("k1"), "confirmed");
    EXPECT_THAT(other->told, SizeIs(0));
    hours_pass();
    EXPECT_EQ(other->recover(), 1);
    ASSERT_THAT(other->told, SizeIs(1));
    EXPECT_TRUE(other->told.front().confirmed);
    EXPECT_TRUE(other->told.front().booking);
    hours_pass();
    EXPECT_EQ(other->recover(), 0);
}

TEST_F(recovery_test, what_is_told_knows_from_where_and_in_which_language) {
    hotel->next_create(mishap::cut_before);
    auto order = order_of("k1");
    order.recipient = "106540352242922";
    order.language = "en";
    auto one = instance();
    ASSERT_THAT(one->book(order), ended(unknown));
    hours_pass();
    EXPECT_EQ(one->recover(), 1);
    ASSERT_THAT(one->told, SizeIs(1));
    EXPECT_EQ(one->told.front().row.recipient, "106540352242922");
    EXPECT_EQ(one->told.front().row.language, "en");
}

TEST_F(recovery_test, a_booking_made_before_the_journal_was_restored_from_a_backup_is_found) {
    auto one = instance();
    one->book(order_of("k1"));
    sql("update agente.booking_journal set state = 'intended', pms_id = null, fence = null, lease_until = now()");
    hours_pass();
    EXPECT_EQ(one->recover(), 1);
    EXPECT_EQ(state_of("k1"), "confirmed");
}

TEST_F(recovery_test, rows_are_shared_out_among_instances_never_doubly) {
    for (int i = 0; i < 12; ++i) {
        auto const key = "k" + std::to_string(i);
        sql("insert into agente.booking_journal (reference, tenant_id, request_key, state, room_type, arrival, departure, rooms, guest,"
            " lease_until, updated_at) values ('" +
            reference_of(key) + "', 'hotel-demo', '" + key +
            "', 'unknown', 7, '2027-03-12', '2027-03-14', 1, 'g', now() - interval '1 hour', now() - interval '1 hour')");
    }
    options.recovery.most_rows = 5;
    auto a = instance();
    auto b = instance();
    // Both claim before either is done: interleaved on two loops.
    int settled_by_a = 0;
    int settled_by_b = 0;
    settled_by_a = a->recover();
    settled_by_b = b->recover();
    EXPECT_EQ(settled_by_a + settled_by_b, 12);
    EXPECT_EQ(a->told.size() + b->told.size(), 12U);
    EXPECT_EQ(
        sql("select count(*) from agente.booking_journal where state = 'failed' and lease_until is null"),
        "12");
}

// A crash after every step, then a fresh instance: by the guest's turn replayed, by recovery, and
// by both in either order.
struct crash_case {
    step at;
    bool recover_first;
};

class crash : public booking_fixture, public testing::WithParamInterface<crash_case> {};

TEST_P(crash, leaves_exactly_one_booking_or_none_with_a_clear_outcome) {
    auto const [at, recover_first] = GetParam();
    auto const booked_by_then = at >= step::created;
    book_and_die("k1", at);
    EXPECT_EQ(hotel->live_bookings(), booked_by_then ? 1U : 0U);
    forget_locks();
    if (recover_first)
        hours_pass();
    else
        leases_end();

    auto fresh = instance();
    if (recover_first) fresh->recover();
    auto const out = fresh->book(order_of("k1"));
    if (!recover_first) {
        hours_pass();
        fresh->recover();
    }
    EXPECT_TRUE(hotel->one_guest_a_room());
    EXPECT_LE(hotel->creates(), 1U);
    auto const state = state_of("k1");
    EXPECT_THAT(state, testing::AnyOf("confirmed", "failed"));
    EXPECT_EQ(hotel->live_bookings(), state == "confirmed" ? 1U : 0U);
    EXPECT_EQ(sql("select count(*) from agente.booking_journal where lease_until is not null"),
              "0");

    auto const again = fresh->book(order_of("k1"));
    EXPECT_THAT(again, ended(state == "confirmed" ? confirmed : not_checked));
    if (booked_by_then) {
        EXPECT_THAT(out, ended(confirmed));
    }
    if (out.what == confirmed) {
        EXPECT_EQ(again.booking->pms_id, out.booking->pms_id);
    }
    if (out.what == unknown) {  // promised to be told
        EXPECT_THAT(fresh->told, SizeIs(1));
    }
    // What was never sent is completed by the guest's own turn.
    if (!recover_first && at < step::sent) {
        EXPECT_THAT(out, ended(confirmed));
    }
    // And nobody else is kept out.
    EXPECT_THAT(fresh->book(order_of("k2")), ended(confirmed));
}

std::vector<crash_case> all_crashes() {
    std::vector<crash_case> all;
    for (auto const at : {step::journaled, step::locked, step::checked, step::sent, step::created,
                          step::found, step::verified, step::confirmed})
        for (bool const first : {false, true}) all.push_back({at, first});
    return all;
}

INSTANTIATE_TEST_SUITE_P(after_every_step, crash, testing::ValuesIn(all_crashes()),
                         [](auto const& info) {
                             return "step_" + std::to_string(static_cast<int>(info.param.at)) +
                                    (info.param.recover_first ? "_recovery_first"
                                                              : "_replay_first");
                         });

}  // namespace
}  // namespace agente::booking
