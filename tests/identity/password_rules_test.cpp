// Which passwords may be chosen.
#include "identity/password_rules.hpp"

#include <gmock/gmock.h>

namespace agente::identity {
namespace {

std::string code(std::string const& password, password_policy const& policy = {},
                 personal_words const& of = {.username = "anaruiz",
                                             .email = "reception@sol.example",
                                             .full_name = "Ana Ruíz Pérez"}) {
    auto const wrong = complaint_about(secret(password), policy, of);
    return wrong ? std::string(wrong->code()) : "fine";
}

TEST(password_rules, several_words_are_fine) {
    for (auto const* const good :
         {"three otters at dawn", "seven herons under a bridge", "correct horse battery staple",
          "gK7#pq2!vLx9", "лошадь батарея скоба", "ocho garzas bajo un puente",
          "tres nutrias al alba"})
        EXPECT_EQ(code(good), "fine") << good;
}

TEST(password_rules, length_counts_in_characters) {
    EXPECT_EQ(code("mzkdeqbhwyr"), "password.too_short");
    EXPECT_EQ(code("mzkdeqbhwyrt"), "fine");
    EXPECT_EQ(code("ñandúçãoéü"), "password.too_short") << "10 characters, whatever the bytes";
    std::string long_one;
    for (int i = 0; i < 64; ++i) long_one += static_cast<char>('a' + i * 7 % 26), long_one += "ñ";
    EXPECT_EQ(code(long_one), "fine");
    EXPECT_EQ(code(long_one + "x"), "password.too_long");
    EXPECT_EQ(code(std::string("mzkdeqbh\0wyrtxx", 15)), "password.characters");
    EXPECT_EQ(code("mzkdeqbhwyrt\xff"), "password.characters");
}

TEST(password_rules, classes_of_characters_are_asked_for_when_configured) {
    password_policy const all{.upper = true, .lower = true, .digit = true, .symbol = true};
    EXPECT_EQ(code("three otters at dawn", all), "password.no_upper");
    EXPECT_EQ(code("THREE OTTERS AT DAWN", all), "password.no_lower");
    EXPECT_EQ(code("Three otters at dawn", all), "password.no_digit");
    EXPECT_EQ(code("Three otters at 7", all), "password.no_symbol") << "a space is none";
    EXPECT_EQ(code("Three otters, at 7", all), "fine");
}

TEST(password_rules, nothing_of_the_person_is_in_it) {
    for (auto const* const bad : {"xx AnaRuiz xx 99", "the RECEPTION here", "to Pérez we go now",
                                  "to perez we go now", "reception@sol.example"})
        EXPECT_EQ(code(bad), "password.personal") << bad;
    EXPECT_EQ(code("hard to explain now"), "fine") << "three letters of a name stand in many words";
}

TEST(password_rules, what_everybody_tries_is_refused) {
    for (auto const* const bad :
         {"password1234",     "Password2024!",  "P@ssw0rd2024",  "contraseña123", "Contrasena2025",
          "qwertyuiop12",     "123456789012",   "987654321098",  "aaaaaaaaaaaa",  "abcabcabcabc",
          "passwordpassword", "qwertyqwerty1",  "1q2w3e4r5t6y",  "1qaz2wsx3edc",  "iloveyou2024",
          "teamo1234567",     "!!!!hotel!!!!",  "hotelhotel99",  "AgenteHotel1!", "hotelpassword",
          "20251124 2025",    "123password456", "abcdefghijkl",  "zyxwvutsrqpo",  "Barcelona2024",
          "bocajuniors1",     "recepcion2026",  "4dm1n1str4t0r", "5uperman2024",  "w3lc0me12345",
          "admin-admin-1"})
        EXPECT_TRUE(too_common(bad)) << bad;
    EXPECT_EQ(code("password1234"), "password.too_common");
}

TEST(password_rules, the_list_is_clean) {
    auto const& all = common_passwords();
    EXPECT_GT(all.size(), 900u);
    for (auto const word : all)
        for (char const c : word)
            EXPECT_TRUE((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-') << word;
}

}  // namespace
}  // namespace agente::identity
