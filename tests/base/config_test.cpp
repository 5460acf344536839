#include "base/config.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace agente::config {
namespace {

struct settings {
    std::string name;
    bool debug{};
    long long size{10};
    secret key;
};

std::vector<setting<settings>> table() {
    return {
        {{"TEST_CFG_NAME", "TEST_CFG_OLD_NAME"},
         "A name",
         "hotel",
         false,
         [](settings& s, std::string_view v) { return read(s.name, v); },
         [](settings const& s) { return s.name; }},
        {{"TEST_CFG_DEBUG"},
         "More talk",
         "true",
         false,
         [](settings& s, std::string_view v) { return read(s.debug, v); },
         [](settings const& s) { return show(s.debug); }},
        {{"TEST_CFG_SIZE"},
         "How many",
         "4",
         false,
         [](settings& s, std::string_view v) { return read_integer(s.size, v, 1, 100); },
         [](settings const& s) { return std::to_string(s.size); }},
        {{"TEST_CFG_KEY"},
         "A key",
         "0123",
         true,
         [](settings& s, std::string_view v) { return read(s.key, v); },
         {}},
    };
}

class config_file {
public:
    explicit config_file(std::string_view text)
        : path_(std::filesystem::path(testing::TempDir()) / "config_test.env") {
        std::ofstream(path_) << text;
    }
    ~config_file() { std::filesystem::remove(path_); }
    std::string path() const { return path_; }

private:
    std::filesystem::path path_;
};

loaded<settings> load(std::string const& file,
                      std::map<std::string, std::string> const& flags = {}) {
    auto const t = table();
    return fill<settings>(t, gather(file, true, all_names<settings>(t), flags));
}

}  // namespace

TEST(config, a_flag_beats_the_environment_which_beats_the_file) {
    config_file const file("TEST_CFG_NAME=file\nTEST_CFG_SIZE=1\nTEST_CFG_DEBUG=on\n");
    ::setenv("TEST_CFG_NAME", "environment", 1);
    ::setenv("TEST_CFG_SIZE", "2", 1);
    auto const got = load(file.path(), {{"TEST_CFG_SIZE", "3"}});
    ::unsetenv("TEST_CFG_NAME");
    ::unsetenv("TEST_CFG_SIZE");
    EXPECT_TRUE(got.problems.empty());
    EXPECT_EQ(got.settings.name, "environment");
    EXPECT_EQ(got.settings.size, 3);
    EXPECT_TRUE(got.settings.debug);
}

TEST(config, an_older_name_keeps_its_meaning) {
    config_file const file("TEST_CFG_OLD_NAME=old\n");
    EXPECT_EQ(load(file.path()).settings.name, "old");
}

TEST(config, reports_all_problems_at_once_with_name_and_example_and_lists_unknown_variables) {
    config_file const file(
        "TEST_CFG_DEBUG=perhaps\nTEST_CFG_SIZE=1000\nSMTP_HOST=mail\nSMTP_HOST=mail2\nbroken line\n");
    auto const got = load(file.path());
    ASSERT_EQ(got.problems.size(), 3u);
    EXPECT_NE(got.problems[1].find("TEST_CFG_DEBUG"), std::string::npos);
    EXPECT_NE(got.problems[1].find("Example: TEST_CFG_DEBUG=true"), std::string::npos);
    EXPECT_NE(got.problems[2].find("from 1 to 100"), std::string::npos);
    EXPECT_EQ(got.ignored, std::vector<std::string>{"SMTP_HOST"});
}

TEST(config, a_missing_file_that_was_asked_for_is_a_problem) {
    EXPECT_EQ(load("/nonexistent/.env").problems.size(), 1u);
}

TEST(config, lists_read_both_commas_and_json) {
    std::vector<std::string> list;
    EXPECT_FALSE(read(list, " a, b ,,c"));
    EXPECT_EQ(list, (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_FALSE(read(list, R"(["x","y"])"));
    EXPECT_EQ(list, (std::vector<std::string>{"x", "y"}));
    EXPECT_TRUE(read(list, "[1]"));
}

}  // namespace agente::config
