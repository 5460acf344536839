#include "booking/reference.hpp"

#include <gmock/gmock.h>

#include <set>

namespace agente::booking {
namespace {

// Computed with Python: base64.b32encode(hashlib.sha256(b"10:hotel-demo:0192f0c1").digest())[:20]
TEST(reference, is_the_base32_of_the_hash_so_that_any_program_can_make_it_again) {
    EXPECT_EQ(make_reference("hotel-demo", "0192f0c1"), "AH-EOVVF7KP4PT7FTPEKELE");
}

TEST(reference, is_short_upper_case_and_needs_no_escaping_anywhere) {
    EXPECT_THAT(make_reference("Ñandú_hotel", "any key, even ' or %"),
                testing::MatchesRegex("AH-[A-Z2-7]+"));
    EXPECT_EQ(make_reference("a", "b").size(), 23U);
}

TEST(reference, is_the_same_for_the_same_request_and_no_other) {
    EXPECT_EQ(make_reference("a", "b"), make_reference("a", "b"));
    EXPECT_NE(make_reference("a", "b"), make_reference("a", "c"));
    EXPECT_NE(make_reference("a", "b"), make_reference("c", "b"));
    EXPECT_NE(make_reference("ab", "c"), make_reference("a", "bc"));
    EXPECT_NE(make_reference("1:a", "b"), make_reference("1", "a:b"));
}

TEST(reference, ten_thousand_requests_share_none) {
    std::set<std::string> seen;
    for (int i = 0; i < 10'000; ++i) seen.insert(make_reference("hotel", std::to_string(i)));
    EXPECT_EQ(seen.size(), 10'000U);
}

}  // namespace
}  // namespace agente::booking
