#include "app/secret_rules.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "app/deployment_report.hpp"
#include "base/ids.hpp"

namespace agente::app {
namespace {

using operations::severity;
using ::testing::HasSubstr;
using ::testing::Not;

settings good() {
    settings s;
    s.environment = "production";
    s.secret_key = secret(random_hex(32));
    s.settings_keys = secret(random_hex(32));
    s.whatsapp_verify_token = secret(random_hex(16));
    s.whatsapp_app_secret = secret(random_hex(16));
    s.whatsapp_access_token = secret("EAAJ" + random_hex(60));
    s.pms_api_key = secret(random_hex(16));
    s.database_url = secret("postgresql://u:" + random_hex(8) + "@db.example:6543/postgres");
    s.redis_url = secret("rediss://default:" + random_hex(8) + "@redis.example:6379");
    return s;
}

std::string told(settings const& s, severity at_least = severity::warning) {
    std::string out;
    for (auto const& one : judge_secrets(s)) {
        EXPECT_THAT(one.what + one.cure, Not(HasSubstr(std::string(s.secret_key.reveal()) + "~")));
        if (one.level >= at_least) out += one.check + ": " + one.what + "\n";
    }
    return out;
}

TEST(secret_rules, good_ones_are_let_pass) { EXPECT_EQ(told(good()), ""); }

TEST(secret_rules, short_and_well_known_ones_are_faults_in_production_and_warnings_elsewhere) {
    auto s = good();
    s.secret_key = secret("short");
    EXPECT_THAT(told(s, severity::fault), HasSubstr("SECRET_KEY has 5 characters; 32"));
    s.environment = "development";
    EXPECT_EQ(told(s, severity::fault), "");
    EXPECT_THAT(told(s), HasSubstr("SECRET_KEY has 5"));

    s = good();
    s.settings_keys = secret("change-me-change-me-change-me-change-me");
    EXPECT_THAT(told(s, severity::fault), HasSubstr("SETTINGS_KEY is a well-known word"));
    s.settings_keys = secret(std::string(40, 'x'));
    EXPECT_THAT(told(s, severity::fault), HasSubstr("repeats a few characters"));
    s.settings_keys = secret(random_hex(32) + ",short");
    EXPECT_THAT(told(s, severity::fault), HasSubstr("SETTINGS_KEY has 5"));
    s.secret_key = secret();
    EXPECT_THAT(told(s, severity::fault), HasSubstr("SECRET_KEY is not set"));
}

TEST(secret_rules, one_secret_in_two_places_is_found_wherever_it_stands) {
    auto s = good();
    s.settings_keys = secret(random_hex(32) + " , " + std::string(s.secret_key.reveal()));
    EXPECT_THAT(told(s), HasSubstr("SECRET_KEY and SETTINGS_KEY are the same"));

    s = good();
    auto const word = std::string(s.whatsapp_verify_token.reveal());
    s.database_url = secret("postgresql://u:" + word + "@db.example:6543/postgres");
    s.redis_url = secret("redis://:" + word + "@redis.example");
    EXPECT_THAT(told(s), HasSubstr("WHATSAPP_VERIFY_TOKEN and the password in REDIS_URL"));
    EXPECT_THAT(told(s), HasSubstr("REDIS_URL and the password in DATABASE_URL"));
    EXPECT_THAT(told(s), Not(HasSubstr(word)));
}

TEST(secret_rules, a_settings_file_is_its_owners_alone) {
    auto const file =
        std::filesystem::path(::testing::TempDir()) / ("secret-rules-" + random_hex(4));
    EXPECT_TRUE(judge_settings_file(file.string()).empty());
    std::ofstream(file) << "A=b\n";
    ::chmod(file.c_str(), 0644);
    EXPECT_EQ(judge_settings_file(file.string()).at(0).level, severity::warning);
    ::chmod(file.c_str(), 0600);
    EXPECT_EQ(judge_settings_file(file.string()).at(0).level, severity::ok);
    std::filesystem::remove(file);
}

// A setting that is declared confidential tomorrow is covered from the first day, or this fails.
TEST(blackened, takes_out_every_confidential_setting) {
    for (auto const& declared : declared_settings()) {
        if (!declared.confidential) continue;
        settings s;
        auto const& name = declared.names.front();
        bool const url = name.ends_with("_URL");
        auto const word = random_hex(12);
        auto const value = url ? "redis://user:" + word + "@host.example:1/0" : word;
        ASSERT_FALSE(declared.assign(s, value).has_value()) << name;
        auto const text = blackened("before " + value + " between " + word + " after", s);
        EXPECT_THAT(text, Not(HasSubstr(word))) << name;
        EXPECT_THAT(text, HasSubstr("between")) << name;
    }
}

TEST(blackened, takes_out_each_key_of_a_list_and_passwords_as_written_and_decoded) {
    settings s;
    s.settings_keys = secret("first-key-of-the-list, second-key-of-the-list");
    s.database_url = secret("postgresql://u:p%40ss%23word@h/d");
    auto const text =
        blackened("second-key-of-the-list p%40ss%23word p@ss#word first-key-of-the-list", s);
    EXPECT_EQ(text, "(blackened) (blackened) (blackened) (blackened)");
}

}  // namespace
}  // namespace agente::app
