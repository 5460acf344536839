// Secrets typed at a terminal: unseen, and the terminal is left as it was however it ends.
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "app/command_session.hpp"

namespace agente::app {
namespace {

// A child that asks for a secret at a terminal of its own.
class at_a_terminal : public testing::Test {
protected:
    void SetUp() override {
        std::fflush(stdout);  // else the child prints it as well
        child_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
        ASSERT_GE(child_, 0);
        if (child_ == 0) {
            ask();
        }
        // Kept open, so that the terminal is still there when the child has ended.
        side_ = ::open(::ptsname(terminal_), O_RDWR | O_NOCTTY);
        ASSERT_GE(side_, 0);
        shown_until("Password: ");
        EXPECT_FALSE(echoes());
    }
    void TearDown() override {
        ::close(side_);
        ::close(terminal_);
    }

    [[noreturn]] static void ask() noexcept {
        ::_exit(read_secret("Password").reveal() == "herons" ? 7 : 8);
    }
    void type(std::string_view keys) {
        ASSERT_EQ(::write(terminal_, keys.data(), keys.size()), std::ssize(keys));
    }
    // Ends with a failure when the child closes the terminal before.
    void shown_until(std::string_view end) {
        char c;
        while (!shown_.ends_with(end) && ::read(terminal_, &c, 1) == 1) shown_ += c;
        EXPECT_TRUE(shown_.ends_with(end)) << shown_;
    }
    bool echoes() {
        termios now{};
        EXPECT_EQ(::tcgetattr(side_, &now), 0);
        return (now.c_lflag & ECHO) != 0;
    }
    int ended() {
        int status = 0;
        ::waitpid(child_, &status, 0);
        return status;
    }

    pid_t child_{-1};
    int terminal_{-1}, side_{-1};
    std::string shown_;
};

TEST_F(at_a_terminal, what_is_typed_is_not_shown) {
    type("herons\n");
    auto const status = ended();
    EXPECT_EQ(WEXITSTATUS(status), 7);
    shown_until("\r\n");
    EXPECT_EQ(shown_, "Password: \r\n");
    EXPECT_TRUE(echoes());
}

TEST_F(at_a_terminal, it_echoes_again_after_ctrl_c) {
    type("her\x03");
    auto const status = ended();
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), SIGINT);
    EXPECT_TRUE(echoes());
}

}  // namespace
}  // namespace agente::app
