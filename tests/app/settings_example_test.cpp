#include "app/settings_example.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "app/settings.hpp"
#include "base/text.hpp"

namespace agente::app {
namespace {

using ::testing::HasSubstr;

std::string file(std::string const& name) {
    std::ifstream in(std::filesystem::path(AGENTE_SOURCE_DIR) / name, std::ios::binary);
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
}

config::loaded<settings> read_back(std::string const& example) {
    auto const path = std::filesystem::path(::testing::TempDir()) /
                      ("settings-example-" + std::to_string(::getpid()) + ".env");
    std::ofstream(path) << example;
    auto got = load_settings(path.string(), true, {});
    std::filesystem::remove(path);
    return got;
}

TEST(settings_example, the_files_of_the_repository_are_what_the_command_prints) {
    EXPECT_TRUE(file(".env.example") == settings_example(example_kind::plain))
        << "write it anew: agente-hotel config example > .env.example";
    EXPECT_TRUE(file(".env.supabase.example") == settings_example(example_kind::supabase))
        << "write it anew: agente-hotel config example --supabase > .env.supabase.example";
}

TEST(settings_example, every_setting_stands_there_once_under_a_heading) {
    for (auto const kind : {example_kind::plain, example_kind::supabase}) {
        auto const text = settings_example(kind);
        EXPECT_LT(text.find("===="), text.find("ENVIRONMENT="));
        std::set<std::string> there;
        for (auto line : text::split(text, '\n')) {
            if (line.starts_with("# ")) line.remove_prefix(2);
            auto const equals = line.find('=');
            auto const name = std::string(line.substr(0, equals));
            if (equals == line.npos || name.empty() ||
                name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != name.npos)
                continue;
            EXPECT_TRUE(there.insert(name).second) << name;
        }
        for (auto const& s : declared_settings()) EXPECT_TRUE(there.contains(s.names.front()));
        EXPECT_EQ(there.size(), declared_settings().size());
    }
}

TEST(settings_example, it_is_a_settings_file_that_this_program_reads) {
    for (auto const kind : {example_kind::plain, example_kind::supabase}) {
        auto const got = read_back(settings_example(kind));
        EXPECT_TRUE(got.problems.empty()) << got.problems.front();
        EXPECT_TRUE(got.ignored.empty()) << got.ignored.front();
        EXPECT_EQ(got.settings.environment, "production");
    }
    auto const supabase = read_back(settings_example(example_kind::supabase)).settings;
    EXPECT_TRUE(supabase.supabase());
    EXPECT_EQ(supabase.effective_pool().size, 2);
}

}  // namespace
}  // namespace agente::app
