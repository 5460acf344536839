// What comes of a booking, and of a hotel system that does not answer: said as it is, and nothing
// twice.
#include <gtest/gtest.h>

#include "guest/chat.hpp"

namespace agente::guest {
namespace {

using kind = booking::outcome::kind;

void up_to_the_summary(chat& c) {
    c.say("la general del 12 al 15 de marzo para 2, a nombre de Ana García, ana@x.org");
    ASSERT_TRUE(c.heard("¿Confirmo la reserva?")) << c.said;
}

hotel::stay the_stay() { return hotel::stay::make(2027y / 3 / 12, 2027y / 3 / 15).value(); }

hotel::booking in_the_hotel(std::int64_t micros) {
    return {.pms_id = 7,
            .reference = "r",
            .total_with_tax = {micros, "USD"},
            .stay = the_stay(),
            .rooms = {},
            .live = true};
}

}  // namespace

TEST(outcome, yes_twice_books_once) {
    chat c;
    up_to_the_summary(c);
    auto const first_yes = c.replies.back().options.front().id;
    c.say("sí");
    c.say("sí");
    EXPECT_TRUE(c.heard("ya está hecha")) << c.said;
    EXPECT_TRUE(c.heard("4711")) << c.said;
    c.tap_id(first_yes);
    EXPECT_TRUE(c.heard("ya está hecha")) << c.said;
    EXPECT_EQ(c.orders.size(), 1u);
}

TEST(outcome, a_turn_that_comes_again_is_answered_from_the_record) {
    chat c;
    up_to_the_summary(c);
    turn yes;
    yes.id = "same";
    yes.also = {"and-this"};
    yes.text = "sí";
    auto const first = c.send(yes);
    EXPECT_TRUE(answered(c.c, "same"));
    EXPECT_TRUE(answered(c.c, "and-this"));
    EXPECT_FALSE(answered(c.c, "other"));
    EXPECT_EQ(c.send(yes), first);
    EXPECT_EQ(c.orders.size(), 1u);
}

// The session could not be saved after the booking: the next yes is to the same summary, so that it
// has the same key.
TEST(outcome, a_yes_after_a_lost_session_has_the_same_key) {
    chat c;
    up_to_the_summary(c);
    auto const before = c.c;
    c.say("sí");
    c.c = before;
    c.say("sí");
    ASSERT_EQ(c.orders.size(), 2u);
    EXPECT_EQ(c.orders[0].request_key, c.orders[1].request_key);
    EXPECT_EQ(c.booked, 1);
}

TEST(outcome, the_button_of_an_older_summary_books_nothing) {
    chat c;
    up_to_the_summary(c);
    auto const old = c.replies.back().options.front().id;
    c.say("mejor del 13 al 15");
    c.tap_id(old);
    EXPECT_TRUE(c.heard("ya no está vigente")) << c.said;
    EXPECT_TRUE(c.heard("Llegada: sábado 13")) << c.said;
    for (auto const& id : {std::string("room:99"), std::string("nonsense"),
                           std::string("stay:2027-03-01:2027-03-02"), std::string(5000, 'x'),
                           std::string("rooms:-1"), std::string("book:")})
        c.tap_id(id);
    EXPECT_EQ(c.booked, 0);
}

TEST(outcome, the_price_changed) {
    chat c;
    up_to_the_summary(c);
    EXPECT_TRUE(c.heard("USD 300,00")) << c.said;
    auto const old_key = c.c.summary_key;
    c.pms.nightly[1] = 120'000'000;
    c.next.what = kind::price_changed;
    c.next.offer = hotel::offer{.room_type_id = 1,
                                .name = "General Rooms",
                                .available_rooms = 5,
                                .rooms = 1,
                                .total_with_tax = {360'000'000, "USD"},
                                .extras = {},
                                .stay = the_stay(),
                                .why_not = hotel::obstacle::none,
                                .read_at = {}};
    c.say("sí");
    EXPECT_TRUE(c.heard("El precio cambió")) << c.said;
    EXPECT_TRUE(c.heard("USD 360,00")) << c.said;
    EXPECT_FALSE(c.heard("300,00")) << c.said;
    EXPECT_TRUE(c.heard("¿Confirmo la reserva?")) << c.said;
    c.next = chat::confirmed();
    c.say("sí");
    EXPECT_TRUE(c.heard("confirmada")) << c.said;
    EXPECT_EQ(c.orders.back().quoted_total.micros, 360'000'000);
    EXPECT_NE(c.orders.back().request_key, old_key);
}

TEST(outcome, sold_out_with_other_rooms_left) {
    chat c;
    up_to_the_summary(c);
    c.next.what = kind::sold_out;
    c.pms.rooms[1] = 0;
    c.say("sí");
    EXPECT_TRUE(c.heard("la última General Rooms para esas noches se acaba de ocupar")) << c.said;
    EXPECT_TRUE(c.heard("1. Delux Rooms")) << c.said;
    EXPECT_EQ(c.c.state, state::room);
}

TEST(outcome, sold_out_with_other_dates) {
    chat c;
    up_to_the_summary(c);
    c.next.what = kind::sold_out;
    c.pms.full = {2027y / 3 / 12, 2027y / 3 / 13};
    auto const before = c.pms.availability_calls;
    c.say("sí");
    EXPECT_TRUE(c.heard("En estas fechas cercanas sí hay lugar")) << c.said;
    EXPECT_TRUE(c.heard("14 mar – 17 mar")) << c.said;
    EXPECT_LE(c.pms.availability_calls - before, 7);
    EXPECT_GE(c.c.dates_shown.size(), 2u);
    EXPECT_LE(c.c.dates_shown.size(), 3u);
    auto const chosen = c.c.dates_shown.front();
    c.say("la primera");
    EXPECT_EQ(c.c.wanted.arrival, chosen.arrival);
    EXPECT_EQ(c.c.wanted.departure, chosen.departure);
    EXPECT_TRUE(c.heard("General Rooms")) << c.said;
}

TEST(outcome, nothing_free_near) {
    chat c;
    for (unsigned day = 1; day <= 31; ++day) c.pms.full.insert(2027y / 3 / day);
    c.say("del 12 al 15 de marzo para 2");
    EXPECT_TRUE(c.heard("No queda lugar del viernes 12")) << c.said;
    EXPECT_TRUE(c.heard("Tampoco encontré lugar")) << c.said;
    EXPECT_EQ(c.pms.availability_calls, 7);
    c.say("del 12 al 15 de abril");
    EXPECT_TRUE(c.heard("1. General Rooms")) << c.said;
}

TEST(outcome, busy_can_be_tried_again) {
    chat c;
    up_to_the_summary(c);
    c.next.what = kind::busy;
    c.say("sí");
    EXPECT_TRUE(c.heard("No reservé nada. ¿Lo intento otra vez?")) << c.said;
    c.next = chat::confirmed();
    c.tap("Intentar de nuevo");
    EXPECT_TRUE(c.heard("confirmada")) << c.said;
    EXPECT_NE(c.orders[0].request_key, c.orders[1].request_key)
        << "the first came to an end with nothing booked";
}

TEST(outcome, not_checked_books_nothing_and_offers_a_person) {
    chat c;
    up_to_the_summary(c);
    c.next.what = kind::not_checked;
    c.say("sí");
    EXPECT_TRUE(c.heard("no pude consultar")) << c.said;
    EXPECT_TRUE(c.heard("No quedó nada reservado")) << c.said;
    c.say("sí");
    EXPECT_TRUE(c.heard("Te paso con una persona"))
        << "the yes answers the offer of a person: " << c.said;
    EXPECT_EQ(c.orders.size(), 1u);
}

TEST(outcome, unknown_is_not_sent_again_and_settles_later) {
    chat c;
    up_to_the_summary(c);
    c.next.what = kind::unknown;
    c.next.reference = "agent:1";
    c.say("sí");
    EXPECT_TRUE(c.heard("no la envíes de nuevo")) << c.said;
    EXPECT_FALSE(c.heard("confirmada")) << c.said;
    auto const key = c.orders.at(0).request_key;
    c.say("quiero otra del 20 al 22 de marzo para 3");
    EXPECT_TRUE(c.heard("no la envíes de nuevo")) << c.said;
    c.say("a qué hora es el check-in?");
    EXPECT_TRUE(c.heard("15:00")) << c.said;
    c.next = chat::confirmed();
    c.say("y? ya quedó?");
    EXPECT_TRUE(c.heard("confirmada")) << c.said;
    for (auto const& o : c.orders) {
        EXPECT_EQ(o.request_key, key);
        EXPECT_EQ(o.stay.nights(), 3) << "what was ordered stays as it was ordered";
    }
}

TEST(outcome, refused_offers_a_person) {
    chat c;
    up_to_the_summary(c);
    c.next.what = kind::refused;
    c.next.message = "internal words";
    c.say("sí");
    EXPECT_TRUE(c.heard("no aceptó la reserva")) << c.said;
    EXPECT_FALSE(c.heard("internal words")) << c.said;
    EXPECT_TRUE(c.heard("Hablar con alguien")) << c.said;
}

TEST(outcome, another_total_in_the_hotel_is_told) {
    chat c;
    up_to_the_summary(c);
    c.next.booking = in_the_hotel(345'000'000);
    c.next.booking->total_differs = true;
    c.say("sí");
    EXPECT_TRUE(c.heard("USD 345,00")) << c.said;
    EXPECT_TRUE(c.heard("total distinto")) << c.said;
}

TEST(outcome, a_booking_that_is_no_longer_live_is_not_called_confirmed) {
    chat c;
    up_to_the_summary(c);
    c.next.booking = in_the_hotel(300'000'000);
    c.next.booking->live = false;
    c.say("sí");
    EXPECT_FALSE(c.heard("Reserva confirmada")) << c.said;
    EXPECT_TRUE(c.heard("cancelada")) << c.said;
}

TEST(outcome, a_booking_service_that_throws_changes_nothing) {
    chat c;
    up_to_the_summary(c);
    auto const before = c.c;
    c.booking_throws = true;
    EXPECT_THROW(c.say("sí"), std::runtime_error);
    EXPECT_EQ(c.c, before);
    c.booking_throws = false;
    c.say("sí");
    ASSERT_EQ(c.orders.size(), 2u);
    EXPECT_EQ(c.orders[0].request_key, c.orders[1].request_key);
    EXPECT_EQ(c.booked, 1);
}

TEST(hotel_system, down_slow_or_talking_nonsense_is_said_as_it_is) {
    for (auto const trouble : {fake_hotel::fault::unavailable, fake_hotel::fault::nonsense,
                               fake_hotel::fault::throws, fake_hotel::fault::never_answers}) {
        chat c;
        c.pms.trouble = trouble;
        c.say("la general del 12 al 15 de marzo para 2");
        EXPECT_TRUE(c.heard("no pude consultar el sistema del hotel")) << c.said;
        EXPECT_TRUE(c.heard("Hablar con alguien")) << c.said;
        EXPECT_FALSE(c.heard("USD")) << c.said;
        EXPECT_EQ(c.pms.availability_calls, 1) << "not asked again in this turn";
        c.pms.trouble = fake_hotel::fault::none;
        c.tap("Intentar de nuevo");
        EXPECT_TRUE(c.heard("USD 300,00")) << "state kept: " << c.said;
    }
}

TEST(hotel_system, goes_down_before_the_summary) {
    chat c;
    c.say("del 12 al 15 de marzo para 2");
    c.say("general");
    c.say("Ana García");
    c.pms.trouble = fake_hotel::fault::unavailable;
    c.say("ana@x.org");
    EXPECT_TRUE(c.heard("no pude consultar")) << c.said;
    EXPECT_FALSE(c.heard("USD")) << c.said;
    c.say("sí");
    EXPECT_EQ(c.booked, 0);
}

TEST(hotel_system, without_its_catalogue_prices_still_come) {
    chat c;
    c.pms.catalogue_trouble = fake_hotel::fault::never_answers;
    c.say("cuál es el teléfono del hotel?");
    EXPECT_TRUE(c.heard("no pude consultar")) << c.said;
    EXPECT_FALSE(c.heard("+54")) << c.said;
    c.say("una habitación doble del 12 al 15 de marzo para 2");
    EXPECT_TRUE(c.heard("1. General Rooms – USD 300,00")) << c.said;
}

TEST(hotel_system, is_not_asked_while_nothing_depends_on_it) {
    chat c;
    c.say("hola");
    c.say("gracias");
    c.say("para 2 personas");
    EXPECT_EQ(c.pms.availability_calls + c.pms.catalogue_calls, 0);
}

}  // namespace agente::guest
