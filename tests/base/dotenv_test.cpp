#include "base/dotenv.hpp"

#include <gtest/gtest.h>

namespace agente::config {
namespace {

std::optional<std::string> environment(std::string const& name) {
    if (name == "HOME_TOWN") return "Salta";
    return std::nullopt;
}

std::string value_of(dotenv const& file, std::string_view name) {
    std::string value = "(not set)";
    for (auto const& a : file.assignments)
        if (a.name == name) value = a.value;
    return value;
}

}  // namespace

TEST(dotenv, reads_plain_quoted_and_exported_values) {
    auto const file = parse_dotenv(
        "# comment\n"
        "PLAIN=value with spaces   # a comment\n"
        "HASH=pa#ss\n"
        "export EXPORTED = yes\r\n"
        "SINGLE='${HOME_TOWN} \\n'\n"
        "DOUBLE=\"line\\nbreak \\\"q\\\" \\$x\"\n"
        "EMPTY=\n"
        "MULTI=\"one\ntwo\"\n"
        "AFTER=ok\n",
        environment);
    EXPECT_TRUE(file.problems.empty());
    EXPECT_EQ(value_of(file, "PLAIN"), "value with spaces");
    EXPECT_EQ(value_of(file, "HASH"), "pa#ss");
    EXPECT_EQ(value_of(file, "EXPORTED"), "yes");
    EXPECT_EQ(value_of(file, "SINGLE"), "${HOME_TOWN} \\n");
    EXPECT_EQ(value_of(file, "DOUBLE"), "line\nbreak \"q\" $x");
    EXPECT_EQ(value_of(file, "EMPTY"), "");
    EXPECT_EQ(value_of(file, "MULTI"), "one\ntwo");
    EXPECT_EQ(value_of(file, "AFTER"), "ok");
    EXPECT_EQ(file.assignments.back().line, 10);
}

TEST(dotenv, resolves_references_from_the_environment_then_from_earlier_lines) {
    auto const file = parse_dotenv(
        "USER=ana\nURL=postgres://${USER}@${HOME_TOWN}/${DB:-hotel}${NONE}\n", environment);
    EXPECT_EQ(value_of(file, "URL"), "postgres://ana@Salta/hotel");
}

TEST(dotenv, says_the_line_of_every_problem_and_goes_on) {
    auto const file = parse_dotenv("=x\nNAME\nQ=\"open\n", environment);
    ASSERT_EQ(file.problems.size(), 3u);
    EXPECT_EQ(file.problems[0].substr(0, 7), "line 1:");
    EXPECT_EQ(file.problems[1], "line 2: NAME has no '=' after it: write NAME=value");
    EXPECT_EQ(file.problems[2].substr(0, 7), "line 3:");
    auto const after = parse_dotenv("BAD='x' y\nGOOD=1\n", environment);
    EXPECT_EQ(after.problems.size(), 1u);
    EXPECT_EQ(value_of(after, "GOOD"), "1");
}

TEST(dotenv, a_problem_never_holds_the_value) {
    auto const file = parse_dotenv("SECRET=\"hunter2\nSECRET2='hunter2' hunter2\n", environment);
    for (auto const& problem : file.problems)
        EXPECT_EQ(problem.find("hunter2"), std::string::npos) << problem;
    EXPECT_FALSE(file.problems.empty());
}

}  // namespace agente::config
