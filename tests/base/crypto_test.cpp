#include "base/crypto.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace agente {

TEST(crypto, hmac_matches_rfc_4231_case_2) {
    EXPECT_EQ(text::hex(crypto::hmac_sha256(secret("Jefe"), "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(crypto, a_prepared_key_signs_the_same_as_often_as_it_is_asked) {
    for (auto const& key : {secret("Jefe"), secret(std::string(200, 'k')), secret("")}) {
        crypto::hmac_key const prepared(key);
        for (auto const* message : {"what do ya want for nothing?", "", "once more"})
            EXPECT_EQ(prepared.sign(message), crypto::hmac_sha256(key, message));
    }
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
