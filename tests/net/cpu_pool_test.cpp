#include "net/cpu_pool.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <latch>
#include <thread>

#include "base/result.hpp"
#include "net/deadline.hpp"
#include "net/loop_fixture.hpp"

namespace agente::net {
namespace {

using agente::testing::turns;
using agente::testing::until;

class cpu_pool_test : public agente::testing::loop_fixture {
protected:
    double waiting() { return metrics_.measure("cpu_pool_waiting", "").value(); }
    telemetry::metrics metrics_;
};

TEST_F(cpu_pool_test, the_value_comes_back_on_the_callers_thread) {
    cpu_pool pool({.threads = 2}, metrics_);
    auto const mine = std::this_thread::get_id();
    auto const work = [](cpu_pool& p) -> task<std::pair<std::thread::id, std::thread::id>> {
        auto const there = co_await p.run([] { return std::this_thread::get_id(); });
        co_return std::pair(there, std::this_thread::get_id());
    };
    auto const [there, here] = run(work(pool));
    EXPECT_NE(there, mine);
    EXPECT_EQ(here, mine);
}

TEST_F(cpu_pool_test, work_may_give_nothing_or_what_cannot_be_copied) {
    cpu_pool pool({}, metrics_);
    std::atomic<bool> done = false;
    run(pool.run([&done] { done = true; }));
    EXPECT_TRUE(done);
    EXPECT_EQ(*run(pool.run([n = std::make_unique<int>(7)]() mutable { return std::move(n); })), 7);
}

TEST_F(cpu_pool_test, exceptions_travel) {
    cpu_pool pool({}, metrics_);
    EXPECT_THROW(run(pool.run([]() -> int { throw std::out_of_range("beyond"); })),
                 std::out_of_range);
    EXPECT_EQ(run(pool.run([] { return 1; })), 1);  // the thread has survived
}

task<> count_in(cpu_pool& pool, std::latch& door, int& done, int& refused) {
    try {
        co_await pool.run([&door] { door.wait(); });
        ++done;
    } catch (failure const& e) {
        EXPECT_EQ(e.reason().kind(), error_kind::unavailable);
        ++refused;
    }
}

TEST_F(cpu_pool_test, a_full_queue_refuses_at_once) {
    cpu_pool pool({.threads = 1, .most_waiting = 3}, metrics_);
    std::latch door(1);
    auto done = 0, refused = 0;
    in_background(count_in(pool, door, done, refused));
    run(turns(2));
    run(until([&] { return waiting() == 0; }));  // it has begun
    for (int i = 0; i < 10; ++i) in_background(count_in(pool, door, done, refused));
    run(turns(2));
    EXPECT_EQ(refused, 7);
    EXPECT_EQ(done, 0);
    EXPECT_EQ(metrics_.count("cpu_pool_refused_total", "").value(), 7);
    door.count_down();
    run(until([&] { return done == 4; }));
    EXPECT_EQ(waiting(), 0);
}

TEST_F(cpu_pool_test, cancelled_waiters_do_not_free_the_places_of_their_work) {
    cpu_pool pool({.threads = 1, .most_waiting = 2}, metrics_);
    std::latch door(1);
    auto done = 0, refused = 0;
    std::array<asio::cancellation_signal, 3> stop;
    std::array<std::exception_ptr, 3> failed;
    for (std::size_t i = 0; i < stop.size(); ++i) {
        asio::co_spawn(loop_, count_in(pool, door, done, refused),
                       asio::bind_cancellation_slot(
                           stop[i].slot(), [&, i](std::exception_ptr e) { failed[i] = e; }));
        run(turns(2));
        if (i == 0) run(until([&] { return waiting() == 0; }));
    }
    for (auto& each : stop) each.emit(asio::cancellation_type::terminal);
    run(turns(5));
    for (auto const& each : failed) {
        ASSERT_TRUE(each);
        EXPECT_TRUE(aborted(each));
    }
    in_background(count_in(pool, door, done, refused));
    run(turns(2));
    EXPECT_EQ(refused, 1);  // nobody waits, but the work is still there
    door.count_down();
    run(until([&] { return waiting() == 0; }));
    EXPECT_EQ(run(pool.run([] { return 5; })), 5);
}

TEST_F(cpu_pool_test, many_pieces_from_many_loops) {
    cpu_pool pool({.threads = 3, .most_waiting = 10'000}, metrics_);
    std::atomic<long> sum = 0;
    std::vector<std::thread> loops;
    for (int n = 0; n < 3; ++n)
        loops.emplace_back([&pool, &sum] {
            asio::io_context loop(1);
            auto mine = 0;
            for (int i = 0; i < 1000; ++i)
                asio::co_spawn(loop, pool.run([i] { return i; }),
                               [&mine](std::exception_ptr e, int value) {
                                   if (!e) mine += value;  // only ever on this loop's thread
                               });
            loop.run();
            sum += mine;
        });
    for (auto& each : loops) each.join();
    EXPECT_EQ(sum, 3 * 999 * 1000 / 2);
}

TEST_F(cpu_pool_test, the_pool_may_end_with_work_in_its_queue) {
    std::latch door(1);
    auto done = 0, refused = 0;
    {
        cpu_pool pool({.threads = 1, .most_waiting = 5}, metrics_);
        for (int i = 0; i < 4; ++i) in_background(count_in(pool, door, done, refused));
        run(until([&] { return waiting() == 3; }));
        door.count_down();
    }
    run(until([&] { return done + refused == 4; }));
    EXPECT_GE(done, 1);  // what had begun
    EXPECT_EQ(waiting(), 0);
}

}  // namespace
}  // namespace agente::net
