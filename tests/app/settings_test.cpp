#include "app/settings.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

namespace agente::app {
namespace {

config::loaded<settings> from(std::map<std::string, std::string> const& flags) {
    return load_settings("", false, flags);
}

bool says(std::vector<std::string> const& problems, std::string_view word) {
    for (auto const& problem : problems)
        if (problem.find(word) != std::string::npos) return true;
    return false;
}

}  // namespace

TEST(settings, every_name_is_declared_once_and_has_help_and_an_example) {
    std::set<std::string> names;
    for (auto const& s : declared_settings()) {
        EXPECT_FALSE(s.help.empty()) << s.names.front();
        EXPECT_FALSE(s.example.empty()) << s.names.front();
        for (auto const& name : s.names) EXPECT_TRUE(names.insert(name).second) << name;
    }
    // Names that existing .env files use.
    for (auto const* name : {"ENVIRONMENT",
                             "DEBUG",
                             "LOG_LEVEL",
                             "SECRET_KEY",
                             "DATABASE_URL",
                             "POSTGRES_URL",
                             "ALEMBIC_DB_URL",
                             "USE_SUPABASE",
                             "POSTGRES_POOL_SIZE",
                             "POSTGRES_MAX_OVERFLOW",
                             "REDIS_URL",
                             "JWT_ALGORITHM",
                             "JWT_EXPIRATION_MINUTES",
                             "PMS_TYPE",
                             "PMS_BASE_URL",
                             "PMS_API_KEY",
                             "PMS_HOTEL_ID",
                             "PMS_TIMEOUT",
                             "WHATSAPP_ACCESS_TOKEN",
                             "WHATSAPP_PHONE_NUMBER_ID",
                             "WHATSAPP_VERIFY_TOKEN",
                             "WHATSAPP_APP_SECRET",
                             "CHECK_PMS_IN_READINESS",
                             "ALLOWED_HOSTS",
                             "METRICS_ALLOWED_IPS"})
        EXPECT_TRUE(names.contains(name)) << name;
}

TEST(settings, every_example_is_accepted) {
    for (auto const& s : declared_settings()) {
        settings into;
        EXPECT_EQ(s.assign(into, s.example), std::nullopt) << s.names.front();
    }
}

TEST(settings, python_spellings_of_log_levels_are_understood) {
    EXPECT_EQ(from({{"LOG_LEVEL", "WARNING"}}).settings.log_level, "warn");
    EXPECT_EQ(from({{"LOG_LEVEL", "CRITICAL"}}).settings.log_level, "error");
    EXPECT_TRUE(says(from({{"LOG_LEVEL", "loud"}}).problems, "LOG_LEVEL"));
    EXPECT_EQ(from({{"DEBUG", "True"}}).settings.log_level, "debug");
}

TEST(settings, a_supabase_database_gets_a_small_pool_unless_given) {
    auto by_host =
        from(
            {{"DATABASE_URL",
              "postgresql://postgres.ref:p%40ss@aws-0-eu-west-1.pooler.supabase.com:6543/postgres"}})
            .settings;
    EXPECT_TRUE(by_host.supabase());
    EXPECT_EQ(by_host.effective_pool().size, 2u);
    EXPECT_EQ(by_host.effective_pool().overflow, 2u);
    auto const by_switch =
        from(
            {{"USE_SUPABASE", "true"}, {"POSTGRES_POOL_SIZE", "3"}, {"POSTGRES_MAX_OVERFLOW", "0"}})
            .settings;
    EXPECT_EQ(by_switch.effective_pool().size, 3u);
    EXPECT_EQ(by_switch.effective_pool().overflow, 0u);
    EXPECT_FALSE(
        from({{"DATABASE_URL", "postgresql://u:x.supabase.co@localhost/db"}}).settings.supabase());
}

TEST(settings, serving_without_a_database_says_which_variable_and_the_demo) {
    auto const problems = problems_for_serving(settings{});
    EXPECT_TRUE(says(problems, "DATABASE_URL is not set"));
    EXPECT_TRUE(says(problems, "agente-hotel demo"));
    EXPECT_TRUE(says(problems, "WHATSAPP_APP_SECRET"));
}

TEST(settings, production_refuses_weak_secrets_and_the_simulator) {
    auto s = from({{"ENVIRONMENT", "production"},
                   {"SECRET_KEY", "your-secret-key-change-in-production"},
                   {"PMS_TYPE", "mock"}})
                 .settings;
    auto const problems = problems_for_serving(s);
    EXPECT_TRUE(says(problems, "SECRET_KEY"));
    EXPECT_TRUE(says(problems, "PMS_TYPE=mock"));
    s.secret_key = secret("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c");
    EXPECT_FALSE(says(problems_for_serving(s), "SECRET_KEY"));
}

}  // namespace agente::app
