#include "embedded/private_folder.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "embedded/process.hpp"
#include "embedded/temporary_folder.hpp"

namespace agente::embedded {
namespace {

using namespace std::chrono_literals;

TEST(private_folder, is_readable_by_the_servers_user_alone_and_claimed_once) {
    temporary_folder base;
    private_folder one(base / "a/b");
    struct stat s {};
    ASSERT_EQ(::stat((base / "a/b").c_str(), &s), 0);
    EXPECT_EQ(s.st_mode & 0777u, 0700u);
    EXPECT_EQ(s.st_uid, unprivileged() ? unprivileged()->user : ::geteuid());
    EXPECT_THAT([&] { private_folder again(base / "a/b"); },
                testing::ThrowsMessage<failure>(
                    testing::HasSubstr("is in use by process " + std::to_string(::getpid()))));
}

TEST(private_folder, the_claim_outlives_us_in_the_servers_processes) {
    temporary_folder base;
    process orphan;
    {
        private_folder one(base / "x");
        orphan.start({.words = {"/bin/sleep", "1000"},
                      .folder = one.path(),
                      .log = one.path() / "log",
                      .input = {},
                      .inherited = one.claim()});
    }
    EXPECT_THROW(private_folder(base / "x"), failure);
    orphan.stop(SIGKILL, 10s);
    EXPECT_NO_THROW(private_folder(base / "x"));
}

TEST(private_folder, somebody_elses_files_are_left_alone) {
    temporary_folder base;
    std::ofstream(base / "holiday.jpg") << "x";
    EXPECT_THAT([&] { private_folder one(base.path()); },
                testing::ThrowsMessage<failure>(testing::HasSubstr("holds files that are not")));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(base.path()), {}), 1);
}

TEST(private_folder, keeps_its_password_in_a_file_nobody_else_can_read) {
    temporary_folder base;
    std::string first;
    {
        private_folder one(base / "x");
        first = one.password("pw").reveal();
        EXPECT_GE(first.size(), 32u);
    }
    private_folder two(base / "x");
    EXPECT_EQ(two.password("pw").reveal(), first);
    struct stat s {};
    ASSERT_EQ(::stat((base / "x/pw").c_str(), &s), 0);
    EXPECT_EQ(s.st_mode & 0777u, 0600u);
}

TEST(private_folder, a_closed_folder_above_is_named_and_an_open_place_offered) {
    if (!unprivileged()) GTEST_SKIP() << "only root drops to another user";
    temporary_folder base;
    auto const closed = base / "closed";
    std::filesystem::create_directory(closed);
    ::chmod(closed.c_str(), 0700);
    EXPECT_THAT(
        [&] { private_folder one(closed / "data"); },
        testing::ThrowsMessage<failure>(testing::HasSubstr("cannot enter " + closed.string())));
    EXPECT_THAT(reachable_folder(closed / "data").string(),
                testing::StartsWith("/var/lib/agente-hotel/"));
    EXPECT_EQ(reachable_folder(closed / "data"), reachable_folder(closed / "data"));
    EXPECT_EQ(reachable_folder(base / "data"), base / "data");
}

}  // namespace
}  // namespace agente::embedded
