#include "net/deadline.hpp"

#include <gmock/gmock.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "net/gate.hpp"
#include "net/loop_fixture.hpp"

namespace agente::net {
namespace {

using namespace std::chrono_literals;
using agente::testing::turns;

class deadline_test : public agente::testing::loop_fixture {};

struct only_made_from_a_number {
    explicit only_made_from_a_number(int n) : number(std::make_unique<int>(n)) {}
    std::unique_ptr<int> number;  // neither copied nor default constructed
};

task<only_made_from_a_number> give(int n) { co_return only_made_from_a_number(n); }
task<> do_nothing() { co_return; }
task<int> break_down() {
    co_await turns(1);
    throw std::runtime_error("broken");
}
task<int> never(gate& at, bool& ended) {
    struct mark {
        bool& flag;
        ~mark() { flag = true; }
    } const leaving{ended};
    co_await at.wait();
    co_return 1;
}
// Deaf to cancellation until it has something to give back, like a connection that was just opened.
task<int> finish_anyway(gate& at) {
    co_await asio::this_coro::throw_if_cancelled(false);
    try {
        co_await at.wait();
    } catch (boost::system::system_error const&) {
    }
    co_return 7;
}
task<int> fail_while_cancelled(gate& at) {
    try {
        co_await at.wait();
    } catch (boost::system::system_error const&) {
        throw std::runtime_error("and the clean-up failed");
    }
    co_return 1;
}

error_kind kind_of(std::function<void()> const& call) {
    try {
        call();
    } catch (failure const& e) {
        return e.reason().kind();
    }
    ADD_FAILURE() << "nothing was thrown";
    return error_kind::internal;
}

TEST_F(deadline_test, work_in_time_gives_its_value) {
    EXPECT_EQ(*run(with_deadline(give(3), 1h)).number, 3);
    EXPECT_NO_THROW(run(with_deadline(do_nothing(), 1h)));
}

TEST_F(deadline_test, an_exception_of_the_work_travels) {
    EXPECT_THROW(run(with_deadline(break_down(), 1h)), std::runtime_error);
}

TEST_F(deadline_test, late_work_is_cancelled_and_its_end_awaited) {
    gate closed;
    auto ended = false;
    EXPECT_EQ(kind_of([&] { run(with_deadline(never(closed, ended), 1ms)); }), error_kind::timeout);
    EXPECT_TRUE(ended);
}

TEST_F(deadline_test, a_deadline_without_any_time_still_ends_the_work) {
    gate closed;
    auto ended = false;
    EXPECT_EQ(kind_of([&] { run(with_deadline(never(closed, ended), 0ms)); }), error_kind::timeout);
    EXPECT_EQ(kind_of([&] { run(with_deadline(never(closed, ended), -1s)); }), error_kind::timeout);
}

TEST_F(deadline_test, the_code_and_the_limit_are_in_the_error) {
    gate closed;
    auto ended = false;
    try {
        run(with_deadline(never(closed, ended), 2ms, "test.slow"));
        FAIL();
    } catch (failure const& e) {
        EXPECT_EQ(e.reason().code(), "test.slow");
        EXPECT_THAT(e.reason().message(), ::testing::HasSubstr("2 ms"));
    }
}

TEST_F(deadline_test, a_value_that_came_late_is_not_thrown_away) {
    gate closed;
    EXPECT_EQ(run(with_deadline(finish_anyway(closed), 1ms)), 7);
}

TEST_F(deadline_test, another_failure_of_late_work_is_what_the_caller_sees) {
    gate closed;
    EXPECT_THROW(run(with_deadline(fail_while_cancelled(closed), 1ms)), std::runtime_error);
}

task<> bounded(gate& at, bool& ended) { co_await with_deadline(never(at, ended), 1h); }

TEST_F(deadline_test, cancelling_from_outside_is_not_a_timeout) {
    gate closed;
    auto ended = false;
    asio::cancellation_signal stop;
    std::exception_ptr failed;
    asio::co_spawn(
        loop_, bounded(closed, ended),
        asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr e) { failed = e; }));
    run(turns(5));
    stop.emit(asio::cancellation_type::terminal);
    run(turns(10));
    ASSERT_TRUE(failed);
    EXPECT_TRUE(aborted(failed));
    EXPECT_TRUE(ended);
}

task<int> deeper(gate& at, bool& ended, int levels) {
    if (levels == 0) co_return co_await never(at, ended);
    co_return co_await with_deadline(deeper(at, ended, levels - 1), 1h);
}

TEST_F(deadline_test, deadlines_nest_and_the_shortest_wins) {
    gate closed;
    auto ended = false;
    EXPECT_EQ(kind_of([&] { run(with_deadline(deeper(closed, ended, 5), 1ms)); }),
              error_kind::timeout);
    EXPECT_TRUE(ended);
}

task<> many(int count, int& late) {
    gate closed;
    for (int i = 0; i < count; ++i) {
        auto ended = false;
        try {
            co_await with_deadline(never(closed, ended), std::chrono::microseconds(i % 50));
        } catch (failure const&) {
            ++late;
        }
    }
}

TEST_F(deadline_test, a_thousand_in_a_row_leave_nothing_behind) {
    auto late = 0;
    run(many(1000, late));
    EXPECT_EQ(late, 1000);
}

TEST_F(deadline_test, a_loop_may_die_with_bounded_work_in_it) {
    auto const closed = std::make_unique<gate>();
    auto ended = false;
    {
        asio::io_context other;
        asio::co_spawn(other, bounded(*closed, ended), asio::detached);
        other.poll();
    }
    EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace agente::net
