// A person takes over; languages; the first words.
#include <gtest/gtest.h>

#include "guest/chat.hpp"

namespace agente::guest {

TEST(handover, the_receptionist_goes_quiet_until_called_back) {
    chat c;
    c.say("quiero hablar con una persona");
    EXPECT_TRUE(c.heard("Te paso con una persona de Hotel Prueba")) << c.said;
    EXPECT_TRUE(c.c.handed_over);
    EXPECT_EQ(c.c.handed_over_at, c.clock.now());
    EXPECT_EQ(c.say("hola?"), "");
    EXPECT_EQ(c.say("del 12 al 15 de marzo para 2"), "");
    EXPECT_TRUE(answered(c.c, "turn-3")) << "a quiet turn is a turn";
    c.say("asistente");
    EXPECT_TRUE(c.heard("¿En qué te ayudo?")) << c.said;
    EXPECT_FALSE(c.c.handed_over);
    c.say("del 12 al 15 de marzo para 2");
    EXPECT_TRUE(c.heard("1. General Rooms")) << c.said;
}

TEST(handover, the_hotel_can_release_it) {
    chat c;
    c.say("agent please");
    EXPECT_TRUE(c.heard("I'm passing you to someone")) << c.said;
    release(c.c);
    c.say("hello");
    EXPECT_TRUE(c.heard("How can I help?")) << c.said;
    EXPECT_FALSE(c.heard("digital assistant")) << c.said;
}

TEST(handover, from_anywhere) {
    for (auto const* words :
         {"asesor", "pásame con recepción", "un humano por favor", "quiero poner una queja"}) {
        chat c;
        c.say("la luxury del 12 al 15 de marzo para 2");
        c.say(words);
        EXPECT_TRUE(c.c.handed_over) << words;
    }
}

TEST(handover, two_failed_turns_offer_a_person) {
    chat c;
    c.say("asdf qwer zxcv");
    EXPECT_TRUE(c.heard("no te entendí")) << c.said;
    EXPECT_FALSE(c.heard("Hablar con alguien")) << c.said;
    c.say("lkjh poiu");
    EXPECT_TRUE(c.heard("¿Prefieres que te pase con una persona")) << c.said;
    c.tap("Seguir aquí");
    EXPECT_FALSE(c.c.handed_over);
    c.say("del 12 al 15 de marzo para 2");
    c.say("la general");
    EXPECT_EQ(c.c.failed_turns, 0);
    c.say("... ...");
    c.say("$$$");
    c.tap("Hablar con alguien");
    EXPECT_TRUE(c.c.handed_over);
}

TEST(handover, a_yes_to_the_offered_person_is_not_a_yes_to_the_booking) {
    chat c;
    c.say("la luxury del 12 al 15 de marzo para 2, a nombre de Ana García, ana@x.org");
    c.say("asdf qwer");
    c.say("zxcv poiu");
    EXPECT_TRUE(c.heard("¿Prefieres que te pase")) << c.said;
    c.say("sí");
    EXPECT_EQ(c.booked, 0);
    EXPECT_TRUE(c.c.handed_over);
}

TEST(handover, existing_bookings_are_for_a_person) {
    chat c;
    c.say("quiero cancelar mi reserva");
    EXPECT_TRUE(c.heard("los ve una persona del hotel")) << c.said;
    c.say("sí");
    EXPECT_TRUE(c.c.handed_over);
}

TEST(first_words, say_who_is_talking_whatever_the_guest_begins_with) {
    for (auto const* words :
         {"hola", "precio?", "asdf", "2", "sí", "quiero hablar con una persona", "gracias"}) {
        chat c;
        c.say(words);
        EXPECT_TRUE(c.heard("asistente digital de Hotel Prueba")) << words << ": " << c.said;
    }
}

TEST(first_words, thanks_and_goodbye_are_answered) {
    chat c;
    c.say("thank you!");
    EXPECT_TRUE(c.heard("You're welcome")) << c.said;
    c.say("bye");
    EXPECT_TRUE(c.heard("See you soon")) << c.said;
}

TEST(languages, the_guest_may_change) {
    chat c;
    c.say("hola, del 12 al 15 de marzo");
    c.say("sorry, can we continue in english please?");
    EXPECT_TRUE(c.heard("How many people")) << c.said;
    c.say("two");
    EXPECT_TRUE(c.heard("From Friday, March 12, 2027")) << c.said;
}

TEST(languages, only_those_the_hotel_speaks) {
    chat c;
    c.languages = {"es"};
    c.say("hello, do you have a room for tomorrow?");
    EXPECT_TRUE(c.heard("asistente digital")) << c.said;
    EXPECT_TRUE(c.heard("¿Hasta qué día")) << "understood all the same: " << c.said;
    chat d;
    d.languages = {"en", "es"};
    d.say("👋");
    EXPECT_TRUE(d.heard("digital assistant")) << d.said;
}

TEST(languages, portuguese_is_recognised_and_told_so_once) {
    chat c;
    c.say("olá, quero reservar um quarto, vocês têm vaga?");
    EXPECT_TRUE(c.heard("Ainda não atendo em português")) << c.said;
    EXPECT_TRUE(c.heard("¿Para qué fechas?")) << c.said;
    c.say("obrigado, quero reservar para duas pessoas");
    EXPECT_FALSE(c.heard("Ainda não")) << c.said;
}

}  // namespace agente::guest
