#include "tenancy/identifiers.hpp"

#include <gmock/gmock.h>

namespace agente::tenancy {
namespace {

using testing::Contains;
using testing::Optional;
using testing::SizeIs;

TEST(identifiers, phone_numbers_have_one_spelling) {
    for (auto const* written : {"+54 9 11 5555-0001", "0054 9 11 5555 0001", "5491155550001",
                                " +5491155550001 ", "+54 (9) 11-5555.0001"})
        EXPECT_THAT(normalise_phone(written), Optional(std::string("+5491155550001"))) << written;
    EXPECT_THAT(normalise_phone("+1 650-555-1234"), Optional(std::string("+16505551234")));
}

TEST(identifiers, a_national_number_needs_its_country) {
    EXPECT_THAT(normalise_phone("011 15-5555-0001", "AR"), Optional(std::string("+5491155550001")));
    EXPECT_THAT(normalise_phone("612 34 56 78", "ES"), Optional(std::string("+34612345678")));
}

TEST(identifiers, what_is_no_phone_number_is_none) {
    for (auto const* written : {"", "hola", "US.13491208655302741918", "12", "+",
                                "ana@hotel.example", "+999999999999999999", "1234 call me"})
        EXPECT_EQ(normalise_phone(written), std::nullopt) << written;
}

TEST(identifiers, email_addresses_are_lower_case) {
    EXPECT_THAT(normalise_email("  Ana.Gómez@Hotel.Example "),
                Optional(std::string("ana.gómez@hotel.example")));
    for (auto const* written :
         {"", "@", "ana@", "@hotel.example", "a b@c.d", "a@b@c", "ana", "a\xff@b.c"})
        EXPECT_EQ(normalise_email(written), std::nullopt) << written;
    EXPECT_EQ(normalise_email(std::string(300, 'a') + "@b.c"), std::nullopt);
}

TEST(identifiers, a_user_id_stays_as_it_is) {
    EXPECT_EQ(normalise_identifier(" US.13491208655302741918 "), "US.13491208655302741918");
    EXPECT_EQ(normalise_identifier(std::string(1000, 'x')).size(), 255u);
}

TEST(identifiers, rows_of_earlier_installations_are_found_under_their_spelling) {
    auto const all = spellings("5491155550001");
    EXPECT_EQ(all.front(), "+5491155550001");
    EXPECT_THAT(all, Contains("5491155550001"));
    EXPECT_THAT(all, Contains("005491155550001"));
    EXPECT_THAT(spellings("Ana@Hotel.example"), testing::ElementsAre("ana@hotel.example"));
    EXPECT_THAT(spellings(""), SizeIs(0));
}

TEST(identifiers, whatsapp_writes_mexican_and_brazilian_mobiles_in_two_ways) {
    EXPECT_THAT(spellings("5215512345678"), Contains("+525512345678"));
    EXPECT_THAT(spellings("+525512345678"), Contains("+5215512345678"));
    EXPECT_THAT(spellings("5511987654321"), Contains("+551187654321"));
    EXPECT_THAT(spellings("551187654321"), Contains("+5511987654321"));
}

}  // namespace
}  // namespace agente::tenancy
