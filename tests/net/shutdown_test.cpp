#include "net/shutdown.hpp"

#include <gmock/gmock.h>

#include <csignal>

#include "net/deadline.hpp"
#include "net/loop_fixture.hpp"

namespace agente::net {
namespace {

using namespace std::chrono_literals;

class shutdown_test : public agente::testing::loop_fixture {};

TEST_F(shutdown_test, waits_for_the_first_signal) {
    shutdown end(loop_);
    EXPECT_THROW(run(with_deadline(end.wait(), 1ms)), failure);  // none yet
    ::raise(SIGTERM);
    EXPECT_EQ(run(end.wait()), SIGTERM);
    EXPECT_EQ(run(end.wait()), SIGTERM);  // and remembers it
}

TEST_F(shutdown_test, an_interrupt_is_one_as_well) {
    shutdown end(loop_);
    ::raise(SIGINT);
    EXPECT_EQ(run(end.wait()), SIGINT);
}

TEST_F(shutdown_test, a_second_signal_ends_the_process_at_once) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(
        {
            asio::io_context loop(1);
            shutdown end(loop);
            ::raise(SIGTERM);
            ::raise(SIGINT);
            loop.run();
        },
        ::testing::ExitedWithCode(128 + SIGINT), "");
}

TEST_F(shutdown_test, a_loop_runs_out_when_nobody_waits_any_more) {
    std::optional<shutdown> end(std::in_place, loop_);
    end.reset();
    EXPECT_NO_THROW(loop_.run_for(60s));
    EXPECT_TRUE(loop_.stopped());
}

}  // namespace
}  // namespace agente::net
