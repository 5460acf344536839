#include "guest/tokens.hpp"

#include <gtest/gtest.h>

#include "guest/understood.hpp"

namespace agente::guest {
namespace {

std::string cut(std::string_view text) {
    std::string s;
    for (auto const& t : split_words(text).tokens) s += (s.empty() ? "" : "|") + t.folded;
    return s;
}

}  // namespace

TEST(tokens, words_numbers_addresses_and_marks) {
    EXPECT_EQ(cut("¿Mañana, 12th?"), "¿|manana|,|12|th|?");
    EXPECT_EQ(cut("I’m O'Brien"), "i'm|o'brien");
    EXPECT_EQ(cut("(ana@x.org)."), "ana@x.org");
    EXPECT_EQ(cut("12–15"), "12|-|15");
    EXPECT_EQ(cut("  \n\t "), "");
}

TEST(tokens, keep_where_they_stand_in_the_text) {
    auto const list = split_words("Soy Ana García");
    EXPECT_EQ(list.raw(1, 2), "Ana García");
    EXPECT_EQ(list.raw(2), "García");
    EXPECT_EQ(list.raw(7), "");
}

TEST(tokens, are_bounded) {
    EXPECT_LE(split_words(std::string(100'000, 'x') + " y").tokens.size(), 1u);
    std::string many;
    for (int i = 0; i < 5'000; ++i) many += "1 ";
    EXPECT_EQ(split_words(many).tokens.size(), most_tokens);
    EXPECT_EQ(split_words("123456789012").tokens.front().value, -1);
}

TEST(tokens, survive_what_is_no_text) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
    EXPECT_FALSE(split_words(bytes).tokens.empty());
    EXPECT_TRUE(split_words("\xff\xfe").tokens.size() <= 2);
}

TEST(spelling, one_slip_in_a_long_word_is_forgiven) {
    EXPECT_TRUE(same_word("disponibilidad", "dispnibilidad"));
    EXPECT_TRUE(same_word("reservar", "resrevar"));
    EXPECT_FALSE(same_word("no", "on"));
    EXPECT_FALSE(same_word("marzo", "mayo"));
    EXPECT_EQ(spelling_distance("abcdef", "abdcef", 2), 1);
    EXPECT_EQ(spelling_distance("abc", "xyz", 2), 3);
    EXPECT_EQ(spelling_distance(std::string(50, 'a'), std::string(50, 'b'), 1), 2);
}

}  // namespace agente::guest
