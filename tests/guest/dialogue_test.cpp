// Whole bookings, in Spanish and English and in different orders.
#include <gtest/gtest.h>

#include "guest/chat.hpp"

namespace agente::guest {

TEST(booking_dialogue, step_by_step_in_spanish) {
    chat c;
    c.say("Hola");
    EXPECT_TRUE(c.heard("asistente digital de Hotel Prueba")) << c.said;
    c.say("quiero una habitación del 12 al 15 de marzo");
    EXPECT_TRUE(c.heard("¿Cuántas personas")) << c.said;
    EXPECT_FALSE(c.heard("asistente digital")) << "said once";
    c.say("2 adultos y un niño");
    EXPECT_TRUE(c.heard("¿Qué edad")) << c.said;
    c.say("7");
    EXPECT_TRUE(c.heard(
        "Del viernes 12 de marzo de 2027 al lunes 15 de marzo de 2027 (3 noches), para 2 adultos y 1 niño"))
        << c.said;
    EXPECT_TRUE(c.heard("2. Delux Rooms – USD 451,50 en total · quedan 5")) << c.said;
    c.say("la segunda");
    EXPECT_TRUE(c.heard("¿A nombre de quién")) << c.said;
    c.say("Ana");
    EXPECT_TRUE(c.heard("apellido")) << c.said;
    c.say("García");
    EXPECT_TRUE(c.heard("correo")) << c.said;
    c.say("ana@gmail.com");
    EXPECT_TRUE(c.heard("Total: USD 451,50")) << c.said;
    EXPECT_EQ(c.booked, 0);
    c.say("sí");
    EXPECT_TRUE(c.heard("confirmada")) << c.said;
    EXPECT_TRUE(c.heard("4711")) << c.said;

    ASSERT_EQ(c.orders.size(), 1u);
    auto const& o = c.orders.front();
    EXPECT_EQ(o.stay, hotel::stay::make(2027y / 3 / 12, 2027y / 3 / 15).value());
    EXPECT_EQ(o.occupancy, (hotel::occupancy{2, {7}}));
    EXPECT_EQ(o.room_type_id, 2);
    EXPECT_EQ(o.rooms, 1);
    EXPECT_EQ(o.guest.first, "Ana");
    EXPECT_EQ(o.guest.last, "García");
    EXPECT_EQ(o.guest.email, "ana@gmail.com");
    EXPECT_EQ(o.guest.phone, "+5491155550001");
    EXPECT_EQ(o.recipient, "106540352242922");
    EXPECT_EQ(o.language, "es");
    EXPECT_EQ(o.quoted_total, (hotel::money{451'500'000, "USD"}));
    EXPECT_EQ(o.request_key, "turn-8") << "the turn that showed the summary";
}

TEST(booking_dialogue, everything_in_one_spanish_message) {
    chat c;
    c.say(
        "Hola, quiero reservar la luxury del 12 al 15 de marzo para 2 adultos, a nombre de Ana García, ana@example.com");
    EXPECT_TRUE(c.heard("asistente digital")) << c.said;
    EXPECT_TRUE(c.heard("Luxury Rooms\nLlegada: viernes 12 de marzo de 2027")) << c.said;
    EXPECT_TRUE(c.heard("Total: USD 750,00")) << c.said;
    c.tap("Sí, reservar");
    EXPECT_TRUE(c.heard("confirmada")) << c.said;
    EXPECT_EQ(c.booked, 1);
}

TEST(booking_dialogue, step_by_step_in_english) {
    chat c;
    c.say("hi, do you have a room for next friday for two nights?");
    EXPECT_TRUE(c.heard("digital assistant of Hotel Prueba")) << c.said;
    EXPECT_TRUE(c.heard("How many people")) << c.said;
    c.say("two");
    EXPECT_TRUE(c.heard("From Friday, November 27 to Sunday, November 29 (2 nights), for 2 adults"))
        << c.said;
    EXPECT_TRUE(c.heard("Delux Rooms – USD 301.00 in total · 5 left")) << c.said;
    c.say("the delux one please");
    c.say("John Smith");
    c.say("john@smith.org");
    EXPECT_TRUE(c.heard("Total: USD 301.00, taxes included")) << c.said;
    c.say("yes please");
    EXPECT_TRUE(c.heard("confirmed")) << c.said;
    ASSERT_EQ(c.orders.size(), 1u);
    EXPECT_EQ(c.orders[0].stay, hotel::stay::make(2026y / 11 / 27, 2026y / 11 / 29).value());
}

TEST(booking_dialogue, in_another_order_in_english) {
    chat c;
    c.say("Hello, my name is Mary O'Brien and my email is mary@example.org");
    EXPECT_TRUE(c.heard("Which dates")) << c.said;
    c.say("for 2 adults and a 7 year old, the luxury one");
    EXPECT_TRUE(c.heard("Which dates")) << c.said;
    c.say("March 12");
    EXPECT_TRUE(c.heard("Until which day")) << c.said;
    c.say("3 nights");
    EXPECT_TRUE(c.heard(
        "Luxury Rooms\nArrival: Friday, March 12, 2027\nDeparture: Monday, March 15, 2027 (3 nights)\nFor: 2 adults and 1 child"))
        << c.said;
    c.say("sounds good, thank you");
    EXPECT_TRUE(c.heard("confirmed")) << c.said;
    ASSERT_EQ(c.orders.size(), 1u);
    EXPECT_EQ(c.orders[0].language, "en");
    EXPECT_EQ(c.orders[0].guest.last, "O'Brien");
    EXPECT_EQ(c.orders[0].occupancy, (hotel::occupancy{2, {7}}));
}

TEST(booking_dialogue, by_tapping) {
    chat c;
    c.say("disponibilidad del 12 al 15 de marzo para 2");
    ASSERT_EQ(c.replies.size(), 1u);
    EXPECT_EQ(c.replies[0].kind, reply::kind::list);
    EXPECT_EQ(c.replies[0].list_button, "Ver habitaciones");
    c.tap("Luxury");
    c.say("Ana García López");
    c.say("ana@x.org");
    c.tap("Sí, reservar");
    EXPECT_EQ(c.booked, 1);
    EXPECT_EQ(c.orders[0].guest.last, "García López");
}

TEST(booking_dialogue, two_rooms_for_four) {
    chat c;
    c.say("2 habitaciones del 12 al 15 de marzo para 4 adultos");
    EXPECT_TRUE(c.heard("para 4 adultos en 2 habitaciones")) << c.said;
    EXPECT_TRUE(c.heard("General Rooms – USD 600,00 en total")) << c.said;
    c.say("la general");
    c.say("Ana García");
    c.say("ana@x.org");
    EXPECT_TRUE(c.heard("General Rooms (2 habitaciones)")) << c.said;
    c.say("sí");
    EXPECT_EQ(c.orders.at(0).rooms, 2);
    EXPECT_EQ(c.orders.at(0).occupancy.adults, 4);
}

TEST(booking_dialogue, dates_change_half_way) {
    chat c;
    c.say("del 12 al 15 de marzo para 2");
    c.say("2");
    c.say("mejor del 13 al 15");
    EXPECT_TRUE(c.heard(
        "Delux Rooms, del sábado 13 de marzo de 2027 al lunes 15 de marzo de 2027 (2 noches), para 2 adultos: USD 301,00 en total"))
        << c.said;
    EXPECT_TRUE(c.heard("¿A nombre de quién")) << c.said;
    c.say("Ana García, ana@x.org");
    EXPECT_TRUE(c.heard("Total: USD 301,00")) << c.said;
    c.say("no, mejor el 20");
    EXPECT_TRUE(c.heard(
        "Llegada: sábado 20 de marzo de 2027\nSalida: lunes 22 de marzo de 2027 (2 noches)"))
        << c.said << "\nthe stay moves";
    c.say("somos 3");
    EXPECT_TRUE(c.heard("demasiado pequeña")) << c.said;
    EXPECT_TRUE(c.heard("1. Luxury Rooms")) << c.said;
    EXPECT_EQ(c.booked, 0);
}

TEST(booking_dialogue, the_price_is_asked_in_the_middle) {
    chat c;
    c.say("del 12 al 15 de marzo para 2");
    c.say("general");
    c.pms.nightly[1] = 110'000'000;  // it went up since the list was shown
    c.say("cuánto sale?");
    EXPECT_TRUE(c.heard("USD 330,00 en total")) << c.said;
    EXPECT_FALSE(c.heard("300,00")) << c.said;
    EXPECT_TRUE(c.heard("¿A nombre de quién")) << c.said;
}

TEST(booking_dialogue, a_question_about_the_hotel_does_not_lose_the_thread) {
    chat c;
    c.say("del 12 al 15 de marzo para 2");
    c.say("general");
    c.say("a qué hora es el check-in?");
    EXPECT_TRUE(c.heard("desde las 15:00")) << c.said;
    EXPECT_TRUE(c.heard("¿A nombre de quién")) << c.said;
    c.say("Ana García");
    EXPECT_TRUE(c.heard("correo")) << c.said;
    c.say("cuál es el teléfono?");
    EXPECT_TRUE(c.heard("+54 11 5555 0000")) << c.said;
    c.say("tienen piscina?");
    EXPECT_TRUE(c.heard("prefiero no inventarlo")) << c.said;
    c.say("cuéntame un chiste");
    EXPECT_TRUE(c.heard("En eso no puedo ayudarte")) << c.said;
    c.say("ana@x.org");
    EXPECT_TRUE(c.heard("¿Confirmo la reserva?")) << c.said;
    c.say("check-out?? a qué hora");
    EXPECT_TRUE(c.heard("hasta las 11:00")) << c.said;
    EXPECT_FALSE(c.heard("USD")) << "a price is not repeated without being read again: " << c.said;
    c.say("sí");
    EXPECT_EQ(c.booked, 1);
}

TEST(booking_dialogue, no_and_start_over) {
    chat c;
    c.say("la luxury del 12 al 15 de marzo para 2, a nombre de Ana García, ana@x.org");
    c.say("no");
    EXPECT_TRUE(c.heard("¿Qué quieres cambiar?")) << c.said;
    c.tap("Otra habitación");
    EXPECT_TRUE(c.heard("1. General Rooms")) << c.said;
    c.tap("General");
    EXPECT_TRUE(c.heard("General Rooms\nLlegada")) << c.said;
    c.say("cambiar el nombre");
    EXPECT_TRUE(c.heard("¿A nombre de quién")) << c.said;
    c.say("Luis Paz");
    EXPECT_TRUE(c.heard("A nombre de: Luis Paz")) << c.said;
    c.say("olvídalo");
    EXPECT_TRUE(c.heard("no reservé nada")) << c.said;
    EXPECT_EQ(c.c.wanted, wishes{});
    c.say("sí");
    EXPECT_EQ(c.booked, 0);
}

TEST(booking_dialogue, another_booking_after_the_first) {
    chat c;
    c.say("la luxury del 12 al 15 de marzo para 2, a nombre de Ana García, ana@x.org");
    c.say("sí");
    c.say("gracias");
    EXPECT_TRUE(c.heard("Con gusto")) << c.said;
    c.say("ahora otra habitación para mañana por dos noches para 1 persona");
    EXPECT_TRUE(c.heard("1. General Rooms")) << c.said;
    c.say("1");
    EXPECT_TRUE(c.heard("A nombre de: Ana García")) << c.said;
    c.say("dale");
    EXPECT_EQ(c.booked, 2);
    EXPECT_NE(c.orders[0].request_key, c.orders[1].request_key);
}

TEST(booking_dialogue, children_are_asked_for) {
    chat c;
    c.say("del 12 al 15 de marzo para 2 adultos con niños");
    EXPECT_TRUE(c.heard("¿Cuántos niños, y de qué edades?")) << c.said;
    c.say("2");
    EXPECT_TRUE(c.heard("¿Qué edades tienen los 2 niños?")) << c.said;
    c.say("uno tiene 3");
    EXPECT_TRUE(c.heard("¿Qué edad tiene")) << c.said;
    c.say("8 meses");
    EXPECT_TRUE(c.heard("2 adultos y 2 niños")) << c.said;
    EXPECT_EQ(c.c.wanted.child_ages, (std::vector<int>{3, 0}));
}

TEST(booking_dialogue, only_a_month_was_told) {
    chat c;
    c.say("quiero reservar en marzo para 2");
    EXPECT_TRUE(c.heard("¿Qué días de marzo de 2027?")) << c.said;
    c.say("del 12 al 15");
    EXPECT_TRUE(c.heard("Del viernes 12 de marzo de 2027 al lunes 15")) << c.said;
}

TEST(booking_dialogue, nights_told_before_the_date) {
    chat c;
    c.say("quiero reservar 3 noches para 2");
    EXPECT_TRUE(c.heard("¿Para qué fechas?")) << c.said;
    c.say("desde el 12 de marzo");
    EXPECT_TRUE(c.heard("(3 noches)")) << c.said;
}

TEST(booking_dialogue, the_hotels_day_counts_not_utc) {
    chat c;
    c.clock =
        mock_clock(std::chrono::sys_days{2026y / 12 / 31} + 1h);  // still the 30th in Buenos Aires
    c.say("hola, para mañana por 2 noches, 2 personas");
    EXPECT_TRUE(c.heard("Del jueves 31 de diciembre al sábado 2 de enero")) << c.said;
    chat late;
    late.clock = mock_clock(std::chrono::sys_days{2026y / 12 / 31} + 5h);
    turn t;
    t.text = "hola, para mañana por 2 noches, 2 personas";
    t.at = std::chrono::sys_days{2026y / 12 / 31} + 1h;  // written before midnight, read after it
    late.send(t);
    EXPECT_TRUE(late.heard("Del jueves 31 de diciembre")) << late.said;
}

}  // namespace agente::guest
