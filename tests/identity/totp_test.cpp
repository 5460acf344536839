// Codes of authenticator apps, by the vectors of RFC 6238, appendix B.
#include "identity/totp.hpp"

#include <gmock/gmock.h>

#include <set>

namespace agente::identity {
namespace {

secret const key("12345678901234567890");

time_point at(std::int64_t seconds) { return time_point(std::chrono::seconds(seconds)); }

TEST(totp, codes_are_those_of_the_standard) {
    std::pair<std::int64_t, std::string> const vectors[] = {
        {59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
        {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
    for (auto const& [seconds, code] : vectors)
        EXPECT_EQ(totp_code(key, totp_step(at(seconds)), 8), code) << seconds;
    EXPECT_EQ(totp_code(key, totp_step(at(59))), "287082");
}

TEST(totp, one_step_before_and_after_count_and_no_other) {
    std::int64_t const now = 1'000;
    for (std::int64_t step = now - 4; step <= now + 4; ++step) {
        auto const found = matching_step(key, totp_code(key, step), now, 0);
        if (step >= now - 1 && step <= now + 1)
            EXPECT_EQ(found, step);
        else
            EXPECT_EQ(found, std::nullopt) << step;
    }
}

TEST(totp, no_code_is_good_twice) {
    std::int64_t const now = 1'000;
    EXPECT_EQ(matching_step(key, totp_code(key, now), now, now), std::nullopt);
    EXPECT_EQ(matching_step(key, totp_code(key, now - 1), now, now), std::nullopt);
    EXPECT_EQ(matching_step(key, totp_code(key, now + 1), now, now), now + 1);
}

TEST(totp, what_is_no_code_is_wrong) {
    for (auto const* const bad : {"", "0", "00000", "0000000", "abcdef", "287082 ", "２８７０８２"})
        EXPECT_EQ(matching_step(key, bad, totp_step(at(59)), 0), std::nullopt) << bad;
}

TEST(totp, apps_get_a_link_they_understand) {
    EXPECT_EQ(
        otpauth_uri(key, "Agente Hotel", "ana ruiz&co"),
        "otpauth://totp/Agente%20Hotel:ana%20ruiz%26co?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "&issuer=Agente%20Hotel&algorithm=SHA1&digits=6&period=30");
    EXPECT_EQ(new_totp_key().size(), 20u);
    EXPECT_EQ(base32(new_totp_key()).size(), 32u);
}

TEST(recovery_codes, are_read_as_people_type_them) {
    std::set<std::string> all;
    for (int i = 0; i < 200; ++i) {
        auto const code = new_recovery_code();
        EXPECT_EQ(code.size(), 14u);
        EXPECT_TRUE(looks_like_recovery_code(code));
        all.insert(code);
    }
    EXPECT_EQ(all.size(), 200u);
    EXPECT_EQ(recovery_hash("u", "k3v9-x2mf-7qwd"), recovery_hash("u", " K3V9 X2MF7QWD "));
    EXPECT_NE(recovery_hash("u", "k3v9-x2mf-7qwd"), recovery_hash("v", "k3v9-x2mf-7qwd"));
    EXPECT_FALSE(looks_like_recovery_code("123456"));
}

}  // namespace
}  // namespace agente::identity
