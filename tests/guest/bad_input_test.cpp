// What cannot be is explained in the guest's language, and what was told before stays.
#include <gtest/gtest.h>

#include "guest/chat.hpp"

namespace agente::guest {

TEST(bad_input, dates_in_the_past) {
    chat c;
    c.say("para 2 personas del 12/3/2025 al 15/3/2025");
    EXPECT_TRUE(c.heard("ya pasó")) << c.said;
    EXPECT_TRUE(c.heard("martes 24 de noviembre")) << c.said << "\nsays from when";
    EXPECT_TRUE(c.heard("¿Para qué fechas?")) << c.said;
    EXPECT_EQ(c.c.wanted.adults, 2);
    EXPECT_FALSE(c.c.wanted.arrival);
    c.say("ayer");
    EXPECT_TRUE(c.heard("ya pasó")) << c.said;
    EXPECT_EQ(c.pms.availability_calls, 0);
}

TEST(bad_input, check_out_before_check_in) {
    chat c;
    c.say("del 15 de marzo al 12 de marzo para 2");
    EXPECT_TRUE(c.heard(
        "La salida (viernes 12 de marzo de 2027) tiene que ser después de la llegada (lunes 15 de marzo de 2027)"))
        << c.said;
    EXPECT_EQ(c.c.wanted.adults, 2);
    c.say("perdón, del 12 al 15 de marzo");
    EXPECT_TRUE(c.heard("(3 noches), para 2 adultos")) << c.said;
}

TEST(bad_input, impossible_new_dates_leave_the_agreed_ones) {
    chat c;
    c.say("from march 12 to 15 for 2 people");
    c.say("from march 15 to march 12");
    EXPECT_TRUE(c.heard("has to be after the arrival")) << c.said;
    EXPECT_EQ(c.c.wanted.arrival, 2027y / 3 / 12);
    EXPECT_EQ(c.c.wanted.departure, 2027y / 3 / 15);
}

TEST(bad_input, a_day_that_does_not_exist) {
    chat c;
    c.say("del 28 de febrero al 31 de abril");
    EXPECT_TRUE(c.heard("no existe en el calendario")) << c.said;
    EXPECT_TRUE(c.heard("¿Para qué fechas?")) << c.said;
}

TEST(bad_input, forty_guests) {
    chat c;
    c.say("del 12 al 15 de marzo para 40 personas");
    EXPECT_TRUE(c.heard("Para grupos tan grandes (40 personas)")) << c.said;
    EXPECT_TRUE(c.heard("Hablar con alguien")) << c.said;
    EXPECT_EQ(c.c.wanted.arrival, 2027y / 3 / 12) << "state kept";
    EXPECT_EQ(c.pms.availability_calls, 0);
    c.say("perdón, somos 2");
    EXPECT_TRUE(c.heard("1. General Rooms")) << c.said;
}

TEST(bad_input, more_people_than_a_room_holds) {
    chat c;
    c.say("del 12 al 15 de marzo para 4 adultos");
    EXPECT_TRUE(c.heard("No caben todos en una sola habitación")) << c.said;
    EXPECT_TRUE(c.heard("¿Busco 2?")) << c.said;
    c.say("sí");
    EXPECT_TRUE(c.heard("para 4 adultos en 2 habitaciones")) << c.said;
    chat d;
    d.say("from march 12 to 15 for 20 adults");
    EXPECT_TRUE(d.heard("Our largest room is for 5 people")) << d.said;
    EXPECT_TRUE(d.heard("Talk to someone")) << d.said;
    EXPECT_FALSE(d.heard("Shall I look")) << d.said;
}

TEST(bad_input, more_rooms_than_adults_and_too_many_rooms) {
    chat c;
    c.say("3 habitaciones para 2 adultos del 12 al 15 de marzo");
    EXPECT_TRUE(c.heard("tiene que haber un adulto")) << c.said;
    c.say("20 habitaciones");
    EXPECT_TRUE(c.heard("hasta 5 habitaciones")) << c.said;
    EXPECT_TRUE(c.heard("Hablar con alguien")) << c.said;
}

TEST(bad_input, nobody_and_zero_adults) {
    chat c;
    c.say("del 12 al 15 de marzo para 0 adultos");
    EXPECT_TRUE(c.heard("¿Cuántas personas")) << c.said;
    c.say("2 niños de 5 y 7 años");
    EXPECT_TRUE(c.heard("¿Y cuántos adultos?")) << c.said;
    c.say("1");
    EXPECT_TRUE(c.heard("para 1 adulto y 2 niños")) << c.said;
}

TEST(bad_input, an_unknown_room_type) {
    chat c;
    c.say("quiero la suite presidencial del 12 al 15 de marzo para 2");
    EXPECT_TRUE(c.heard("No tenemos “suite presidencial”")) << c.said;
    EXPECT_TRUE(c.heard("1. General Rooms")) << c.said << "\nsays which there are";
    chat d;
    d.say("I'd like a penthouse for 2");
    EXPECT_TRUE(d.heard("We don't have “penthouse”")) << d.said;
    EXPECT_TRUE(d.heard("Which dates?")) << d.said;
    EXPECT_EQ(d.c.wanted.adults, 2);
}

TEST(bad_input, a_room_that_could_be_two) {
    chat c;
    c.pms.known.room_types[0].name = "Doble Estándar";
    c.pms.known.room_types[1].name = "Doble Superior";
    c.say("una habitación doble del 12 al 15 de marzo para 2");
    EXPECT_TRUE(c.heard("Puede ser más de una")) << c.said;
    EXPECT_TRUE(c.heard("2. Doble Superior")) << c.said;
    c.say("la superior");
    EXPECT_TRUE(c.heard("Doble Superior, muy bien")) << c.said;
}

TEST(bad_input, stays_that_are_too_long_too_short_or_too_far) {
    chat c;
    c.say("del 1 de marzo al 1 de junio para 2");
    EXPECT_TRUE(c.heard("hasta 60 noches")) << c.said;
    EXPECT_TRUE(c.heard("Hablar con alguien")) << c.said;
    c.say("12/3/2030 al 15/3/2030");
    EXPECT_TRUE(c.heard("como máximo hasta el")) << c.said;
    c.say("la luxury mañana por una noche");
    EXPECT_TRUE(c.heard("Luxury Rooms se reserva por un mínimo de 2 noches")) << c.said;
    EXPECT_TRUE(c.heard("1. General Rooms")) << c.said;
    c.say("la luxury del 1 al 20 de marzo");
    EXPECT_TRUE(c.heard("máximo de 14 noches")) << c.said;
}

TEST(bad_input, only_rooms_with_a_minimum_of_nights) {
    chat c;
    c.pms.known.room_types = {c.pms.known.room_types[2]};
    c.say("mañana por una noche para 2");
    EXPECT_TRUE(c.heard("mínimo de 2 noches")) << c.said;
    EXPECT_TRUE(c.heard("¿Para qué fechas?")) << c.said;
}

TEST(bad_input, names_and_addresses) {
    chat c;
    c.say("general del 12 al 15 de marzo para 2");
    c.say("la general");
    c.say("Ana2 García");
    EXPECT_TRUE(c.heard("no puede llevar números")) << c.said;
    c.say("Ana García");
    EXPECT_EQ(c.c.wanted.last_name, "García");
    for (auto const& [wrong, explained] : std::vector<std::pair<std::string, std::string>>{
             {"ana.example.com", "le falta la @"},
             {"@example.com", "antes y después de la @"},
             {"ana@example", "le falta el final"},
             {"ana@@example.com", "más de una @"},
             {"ana@exámple.com", "algún signo"}}) {
        c.say(wrong);
        EXPECT_TRUE(c.heard(explained)) << wrong << ": " << c.said;
        EXPECT_TRUE(c.c.wanted.email.empty()) << wrong;
        c.c.failed_turns = 0;
    }
    c.say("ana arroba gmail punto com");
    EXPECT_TRUE(c.heard("¿Quisiste decir ana@gmail.com?")) << c.said;
    c.say("no");
    EXPECT_TRUE(c.heard("¿Cuál es tu correo")) << c.said;
    c.say("ana@gmial.com");
    EXPECT_TRUE(c.heard("¿Quisiste decir ana@gmail.com?")) << c.said;
    c.say("ana@gmial.com");
    EXPECT_TRUE(c.heard("Correo: ana@gmial.com")) << "said twice, it is meant: " << c.said;
}

TEST(bad_input, a_number_that_was_not_on_the_list) {
    chat c;
    c.say("del 12 al 15 de marzo para 2");
    c.say("9");
    EXPECT_TRUE(c.heard("no te entendí")) << c.said;
    EXPECT_EQ(c.c.wanted.room_type_id, 0);
    c.say("0");
    EXPECT_EQ(c.c.wanted.room_type_id, 0);
    c.say("la última");
    EXPECT_EQ(c.c.wanted.room_type_name, "Luxury Rooms");
}

TEST(bad_input, pictures_and_unknown_kinds) {
    chat c;
    turn t;
    t.readable = false;
    c.send(t);
    EXPECT_TRUE(c.heard("solo puedo leer texto")) << c.said;
    EXPECT_TRUE(c.heard("asistente digital")) << c.said;
    t.text = "mañana por dos noches para 2";  // a picture with a caption
    c.send(t);
    EXPECT_TRUE(c.heard("1. General Rooms")) << c.said;
}

TEST(bad_input, text_that_is_none) {
    for (std::string const& text :
         {std::string("\xff\xfe\0x", 4), std::string(50'000, 'a'), std::string("🏨🏨🏨"),
          std::string("{0} {hotel} '{"), std::string("%s%n"), std::string("'; drop table"),
          std::string("   \n "), std::string("...")}) {
        chat c;
        c.say(text);
        EXPECT_FALSE(c.said.empty());
        c.say("general del 12 al 15 de marzo para 2");
        c.say("la general");
        c.say("Ana García");
        c.say("ana@x.org");
        EXPECT_TRUE(c.heard("¿Confirmo la reserva?")) << c.said;
    }
}

TEST(bad_input, a_name_is_never_read_as_a_pattern) {
    chat c;
    c.say("la luxury del 12 al 15 de marzo para 2");
    c.c.wanted.first_name = "{total}";
    c.c.wanted.last_name = "'{hotel}'";
    c.say("ana@x.org");
    EXPECT_TRUE(c.heard("A nombre de: {total} '{hotel}'\n")) << c.said;
}

TEST(bad_input, dates_that_passed_while_the_guest_was_away) {
    chat c;
    c.say("hoy por dos noches para 2, la luxury, a nombre de Ana García, ana@x.org");
    EXPECT_TRUE(c.heard("¿Confirmo la reserva?")) << c.said;
    c.clock.advance(24h);
    c.say("hola");
    EXPECT_TRUE(c.heard("ya pasó")) << c.said;
    c.say("sí");
    EXPECT_EQ(c.booked, 0);
}

}  // namespace agente::guest
