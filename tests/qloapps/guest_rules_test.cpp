#include "qloapps/guest_rules.hpp"

#include <gtest/gtest.h>

namespace agente::qloapps {

TEST(guest_rules, a_name_has_no_digits_and_no_signs) {
    for (auto name : {"Ann", "María José", "O'Brien", "Müller-Lüdenscheidt", "李"})
        EXPECT_TRUE(acceptable_name(name)) << name;
    for (auto name : {"", "  ", "Ann3", "a<b", "x@y", "100%", "a;b", "n°", "tab\there", "\xff"})
        EXPECT_FALSE(acceptable_name(name)) << name;
    EXPECT_TRUE(acceptable_name(std::string(32, 'a')));
    EXPECT_FALSE(acceptable_name(std::string(33, 'a')));
}

TEST(guest_rules, an_address_has_one_at_and_a_domain_with_a_dot) {
    for (auto email :
         {"ann@example.test", "a.b+c@sub.example-hotel.com", "ñandú@ejemplo.es", "x'y@e.io"})
        EXPECT_TRUE(acceptable_email(email)) << email;
    for (auto email : {"", "nope", "@example.test", "ann@", "ann@test", "ann@.test", "ann@example.",
                       "a@b@example.test", "a b@example.test", "ann@ex ample.test",
                       ".ann@example.test", "ann@example..test", "ann@example.te-st", "a\n@b.test"})
        EXPECT_FALSE(acceptable_email(email)) << email;
    EXPECT_FALSE(acceptable_email(std::string(120, 'a') + "@example.test"));
}

TEST(guest_rules, a_phone_is_digits_and_little_else) {
    EXPECT_TRUE(acceptable_phone("+54 (11) 5555-0001"));
    EXPECT_FALSE(acceptable_phone(""));
    EXPECT_FALSE(acceptable_phone("+"));
    EXPECT_FALSE(acceptable_phone("5550100 ext 7"));
    EXPECT_EQ(clean_phone("tel: +54/9/11 5555x"), " +54911 5555");
}

TEST(guest_rules, a_long_name_is_cut_between_code_points) {
    auto const cut = clean_name("  " + std::string(31, 'a') + "ñoño ");
    EXPECT_EQ(cut, std::string(31, 'a') + "ñ");
    EXPECT_EQ(clean_name(" Ann "), "Ann");
}

}  // namespace agente::qloapps
