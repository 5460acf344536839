#include "embedded/process.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "embedded/binaries.hpp"
#include "embedded/private_folder.hpp"
#include "embedded/temporary_folder.hpp"

namespace agente::embedded {
namespace {

using namespace std::chrono_literals;

command shell(temporary_folder const& in, std::string script) {
    return {.words = {"/bin/sh", "-c", std::move(script)},
            .folder = in.path(),
            .log = in / "log",
            .input = {}};
}

bool alive(pid_t pid) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string number, name, state;
    return stat >> number >> name >> state && state != "Z";
}

TEST(process, its_output_is_in_its_log_and_its_status_is_told) {
    temporary_folder folder;
    process one;
    one.start(shell(folder, "echo to-out; echo to-err >&2; exit 3"));
    EXPECT_EQ(one.wait(10s), 3);
    EXPECT_EQ(one.log(), "to-out\nto-err\n");
    one.start(shell(folder, "echo again; kill -9 $$"));
    EXPECT_EQ(one.wait(10s), 128 + SIGKILL);
    EXPECT_EQ(one.log(), "again\n") << "since the last start only";
}

TEST(process, root_is_dropped_and_the_environment_is_ours) {
    temporary_folder folder;
    process one;
    one.start(shell(folder, "id -u; id -G; ls /proc/self/fd | wc -l; env | grep -c PGHOST"));
    ::setenv("PGHOST", "elsewhere", 1);
    EXPECT_TRUE(one.wait(10s));
    ::unsetenv("PGHOST");
    auto const& user = unprivileged();
    auto const expected = user ? user->user : ::getuid();
    EXPECT_THAT(one.log(), testing::StartsWith(std::to_string(expected) + "\n"));
    if (user)
        EXPECT_THAT(one.log(), testing::HasSubstr("\n" + std::to_string(user->group) + "\n4\n0\n"))
            << "0, 1, 2 and ls's own";
}

TEST(process, a_program_that_cannot_be_executed_is_an_error_that_says_why) {
    temporary_folder folder;
    process one;
    auto missing = shell(folder, "");
    missing.words = {"/no/such/program"};
    try {
        one.start(missing);
        FAIL();
    } catch (failure const& e) {
        EXPECT_THAT(e.what(), testing::AllOf(testing::HasSubstr("/no/such/program"),
                                             testing::HasSubstr("No such file")));
    }
    EXPECT_FALSE(one.running());
    EXPECT_THROW(run(shell(folder, "echo broken; exit 1"), 10s), failure);
}

TEST(process, waiting_for_a_text_ends_with_the_text_the_end_or_the_limit) {
    temporary_folder folder;
    process one;
    one.start(shell(folder, "echo ready; sleep 100"));
    EXPECT_TRUE(one.wait_for("ready", 10s));
    EXPECT_THROW(one.wait_for("never", 20ms), failure);
    EXPECT_TRUE(one.running());
    one.stop(SIGTERM, 10s);
    EXPECT_FALSE(one.running());
    one.start(shell(folder, "exit 0"));
    EXPECT_FALSE(one.wait_for("ready", 10s));
}

TEST(process, one_that_ignores_the_stop_signal_is_killed) {
    temporary_folder folder;
    process one;
    one.start(shell(folder, "trap '' TERM; echo ready; while :; do sleep 1; done"));
    ASSERT_TRUE(one.wait_for("ready", 10s));
    one.stop(SIGTERM, 50ms);
    EXPECT_FALSE(one.running());
}

TEST(process, it_outlives_the_thread_that_started_it) {
    temporary_folder folder;
    process one;
    std::thread([&] { one.start(shell(folder, "echo ready; sleep 100")); }).join();
    ASSERT_TRUE(one.wait_for("ready", 10s));
    EXPECT_FALSE(one.wait(100ms).has_value());
}

// Run by the next test in a process of its own.
TEST(process, DISABLED_helper_starts_one_and_waits_to_be_killed) {
    auto const* folder = std::getenv("AGENTE_TEST_FOLDER");
    process one;
    one.start({.words = {"/bin/sh", "-c", "echo $$ > pid.new; mv pid.new pid; exec sleep 1000"},
               .folder = folder,
               .log = std::filesystem::path(folder) / "log",
               .input = {}});
    for (;;) ::pause();
}

TEST(process, it_dies_when_its_parent_is_killed) {
    temporary_folder folder;
    make_unprivileged_owner(folder.path());
    auto const parent = ::fork();
    if (parent == 0) {
        ::setenv("AGENTE_TEST_FOLDER", folder.path().c_str(), 1);
        ::execl("/proc/self/exe", "helper", "--gtest_also_run_disabled_tests",
                "--gtest_filter=process.DISABLED_helper*", nullptr);
        ::_exit(1);
    }
    auto const end = std::chrono::steady_clock::now() + 20s;
    while (!std::filesystem::exists(folder / "pid") && std::chrono::steady_clock::now() < end)
        std::this_thread::yield();
    pid_t child = 0;
    std::ifstream(folder / "pid") >> child;
    ASSERT_GT(child, 0);
    ASSERT_TRUE(alive(child));
    ::kill(parent, SIGKILL);
    ::waitpid(parent, nullptr, 0);
    while (alive(child) && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    EXPECT_FALSE(alive(child));
}

TEST(binaries, a_missing_one_names_its_package) {
    EXPECT_THAT([] { program("no-such-server", "redis-server"); },
                testing::ThrowsMessage<failure>(
                    "no-such-server is not installed: apt-get install redis-server"));
    EXPECT_THAT(
        [] { postgres_programs("8"); },
        testing::ThrowsMessage<failure>(testing::HasSubstr("apt-get install postgresql-8")));
    EXPECT_TRUE(std::filesystem::exists(postgres_programs() / "initdb"));
}

}  // namespace
}  // namespace agente::embedded
