#include "base/crypto.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace agente {

TEST(crypto, hmac_matches_rfc_4231_case_2) {
    EXPECT_EQ(text::hex(crypto::hmac_sha256(secret("Jefe"), "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(crypto, base64_matches_rfc_4648_section_10) {
    EXPECT_EQ(crypto::base64(""), "");
    EXPECT_EQ(crypto::base64("f"), "Zg==");
    EXPECT_EQ(crypto::base64("foob"), "Zm9vYg==");
    EXPECT_EQ(crypto::base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(crypto::base64("\xff\xfe"), "//4=");
}

TEST(crypto, constant_time_equality_still_means_equality) {
    EXPECT_TRUE(equal(secret("abc"), "abc"));
    EXPECT_FALSE(equal(secret("abc"), "abd"));
    EXPECT_FALSE(equal(secret("abc"), "abcd"));
}

}  // namespace agente
