// The adapter against the simulator, when everything goes well or is merely odd.
#include "adapter_fixture.hpp"

namespace agente::qloapps::test {

using hotel::obstacle;

TEST_F(adapter_test, the_catalogue_holds_what_the_hotel_sells) {
    auto const c = run(pms_->read_catalogue()).value();
    EXPECT_EQ(c.hotel_name, "The Hotel Prime");
    EXPECT_EQ(c.check_in, "12:00");
    EXPECT_EQ(c.time_zone, "America/New_York");
    ASSERT_EQ(c.room_types.size(), 4u);
    EXPECT_EQ(c.room_types[1].name, "Delux Rooms");
    EXPECT_EQ(c.room_types[1].max_guests, 4);
    ASSERT_EQ(c.forced_extras.size(), 1u)
        << "the service priced as a line of its own is in no quote";
    EXPECT_EQ(c.forced_extras[0].id, 5);
    EXPECT_TRUE(c.forced_extras[0].per_night);
}

TEST_F(adapter_test, the_catalogue_is_read_once_by_many_and_again_when_it_is_old) {
    std::vector<task<result<hotel::catalogue>>> many;
    for (int i = 0; i < 10; ++i) many.push_back(pms_->read_catalogue());
    for (auto const& c : run_all(std::move(many))) EXPECT_TRUE(c.has_value());
    EXPECT_EQ(hotel_.simulator.requests("GET", "hotels"), 1u);
    hotel_.time.advance(std::chrono::seconds(299));
    EXPECT_TRUE(run(pms_->read_catalogue()).has_value());
    EXPECT_EQ(hotel_.simulator.requests("GET", "hotels"), 1u);
    hotel_.time.advance(std::chrono::seconds(2));
    EXPECT_TRUE(run(pms_->read_catalogue()).has_value());
    EXPECT_EQ(hotel_.simulator.requests("GET", "hotels"), 2u);
}

TEST_F(adapter_test, many_who_ask_share_the_failure_and_the_next_one_asks_again) {
    fail_next("GET", "services", simulation::fault::action::garbage, false);
    std::vector<task<result<hotel::catalogue>>> many;
    for (int i = 0; i < 3; ++i) many.push_back(pms_->read_catalogue());
    for (auto const& c : run_all(std::move(many))) EXPECT_EQ(c.error().code(), "pms.nonsense");
    EXPECT_EQ(hotel_.simulator.requests("GET", "services"), 1u);
    EXPECT_TRUE(run(pms_->read_catalogue()).has_value());
}

TEST_F(adapter_test, offers_carry_the_total_of_the_whole_stay_and_all_rooms) {
    auto const one = offer(1, nights("2027-01-10", "2027-01-12"));
    EXPECT_EQ(one.total_with_tax, (hotel::money{2'600'000'000, "USD"})) << "as recorded in 006";
    EXPECT_EQ(one.available_rooms, 5);
    EXPECT_TRUE(one.bookable());
    EXPECT_EQ(one.read_at, hotel_.time.now());
    auto const two = offer(1, nights("2027-01-10", "2027-01-12"), {3, {7}}, 2);
    EXPECT_EQ(two.total_with_tax, (hotel::money{5'200'000'000, "USD"})) << "as recorded in 007";
}

TEST_F(adapter_test, a_sold_out_type_is_listed_and_says_why) {
    auto const when = nights("2027-02-01", "2027-02-04");
    ASSERT_TRUE(run(pms_->create(order(offer(1, when, {8, {}}, 4), "AH-A", {8, {}}))).has_value());
    EXPECT_EQ(offer(1, when).why_not, obstacle::none);
    EXPECT_EQ(offer(1, when, {4, {}}, 2).why_not, obstacle::too_few_rooms);
    ASSERT_TRUE(run(pms_->create(order(offer(1, when), "AH-B"))).has_value());
    auto const gone = offer(1, when);
    EXPECT_EQ(gone.why_not, obstacle::sold_out);
    EXPECT_EQ(gone.available_rooms, 0);
    EXPECT_EQ(offer(2, when).available_rooms, 5) << "counted by type, not over the whole answer";
}

TEST_F(adapter_test, capacity_and_length_of_stay_are_checked_by_us) {
    hotel_.simulator.shop().room_types[2].min_los = 3;
    hotel_.simulator.shop().room_types[3].max_los = 1;
    auto const when = nights("2027-01-10", "2027-01-12");
    EXPECT_EQ(offer(1, when, {5, {}}).why_not, obstacle::too_many_guests)
        << "QloApps would sell a room for two to five";
    EXPECT_EQ(offer(1, when, {2, {4, 5, 6}}).why_not, obstacle::too_many_guests);
    EXPECT_EQ(offer(3, when).why_not, obstacle::stay_too_short);
    EXPECT_EQ(offer(4, when).why_not, obstacle::stay_too_long);
    EXPECT_EQ(run(pms_->availability(when, {1, {}}, 2)).error().code(), "pms.bad_request");
    EXPECT_EQ(run(pms_->availability(when, {0, {4}}, 1)).error().code(), "pms.bad_request");
    EXPECT_EQ(run(pms_->availability(when, {40, {}}, 21)).error().code(), "pms.bad_request");
}

TEST_F(adapter_test, the_bill_is_the_quote) {
    for (int rooms : {1, 2}) {
        hotel::occupancy const party{rooms == 1 ? 2 : 3, {7}};
        auto const quoted = offer(2, nights("2027-03-01", "2027-03-06"), party, rooms);
        auto const made =
            run(pms_->create(order(quoted, fmt::format("AH-{}", rooms), party))).value();
        EXPECT_TRUE(made.live);
        EXPECT_FALSE(made.total_differs);
        EXPECT_EQ(made.total_with_tax, quoted.total_with_tax);
        EXPECT_EQ(made.rooms.size(), static_cast<std::size_t>(rooms));
    }
}

TEST_F(adapter_test, the_bill_of_broken_prices_is_the_quote_but_for_rounding) {
    hotel_.simulator.shop().room_types[0].price = 83'333'333;
    hotel_.simulator.shop().tax_millionths = 77'700;
    auto const quoted = offer(1, nights("2027-03-01", "2027-03-08"));
    auto const made = run(pms_->create(order(quoted, "AH-1"))).value();
    EXPECT_FALSE(made.total_differs) << hotel::to_decimal(quoted.total_with_tax) << " and "
                                     << hotel::to_decimal(made.total_with_tax);
    auto const found = run(pms_->find_by_reference("AH-1")).value();
    ASSERT_TRUE(found.has_value());
    EXPECT_TRUE(hotel::same_bill(found->total_with_tax, quoted.total_with_tax));
}

TEST_F(adapter_test, a_bill_that_differs_is_reported_with_the_booking) {
    auto wanted = order(offer(1, nights("2027-03-01", "2027-03-03")), "AH-1");
    hotel_.simulator.shop().room_types[0].price += 10 * simulation::one;  // raised after the quote
    auto const made = run(pms_->create(wanted)).value();
    EXPECT_TRUE(made.total_differs);
    EXPECT_EQ(made.total_with_tax.micros - wanted.expected_total->micros, 20'800'000);
}

TEST_F(adapter_test, guests_reference_and_services_arrive_as_the_contract_wants_them) {
    auto wanted =
        order(offer(1, nights("2027-01-10", "2027-01-12"), {1, {7, 9}}), "AH-ABC", {1, {7, 9}});
    wanted.remark = "Llegamos tarde </booking> \"gracias\" \\ 🙂";
    ASSERT_TRUE(run(pms_->create(wanted)).has_value());
    auto& state = hotel_.simulator.state();
    ASSERT_EQ(state.rows.size(), 1u);
    EXPECT_EQ(state.rows[0].adults, 1) << "\"adult\", not \"adults\"";
    EXPECT_EQ(state.rows[0].children, 2);
    EXPECT_EQ(state.rows[0].child_ages, (std::vector{7, 9}));
    ASSERT_EQ(state.rows[0].services.size(), 1u);
    EXPECT_EQ(state.rows[0].services[0].service, 5);
    EXPECT_EQ(state.orders[0].source, "AH-ABC");
    EXPECT_EQ(state.orders[0].remarks.at(0), "Llegamos tarde  \"gracias\" \\ 🙂")
        << "QloApps strips tags, nothing else was lost";
    EXPECT_EQ(state.customers[0].last, "Pérez");
    EXPECT_EQ(state.customers[0].phone, "+5491155550001");
}

TEST_F(adapter_test, guests_the_hotel_system_would_die_of_are_refused_before_anything_is_sent) {
    auto const good = order(offer(1, nights("2027-01-10", "2027-01-12")), "AH-1");
    auto const refuse = [&](auto change) {
        auto wanted = good;
        change(wanted);
        auto const made = run(pms_->create(wanted));
        return made.has_error() ? std::string(made.error().code()) : "booked";
    };
    EXPECT_EQ(refuse([](auto& o) { o.guest.first = "Ana3"; }), "pms.refused");
    EXPECT_EQ(refuse([](auto& o) { o.guest.last = " "; }), "pms.refused");
    EXPECT_EQ(refuse([](auto& o) { o.guest.email = "nope"; }), "pms.refused");
    EXPECT_EQ(refuse([](auto& o) { o.guest.phone = "none"; }), "pms.refused");
    EXPECT_EQ(refuse([](auto& o) { o.room_type_id = 99; }), "pms.refused");
    EXPECT_EQ(refuse([](auto& o) { o.occupancy = {5, {}}; }), "pms.refused");
    EXPECT_EQ(refuse([](auto& o) { o.reference = "a|b"; }), "pms.bad_request");
    EXPECT_EQ(refuse([](auto& o) { o.reference = ""; }), "pms.bad_request");
    EXPECT_EQ(hotel_.simulator.requests("POST", "bookings"), 0u);
    EXPECT_EQ(refuse([](auto&) {}), "booked");
}

TEST_F(adapter_test, no_room_left_is_not_available_and_nothing_is_booked) {
    auto const when = nights("2027-02-01", "2027-02-04");
    auto const seen = offer(1, when);
    ASSERT_TRUE(
        run(pms_->create(order(offer(1, when, {10, {}}, 5), "AH-ALL", {10, {}}))).has_value());
    auto const late = run(pms_->create(order(seen, "AH-LATE")));
    EXPECT_EQ(late.error().code(), "pms.not_available");
    EXPECT_EQ(late.error().kind(), error_kind::conflict);
    EXPECT_FALSE(run(pms_->find_by_reference("AH-LATE")).value().has_value());
}

TEST_F(adapter_test, a_booking_is_found_by_exactly_its_reference_and_read_by_its_id) {
    auto const quoted = offer(3, nights("2027-01-10", "2027-01-12"));
    auto const made = run(pms_->create(order(quoted, "AH-abc"))).value();
    EXPECT_FALSE(run(pms_->find_by_reference("AH-ABC")).value().has_value())
        << "the database ignores case, we do not";
    EXPECT_FALSE(run(pms_->find_by_reference("AH-ab")).value().has_value());
    auto const found = run(pms_->find_by_reference("AH-abc")).value().value();
    EXPECT_EQ(found.pms_id, made.pms_id);
    EXPECT_EQ(found.stay, quoted.stay);
    EXPECT_EQ(found.total_with_tax, quoted.total_with_tax);
    EXPECT_TRUE(found.live);
    EXPECT_EQ(found.rooms.at(0).row_id, made.rooms.at(0).row_id);
    EXPECT_EQ(run(pms_->read(made.pms_id)).value().reference, "AH-abc");
    EXPECT_EQ(run(pms_->read(999)).error().code(), "pms.not_found");
}

TEST_F(adapter_test, a_cancelled_booking_frees_its_room_and_cancelling_again_is_harmless) {
    auto& shop = hotel_.simulator.shop();
    std::ranges::find(shop.configuration, "PS_OS_CANCELED",
                      &std::pair<std::string, std::string>::first)
        ->second = "14";
    shop.order_states.emplace_back(14, "Storniert");  // ids differ between installations
    auto const when = nights("2027-01-10", "2027-01-12");
    auto const made = run(pms_->create(order(offer(3, when), "AH-1"))).value();
    EXPECT_EQ(offer(3, when).available_rooms, 4);
    EXPECT_TRUE(run(pms_->cancel(made.pms_id)).has_value());
    EXPECT_EQ(offer(3, when).available_rooms, 5);
    auto const gone = run(pms_->read(made.pms_id)).value();
    EXPECT_FALSE(gone.live);
    EXPECT_TRUE(gone.rooms.at(0).cancelled);
    EXPECT_EQ(hotel_.simulator.state().orders[0].state, 14);
    EXPECT_TRUE(run(pms_->cancel(made.pms_id)).has_value());
    EXPECT_EQ(run(pms_->cancel(4711)).error().code(), "pms.not_found");
}

TEST_F(adapter_test, guests_of_others_are_never_read_and_orders_never_written) {
    auto const made =
        run(pms_->create(order(offer(1, nights("2027-01-10", "2027-01-12")), "AH-1"))).value();
    EXPECT_FALSE(run(pms_->doubled(made)).value());
    EXPECT_TRUE(run(pms_->cancel(made.pms_id)).has_value());
    EXPECT_EQ(hotel_.simulator.requests("GET", "customers"), 0u);
    EXPECT_EQ(hotel_.simulator.requests("PUT", "orders"), 0u);
    EXPECT_EQ(hotel_.simulator.requests("GET", "bookings"), 0u);
}

TEST_F(adapter_test, the_shops_domain_may_differ_from_the_address_it_is_reached_at) {
    hotel_.simulator.shop().domain = "hotel.example";
    auto o = options();
    o.base_url = fmt::format("http://127.0.0.1:{}/api/", hotel_.port);
    EXPECT_EQ(run(make(o)->probe()).error().code(), "pms.denied") << "a redirect is no answer";
    o.host = "hotel.example";
    EXPECT_EQ(run(make(o)->probe()).value(), "The Hotel Prime");
}

TEST_F(adapter_test, a_wrong_key_hotel_or_url_is_a_fault_of_the_configuration) {
    auto o = options();
    o.key = secret(std::string(32, 'X'));
    EXPECT_EQ(run(make(o)->probe()).error().code(), "pms.denied");
    EXPECT_EQ(run(make(o)->read_catalogue()).error().code(), "pms.denied");
    o = options();
    o.hotel_id = 77;
    EXPECT_EQ(
        run(make(o)->availability(nights("2027-01-10", "2027-01-12"), {2, {}}, 1)).error().code(),
        "pms.denied");
    o.base_url = "hotel.example";
    EXPECT_THROW(make(o), failure);
}

}  // namespace agente::qloapps::test
