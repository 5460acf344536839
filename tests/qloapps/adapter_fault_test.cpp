// The adapter when the hotel system fails: nothing is invented, nothing is lost, nothing is booked
// twice.
#include "adapter_fixture.hpp"

namespace agente::qloapps::test {

using action = simulation::fault::action;

namespace {

class adapter_fault_test : public adapter_test {
protected:
    hotel::stay const when_ = nights("2027-08-01", "2027-08-02");

    // Creates with a fault in the way; the code of the error.
    std::string code_of_create(action what, bool after, std::string reference) {
        auto const wanted = order(offer(1, when_), std::move(reference));
        fail_next("POST", "bookings", what, after);
        auto const made = run(pms_->create(wanted));
        return made.has_error() ? std::string(made.error().code()) : "booked";
    }
    bool is_there(std::string reference) {
        auto const found = run(pms_->find_by_reference(std::move(reference))).value();
        return found && found->live;
    }
};

}  // namespace

TEST_F(adapter_fault_test, a_500_after_the_booking_was_made_is_unknown_and_found_by_reference) {
    EXPECT_EQ(code_of_create(action::fatal, true, "AH-1"), "pms.outcome_unknown");
    EXPECT_TRUE(is_there("AH-1"));
    EXPECT_EQ(orders_made(), 1u) << "it was not sent again";
}

TEST_F(adapter_fault_test, a_500_before_anything_is_unknown_too_and_not_found) {
    EXPECT_EQ(code_of_create(action::fatal, false, "AH-1"), "pms.outcome_unknown");
    EXPECT_FALSE(is_there("AH-1"));
}

TEST_F(adapter_fault_test, a_connection_cut_after_the_booking_was_made_is_unknown_and_found) {
    EXPECT_EQ(code_of_create(action::cut, true, "AH-1"), "pms.outcome_unknown");
    EXPECT_TRUE(is_there("AH-1"));
    EXPECT_EQ(code_of_create(action::cut, false, "AH-2"), "pms.outcome_unknown");
    EXPECT_FALSE(is_there("AH-2"));
}

TEST_F(adapter_fault_test, garbage_is_no_booking) {
    EXPECT_EQ(code_of_create(action::garbage, true, "AH-1"), "pms.outcome_unknown");
    EXPECT_TRUE(is_there("AH-1"));
    EXPECT_EQ(code_of_create(action::garbage, false, "AH-2"), "pms.outcome_unknown");
    EXPECT_FALSE(is_there("AH-2"));
}

TEST_F(adapter_fault_test, only_the_webservices_own_word_says_that_nothing_was_done) {
    EXPECT_EQ(code_of_create(action::switched_off, false, "AH-1"), "pms.unavailable");
    EXPECT_EQ(code_of_create(action::overloaded, true, "AH-2"), "pms.outcome_unknown")
        << "a proxy's 503 may hide a booking";
    EXPECT_TRUE(is_there("AH-2"));
}

TEST_F(adapter_fault_test, a_hanging_hotel_system_is_left_after_the_deadline) {
    auto o = options();
    o.write_deadline = o.read_deadline = std::chrono::milliseconds(200);
    auto const wanted = order(offer(1, when_), "AH-1");
    auto const hasty = make(o);
    ASSERT_TRUE(run(hasty->read_catalogue()).has_value());
    fail_next("POST", "hotel_ari", action::hang, false);
    EXPECT_EQ(run(hasty->availability(when_, {2, {}}, 1)).error().code(), "pms.timeout");
    ASSERT_TRUE(run(hasty->availability(when_, {2, {}}, 1)).has_value());
    fail_next("POST", "bookings", action::hang, true);
    EXPECT_EQ(run(hasty->create(wanted)).error().code(), "pms.outcome_unknown");
    EXPECT_TRUE(is_there("AH-1"));
    hotel_.simulator.release();
}

TEST_F(adapter_fault_test, reads_say_nonsense_unavailable_or_timeout_and_never_a_price) {
    ASSERT_TRUE(run(pms_->read_catalogue()).has_value());
    for (auto const& [what, code] : {std::pair{action::garbage, "pms.nonsense"},
                                     {action::fatal, "pms.nonsense"},
                                     {action::overloaded, "pms.unavailable"},
                                     {action::switched_off, "pms.unavailable"},
                                     {action::cut, "pms.timeout"}}) {
        fail_next("POST", "hotel_ari", what, false);
        EXPECT_EQ(run(pms_->availability(when_, {2, {}}, 1)).error().code(), code);
    }
    EXPECT_EQ(offers(when_).size(), 4u);
}

TEST_F(adapter_fault_test, a_booking_whose_rooms_cannot_be_read_again_is_unknown) {
    auto const wanted = order(offer(1, when_), "AH-1");
    fail_next("GET", "room_bookings", action::fatal, false);
    EXPECT_EQ(run(pms_->create(wanted)).error().code(), "pms.outcome_unknown");
    EXPECT_TRUE(is_there("AH-1"));
}

TEST_F(adapter_fault_test, a_shop_whose_groups_see_no_tax_answers_500_and_is_read_all_the_same) {
    hotel_.simulator.shop().groups_without_tax = true;
    auto const quoted = offer(3, when_);
    EXPECT_EQ(run(pms_->create(order(quoted, "AH-1"))).error().code(), "pms.outcome_unknown");
    auto const found = run(pms_->find_by_reference("AH-1")).value().value();
    EXPECT_TRUE(found.live);
    EXPECT_EQ(found.total_with_tax, quoted.total_with_tax);
}

TEST_F(adapter_fault_test, a_fresh_adapter_finds_a_booking_with_its_currency) {
    auto const quoted = offer(3, when_);
    ASSERT_TRUE(run(pms_->create(order(quoted, "AH-1"))).has_value());
    auto const after_restart = make();
    EXPECT_EQ(run(after_restart->find_by_reference("AH-1")).value().value().total_with_tax,
              quoted.total_with_tax);
}

TEST_F(adapter_fault_test, the_loser_of_a_race_is_flagged_and_not_live) {
    ASSERT_TRUE(run(pms_->create(order(offer(3, when_, {8, {}}, 4), "AH-4", {8, {}}))).has_value());
    auto const last = offer(3, when_);
    hotel_.simulator.set_race({.window = std::chrono::milliseconds(60'000),
                               .racers = 2,
                               .loser = simulation::race_outcome::flag_loser});
    std::vector<task<result<hotel::booking>>> both;
    for (auto name : {"AH-A", "AH-B"}) both.push_back(pms_->create(order(last, name)));
    auto const made = run_all(std::move(both));
    ASSERT_TRUE(made[0].has_value() && made[1].has_value()) << "both are answered as booked";
    EXPECT_NE(made[0]->live, made[1]->live);
    auto const& loser = made[0]->live ? *made[1] : *made[0];
    EXPECT_TRUE(loser.rooms.at(0).back_order);
    EXPECT_TRUE(loser.rooms.at(0).cancelled);
    EXPECT_FALSE(run(pms_->read(loser.pms_id)).value().live)
        << "although its order still awaits payment";
    EXPECT_EQ(hotel_.simulator.state().find_order(loser.pms_id)->state, 1);
}

TEST_F(adapter_fault_test, a_silent_double_booking_is_seen_and_the_younger_one_yields) {
    ASSERT_TRUE(run(pms_->create(order(offer(3, when_, {8, {}}, 4), "AH-4", {8, {}}))).has_value());
    auto const last = offer(3, when_);
    hotel_.simulator.set_race({.window = std::chrono::milliseconds(60'000),
                               .racers = 2,
                               .loser = simulation::race_outcome::silent});
    std::vector<task<result<hotel::booking>>> both;
    for (auto name : {"AH-A", "AH-B"}) both.push_back(pms_->create(order(last, name)));
    auto const made = run_all(std::move(both));
    ASSERT_TRUE(made[0]->live && made[1]->live);
    ASSERT_EQ(made[0]->rooms[0].room_id, made[1]->rooms[0].room_id);
    bool const first_is_older = made[0]->rooms[0].row_id < made[1]->rooms[0].row_id;
    auto const& older = first_is_older ? *made[0] : *made[1];
    auto const& younger = first_is_older ? *made[1] : *made[0];
    EXPECT_FALSE(run(pms_->doubled(older)).value());
    EXPECT_TRUE(run(pms_->doubled(younger)).value());
    ASSERT_TRUE(run(pms_->cancel(younger.pms_id)).has_value());
    EXPECT_FALSE(run(pms_->doubled(older)).value());
}

TEST_F(adapter_fault_test, neighbours_in_time_are_no_double_booking) {
    auto const first =
        run(pms_->create(order(offer(3, nights("2027-08-01", "2027-08-03")), "AH-1"))).value();
    auto const next =
        run(pms_->create(order(offer(3, nights("2027-08-03", "2027-08-05")), "AH-2"))).value();
    ASSERT_EQ(first.rooms.at(0).room_id, next.rooms.at(0).room_id)
        << "leaving and arriving on the same day";
    EXPECT_FALSE(run(pms_->doubled(next)).value());
}

TEST_F(adapter_fault_test, a_cancellation_cut_off_is_unknown_and_may_be_repeated) {
    auto const made = run(pms_->create(order(offer(1, when_), "AH-1"))).value();
    fail_next("POST", "order_histories", action::cut, true);
    EXPECT_EQ(run(pms_->cancel(made.pms_id)).error().code(), "pms.outcome_unknown");
    EXPECT_TRUE(run(pms_->cancel(made.pms_id)).has_value());
    EXPECT_FALSE(is_there("AH-1"));
}

TEST_F(adapter_fault_test, a_dead_hotel_system_is_left_alone_and_tried_again_after_a_pause) {
    auto o = options();
    o.breaker = {
        .failures = 3, .pause = std::chrono::seconds(5), .most_pause = std::chrono::seconds(60)};
    auto const pms = make(o);
    auto const wanted = order(offer(1, when_), "AH-1");
    ASSERT_TRUE(run(pms->read_catalogue()).has_value());
    fail_next("POST", "hotel_ari", action::overloaded, false, 3);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(run(pms->availability(when_, {2, {}}, 1)).error().code(), "pms.unavailable");
    auto const before = hotel_.simulator.requests("POST", "hotel_ari");
    EXPECT_EQ(run(pms->availability(when_, {2, {}}, 1)).error().code(), "pms.unavailable");
    EXPECT_EQ(run(pms->create(wanted)).error().code(), "pms.unavailable");
    EXPECT_EQ(hotel_.simulator.requests("POST", "hotel_ari"), before) << "nothing was sent";
    EXPECT_EQ(orders_made(), 0u);
    hotel_.time.advance(std::chrono::seconds(6));
    EXPECT_TRUE(run(pms->availability(when_, {2, {}}, 1)).has_value());
    EXPECT_TRUE(run(pms->create(wanted)).has_value());
    EXPECT_NE(hotel_.metrics.render().find(
                  "pms_requests_total{operation=\"create\",outcome=\"pms.unavailable\"} 1"),
              std::string::npos);
}

TEST_F(adapter_fault_test, nobody_listening_is_unavailable_and_nothing_was_done) {
    auto const wanted = order(offer(1, when_), "AH-1");
    test::run(hotel_.loop, hotel_.simulator.stop());
    EXPECT_EQ(run(pms_->create(wanted)).error().code(), "pms.unavailable");
    EXPECT_EQ(run(pms_->find_by_reference("AH-1")).error().code(), "pms.unavailable");
}

}  // namespace agente::qloapps::test
