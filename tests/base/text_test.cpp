#include "base/text.hpp"

#include <gtest/gtest.h>

namespace agente::text {

TEST(text, refuses_invalid_utf8_and_nul) {
    EXPECT_TRUE(valid_utf8("mañana"));
    EXPECT_FALSE(valid_utf8("\xff"));
    EXPECT_FALSE(valid_utf8(std::string_view("a\0b", 3)));
    EXPECT_TRUE(valid_utf8(scrub_utf8(std::string_view("a\0b\xc3", 4))));
}

TEST(text, shortens_between_graphemes_and_counts_code_points) {
    EXPECT_EQ(shorten("habitación", 10), "habitación");
    EXPECT_EQ(shorten("habitación doble", 11), "habitación…");
    EXPECT_EQ(code_points(shorten("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 10)),
              8u);  // one family of seven code points and the ellipsis
}

TEST(text, folds_case_and_accents) {
    EXPECT_EQ(fold("MAÑANA"), "manana");
    EXPECT_EQ(fold("Übermorgen são"), "ubermorgen sao");
}

TEST(text, masks_personal_data) {
    EXPECT_EQ(mask_phone("+5491155550001"), "+54*******0001");
    EXPECT_EQ(mask_phone("12345"), "*****");
    EXPECT_EQ(mask_email("ana@hotel.example"), "a**@hotel.example");
    EXPECT_EQ(mask_email("nothing"), "*******");
    EXPECT_EQ(mask_email("ñandú@hotel.example"), "ñ****@hotel.example");
    EXPECT_EQ(mask_email("\U0001f3e8@hotel.example"), "\U0001f3e8@hotel.example");
}

}  // namespace agente::text
