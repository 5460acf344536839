#include "hotel/money.hpp"

#include <gtest/gtest.h>

namespace agente::hotel {

TEST(money, is_exact_to_six_decimals) {
    EXPECT_EQ(parse_money("346.656800", "USD").value().micros, 346'656'800);
    EXPECT_EQ(parse_money("2080", "USD").value().micros, 2'080'000'000);
    EXPECT_EQ(parse_money("-0.000001", "USD").value().micros, -1);
    EXPECT_EQ(parse_money(".5", "USD").value().micros, 500'000);
    EXPECT_EQ(parse_money("5.50", "EUR").value().currency, "EUR");
}

TEST(money, refuses_what_is_no_amount) {
    for (auto text : {"", "-", ".", "1.", "1,5", "1.1234567", "1e3", " 1", "1 ", "10000000000",
                      "--1", "0x10", "1.2.3"}) {
        auto const parsed = parse_money(text, "USD");
        ASSERT_FALSE(parsed.has_value()) << text;
        EXPECT_EQ(parsed.error().code(), "money.malformed") << text;
    }
}

TEST(money, shows_two_decimals_and_more_only_where_there_are_more) {
    EXPECT_EQ(to_decimal({2'600'000'000, "USD"}), "2600.00");
    EXPECT_EQ(to_decimal({346'656'800, "USD"}), "346.6568");
    EXPECT_EQ(to_decimal({-500'000, "USD"}), "-0.50");
    EXPECT_EQ(to_decimal({1, "USD"}), "0.000001");
}

TEST(money, bills_may_differ_by_the_rounding_of_a_cent) {
    EXPECT_TRUE(same_bill({346'656'800, "USD"}, {346'660'000, "USD"}));
    EXPECT_TRUE(same_bill({346'660'000, "USD"}, {346'650'000, "USD"}));
    EXPECT_FALSE(same_bill({346'660'001, "USD"}, {346'650'000, "USD"}));
    EXPECT_FALSE(same_bill({1'000'000, "USD"}, {1'000'000, "EUR"}));
}

}  // namespace agente::hotel
