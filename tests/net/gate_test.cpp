#include "net/gate.hpp"

#include <gmock/gmock.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "net/loop_fixture.hpp"

namespace agente::net {
namespace {

using namespace std::chrono_literals;
using agente::testing::turns;
using std::chrono::steady_clock;
using ::testing::ElementsAre;

class gate_test : public agente::testing::loop_fixture {
protected:
    // A waiter that can be cancelled, and what became of it.
    struct visitor {
        asio::cancellation_signal stop;
        bool ended = false;
        std::exception_ptr failed;
    };

    void send(visitor& who, task<> work) {
        asio::co_spawn(loop_, std::move(work),
                       asio::bind_cancellation_slot(who.stop.slot(), [&who](std::exception_ptr e) {
                           who.ended = true;
                           who.failed = e;
                       }));
    }
};

task<> note(gate& at, std::vector<int>& into, int which) {
    co_await at.wait();
    into.push_back(which);
}

task<> note_answer(gate& at, steady_clock::time_point until, std::optional<bool>& into) {
    into = co_await at.wait_until(until);
}

TEST_F(gate_test, opening_once_wakes_the_first_that_came) {
    gate at;
    std::vector<int> woken;
    for (int i = 0; i < 3; ++i) in_background(note(at, woken, i));
    run(turns(3));
    at.open_one();
    run(turns(3));
    EXPECT_THAT(woken, ElementsAre(0));
    at.open_all();
    run(turns(3));
    EXPECT_THAT(woken, ElementsAre(0, 1, 2));
}

TEST_F(gate_test, opening_is_not_remembered) {
    gate at;
    at.open_all();
    std::optional<bool> answer;
    run(note_answer(at, steady_clock::now() + 1ms, answer));
    EXPECT_EQ(answer, false);
}

TEST_F(gate_test, a_time_that_has_passed_is_late_at_once) {
    gate at;
    std::optional<bool> answer;
    run(note_answer(at, steady_clock::now() - 1s, answer));
    EXPECT_EQ(answer, false);
}

TEST_F(gate_test, one_waiters_deadline_does_not_wake_the_others) {
    gate at;
    std::vector<int> woken;
    std::optional<bool> late;
    in_background(note(at, woken, 1));
    run(note_answer(at, steady_clock::now() + 1ms, late));
    run(turns(5));
    EXPECT_EQ(late, false);
    EXPECT_TRUE(woken.empty());
    at.open_one();  // the one that is left gets it: the late one no longer stands in line
    run(turns(3));
    EXPECT_THAT(woken, ElementsAre(1));
}

TEST_F(gate_test, opening_and_deadline_at_once_count_as_opened) {
    gate at;
    std::optional<bool> answer;
    auto const until = steady_clock::now() + 5ms;
    in_background(note_answer(at, until, answer));
    run(turns(3));
    while (steady_clock::now() < until) {
    }  // the timer has expired, and the loop has not seen it yet
    at.open_one();
    run(turns(5));
    EXPECT_EQ(answer, true);
}

TEST_F(gate_test, a_cancelled_waiter_leaves_the_line) {
    gate at;
    std::vector<int> woken;
    visitor first;
    send(first, note(at, woken, 1));
    in_background(note(at, woken, 2));
    run(turns(3));
    first.stop.emit(asio::cancellation_type::terminal);
    run(turns(3));
    EXPECT_TRUE(first.ended);
    EXPECT_TRUE(aborted(first.failed));
    at.open_one();
    run(turns(3));
    EXPECT_THAT(woken, ElementsAre(2));
}

task<> open_and_stop(gate& at, asio::cancellation_signal& stop) {
    at.open_one();
    stop.emit(asio::cancellation_type::terminal);
    co_return;
}

TEST_F(gate_test, a_wake_up_for_a_waiter_cancelled_at_the_same_moment_goes_to_the_next) {
    gate at;
    std::vector<int> woken;
    visitor first;
    send(first, note(at, woken, 1));
    in_background(note(at, woken, 2));
    run(turns(3));
    run(open_and_stop(at, first.stop));
    run(turns(5));
    EXPECT_TRUE(aborted(first.failed));
    EXPECT_THAT(woken, ElementsAre(2));
}

TEST_F(gate_test, destroying_the_gate_ends_its_waiters) {
    auto at = std::make_unique<gate>();
    std::vector<int> woken;
    visitor waiting;
    std::optional<bool> answer;
    visitor bounded;
    send(waiting, note(*at, woken, 1));
    send(bounded, note_answer(*at, steady_clock::now() + 1h, answer));
    run(turns(3));
    at.reset();
    run(turns(5));
    EXPECT_TRUE(aborted(waiting.failed));
    EXPECT_TRUE(aborted(bounded.failed));
    EXPECT_TRUE(woken.empty());
    EXPECT_FALSE(answer.has_value());
}

TEST_F(gate_test, a_loop_may_die_with_waiters_in_it) {
    gate at;
    std::vector<int> woken;
    {
        asio::io_context other;
        asio::co_spawn(other, note(at, woken, 1), asio::detached);
        other.poll();
    }
    at.open_all();  // nobody is left in line
    EXPECT_TRUE(woken.empty());
}

task<> cancel_pause(bool& ended) {
    co_await pause(1h);
    ended = true;
}

TEST_F(gate_test, a_pause_ends_early_when_cancelled) {
    visitor sleeper;
    auto slept = false;
    send(sleeper, cancel_pause(slept));
    run(turns(2));
    sleeper.stop.emit(asio::cancellation_type::terminal);
    run(turns(3));
    EXPECT_TRUE(aborted(sleeper.failed));
    EXPECT_FALSE(slept);
}

}  // namespace
}  // namespace agente::net
