#include "channels/whatsapp_signature.hpp"

#include <gtest/gtest.h>

namespace agente::channels {
namespace {

secret const app_secret("my-app-secret");

// python3 -c 'import hmac; print(hmac.new(b"my-app-secret", "{\"text\":\"¡mañana! 😀
// @\"}".encode(), "sha256").hexdigest())'
constexpr std::string_view body = "{\"text\":\"¡mañana! 😀 @\"}";
constexpr std::string_view signature =
    "sha256=ebdc70f308c6461c2ad9c84ba199c2f9a5969418a5cf088157d2f3ee1cf5f618";

TEST(whatsapp_signature, is_the_hmac_of_the_raw_bytes) {
    EXPECT_EQ(sign_webhook(app_secret, body), signature);
    EXPECT_TRUE(verify_webhook(app_secret, body, signature));
}

TEST(whatsapp_signature, upper_case_digits_are_the_same_digits) {
    std::string upper(signature);
    for (auto& c : upper)
        if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    upper.replace(0, 7, "sha256=");
    EXPECT_TRUE(verify_webhook(app_secret, body, upper));
}

TEST(whatsapp_signature, anything_else_is_refused) {
    EXPECT_FALSE(verify_webhook(app_secret, std::string(body) + " ", signature));
    EXPECT_FALSE(verify_webhook(secret("other"), body, signature));
    EXPECT_FALSE(verify_webhook(app_secret, body, signature.substr(7)));
    EXPECT_FALSE(verify_webhook(app_secret, body, std::string(signature) + "0"));
    EXPECT_FALSE(verify_webhook(app_secret, body, "sha1=" + std::string(signature.substr(7))));
    EXPECT_FALSE(verify_webhook(app_secret, body, ""));
}

TEST(whatsapp_signature, without_a_secret_nothing_is_right) {
    EXPECT_FALSE(verify_webhook(secret(), body, sign_webhook(secret(), body)));
}

}  // namespace
}  // namespace agente::channels
