// What operators and hotels may switch and say of their own.
#include <gtest/gtest.h>

#include "guest/chat.hpp"

namespace agente::guest {

TEST(switches, a_hotel_that_books_with_people_passes_the_yes_to_one) {
    chat c;
    c.may_book = false;
    c.say("la general del 12 al 15 de marzo para 2, a nombre de Ana García, ana@x.org");
    ASSERT_TRUE(c.heard("¿Confirmo la reserva?")) << c.said;
    c.say("sí");
    EXPECT_TRUE(c.heard("Te paso con una persona de Hotel Prueba")) << c.said;
    EXPECT_TRUE(c.c.handed_over);
    EXPECT_TRUE(c.orders.empty());
    EXPECT_EQ(c.say("¿está hecha?"), "");

    c.may_book = true;  // and the person gave it back
    release(c.c);
    c.say("la general del 12 al 15 de marzo para 2, a nombre de Ana García, ana@x.org");
    c.say("sí");
    EXPECT_EQ(c.orders.size(), 1u) << c.said;
}

TEST(switches, without_looking_for_other_dates_the_guest_is_asked_for_them) {
    for (bool const looks : {true, false}) {
        chat c;
        c.looks_for_other_dates = looks;
        c.pms.full = {2027y / 3 / 12, 2027y / 3 / 13};
        c.say("del 12 al 15 de marzo para 2");
        EXPECT_TRUE(c.heard("No queda lugar del viernes 12")) << c.said;
        EXPECT_EQ(c.heard("En estas fechas cercanas sí hay lugar"), looks) << c.said;
        EXPECT_EQ(c.pms.availability_calls > 1, looks);
        if (looks) continue;
        c.say("del 20 al 22 de marzo");
        EXPECT_TRUE(c.heard("General Rooms")) << c.said;
    }
}

TEST(switches, the_hotels_own_words_come_after_ours) {
    chat c;
    c.welcome = {.es = "Desayuno hasta las once.", .en = "Breakfast until eleven."};
    c.handover = {.es = "Atendemos de 8 a 22.", .en = {}};
    c.say("hola");
    auto const ours = c.said.find("asistente digital"),
               theirs = c.said.find("Desayuno hasta las once.");
    ASSERT_NE(ours, std::string::npos) << c.said;
    ASSERT_NE(theirs, std::string::npos) << c.said;
    EXPECT_LT(ours, theirs);
    c.say("hola");
    EXPECT_FALSE(c.heard("Desayuno")) << "once";
    c.say("quiero hablar con una persona");
    EXPECT_TRUE(c.heard("Atendemos de 8 a 22.")) << c.said;

    chat english;
    english.welcome = c.welcome;
    english.handover = c.handover;
    english.say("hello, I would like to talk to a person please");
    EXPECT_TRUE(english.heard("Breakfast until eleven.")) << english.said;
    EXPECT_FALSE(english.heard("Atendemos")) << english.said;
}

}  // namespace agente::guest
