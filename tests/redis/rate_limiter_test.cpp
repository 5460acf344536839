// Rate limits: counted in Redis for all instances, and more strictly without it.
#include "redis/rate_limiter.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <filesystem>

#include "embedded/redis_server.hpp"
#include "redis/load.hpp"

namespace agente::redis {
namespace {

using namespace std::chrono_literals;
using agente::testing::until;

std::filesystem::path folder(std::string_view name) {
    return std::filesystem::temp_directory_path() /
           fmt::format("agente-rates-test-{}-{}", ::getpid(), name);
}

class rates : public agente::testing::loop_fixture {
protected:
    explicit rates(std::string_view name = "shared") : folder_(folder(name)) {
        server.emplace(embedded::redis_options{.folder = folder_});
        auto with = parse_url(server->url()).value();
        with.reconnect = {5ms, 20ms};
        connection_.emplace(loop_, std::move(with), metrics);
        run(connection_->start());
    }
    ~rates() override {
        connection_.reset();
        server.reset();
        std::filesystem::remove_all(folder_);
    }
    rate_limiter make(rate_limiter_options with = {.deadline = 10s}) {
        return rate_limiter(*connection_, time, metrics, with);
    }
    double decisions(std::string const& where, std::string const& outcome) {
        return metrics
            .count("rate_limit_decisions_total", "", {{"counted_in", where}, {"outcome", outcome}})
            .value();
    }
    reply command(std::vector<std::string> words) {
        return run(connection_->command(std::move(words)));
    }

    std::filesystem::path folder_;
    telemetry::metrics metrics;
    mock_clock time{time_point{}};
    std::optional<embedded::redis_server> server;
    std::optional<connection> connection_;
};

TEST_F(rates, a_limit_is_spent_one_by_one_and_then_refuses) {
    auto limiter = make();
    std::vector<rate> const limit{{"rate:a", 3, 3600s}};
    for (int left : {2, 1, 0}) {
        auto const d = run(limiter.take(limit));
        EXPECT_TRUE(d.allowed);
        EXPECT_FALSE(d.local);
        EXPECT_EQ(d.shown().limit, 3);
        EXPECT_EQ(d.shown().remaining, left);
        EXPECT_EQ(d.shown().retry_after, 0us);
    }
    auto const d = run(limiter.take(limit));
    EXPECT_FALSE(d.allowed);
    EXPECT_EQ(d.shown().remaining, 0);
    EXPECT_GT(d.shown().retry_after, 0us);
    EXPECT_LE(d.shown().retry_after, 1200s);
    EXPECT_GT(d.shown().reset_after, 2400s);
    EXPECT_LE(d.shown().reset_after, 3600s);
    EXPECT_EQ(decisions("redis", "allowed"), 3);
    EXPECT_EQ(decisions("redis", "refused"), 1);
}

TEST_F(rates, a_refusal_costs_nothing_and_the_bucket_refills) {
    auto limiter = make();
    std::vector<rate> const limit{{"rate:a", 2, 1s}};
    EXPECT_TRUE(run(limiter.take(limit)).allowed);
    EXPECT_TRUE(run(limiter.take(limit)).allowed);
    bool again = false;
    run([&]() -> task<> {
        while (!again) {
            auto const d = co_await limiter.take(limit);
            again = d.allowed;
        }
    }());
    EXPECT_TRUE(again) << "however often it was asked meanwhile";
}

TEST_F(rates, several_limits_are_one_command_and_a_refused_request_takes_from_none) {
    auto limiter = make();
    run(limiter.take({{"rate:warm", 1, 1s}}));  // the script is known from here on
    auto const before = metrics.count("redis_commands_total", "").value();
    std::vector<rate> const both{{"rate:wide", 10, 3600s}, {"rate:narrow", 1, 3600s}};
    auto const first = run(limiter.take(both));
    EXPECT_EQ(metrics.count("redis_commands_total", "").value(), before + 1);
    EXPECT_TRUE(first.allowed);
    EXPECT_EQ(first.tightest, 1u);
    for (int i = 0; i < 5; ++i) {
        auto const d = run(limiter.take(both));
        EXPECT_FALSE(d.allowed);
        EXPECT_EQ(d.tightest, 1u);
        EXPECT_EQ(d.standings[0].remaining, 9);
        EXPECT_EQ(d.standings[0].retry_after, 0us);
    }
    EXPECT_EQ(run(limiter.take({{"rate:wide", 10, 3600s}})).shown().remaining, 8);
}

TEST_F(rates, keys_do_not_outlive_their_buckets) {
    auto limiter = make();
    run(limiter.take({{"rate:a", 60, 60s}}));
    auto const ttl = command({"PTTL", "rate:a"}).integer();
    EXPECT_GT(ttl, 0);
    EXPECT_LE(ttl, 1000);
}

TEST_F(rates, what_redis_holds_for_a_clock_that_was_set_back_blocks_for_one_period_at_most) {
    auto limiter = make();
    command({"SET", "rate:a", "9000000000000000"});
    auto const d = run(limiter.take({{"rate:a", 2, 60s}}));
    EXPECT_FALSE(d.allowed);
    EXPECT_LE(d.shown().reset_after, 60s);
    command({"SET", "rate:b", "no number"});
    EXPECT_TRUE(run(limiter.take({{"rate:b", 2, 60s}})).allowed);
}

TEST_F(rates, instances_share_a_limit) {
    auto one = make(), two = make();
    std::vector<rate> const limit{{"rate:a", 2, 3600s}};
    EXPECT_TRUE(run(one.take(limit)).allowed);
    EXPECT_TRUE(run(two.take(limit)).allowed);
    EXPECT_FALSE(run(one.take(limit)).allowed);
}

TEST_F(rates, without_redis_a_stricter_limit_of_the_process_decides) {
    auto limiter = make();
    server->kill();
    run(until([&] { return !connection_->connected(); }));
    std::vector<rate> const limit{{"rate:a", 8, 80s}};
    for (int left : {1, 0}) {
        auto const d = run(limiter.take(limit));
        EXPECT_TRUE(d.allowed);
        EXPECT_TRUE(d.local);
        EXPECT_EQ(d.shown().limit, 2);
        EXPECT_EQ(d.shown().remaining, left);
    }
    auto const d = run(limiter.take(limit));
    EXPECT_FALSE(d.allowed);
    EXPECT_EQ(d.shown().retry_after, 40s);
    EXPECT_EQ(decisions("process", "allowed"), 2);
    EXPECT_EQ(decisions("process", "refused"), 1);
    time.advance(40s);
    EXPECT_TRUE(run(limiter.take(limit)).allowed);

    server->start();
    run(until([&] { return connection_->connected(); }));
    run([&]() -> task<> {  // it asks Redis again after a pause, once
        for (bool local = true; local;) {
            time.advance(1s);
            auto const again = co_await limiter.take(limit);
            local = again.local;
        }
    }());
}

TEST_F(rates, a_redis_that_does_not_answer_is_waited_for_briefly_and_then_left_alone) {
    auto limiter = make({.deadline = 20ms});
    server->freeze();
    std::vector<rate> const limit{{"rate:a", 400, 400s}};
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(run(limiter.take(limit)).local);
    auto const asked = metrics.count("redis_commands_total", "").value();
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(run(limiter.take(limit)).local);
    EXPECT_EQ(metrics.count("redis_commands_total", "").value(), asked);
    server->thaw();
}

TEST_F(rates, a_caller_that_leaves_says_nothing_about_redis) {
    auto limiter = make();
    server->freeze();
    std::vector<rate> const limit{{"rate:a", 8, 80s}};
    int left = 0;
    for (int i = 0; i < 10; ++i) {
        asio::cancellation_signal stop;
        asio::co_spawn(loop_, limiter.take(limit),
                       asio::bind_cancellation_slot(
                           stop.slot(), [&](std::exception_ptr e, rate_limiter::decision) {
                               left += aborted(e);
                           }));
        run(agente::testing::turns(3));
        stop.emit(asio::cancellation_type::terminal);
        run(until([&] { return left == i + 1; }));
    }
    server->thaw();
    EXPECT_FALSE(run(limiter.take(limit)).local);
}

TEST_F(rates, a_user_who_may_not_run_scripts_is_limited_all_the_same) {
    auto limiter = make();
    command({"ACL", "SETUSER", "default", "-evalsha", "-eval"});
    auto const d = run(limiter.take({{"rate:a", 4, 60s}}));
    EXPECT_TRUE(d.allowed);
    EXPECT_TRUE(d.local);
    EXPECT_FALSE(run(limiter.take({{"rate:a", 4, 60s}})).allowed);
}

std::chrono::steady_clock::time_point at(std::chrono::milliseconds since) {
    return std::chrono::steady_clock::time_point(since);
}

TEST(local_rates, refill_evenly) {
    local_rates table(10);
    std::vector<rate> const limit{{"a", 2, 10s}};
    EXPECT_EQ(table.take(limit, at(100s))[0].remaining, 1);
    EXPECT_EQ(table.take(limit, at(100s))[0].remaining, 0);
    EXPECT_EQ(table.take(limit, at(104s))[0].retry_after, 1s);
    EXPECT_EQ(table.take(limit, at(105s))[0].retry_after, 0us);
    EXPECT_EQ(table.take(limit, at(105s))[0].retry_after, 5s);
    EXPECT_EQ(table.take(limit, at(1000s))[0].remaining, 1);
}

TEST(local_rates, a_full_table_refuses_the_new_and_keeps_the_known) {
    local_rates table(2);
    EXPECT_EQ(table.take({{"a", 5, 50s}}, at(100s))[0].retry_after, 0us);
    EXPECT_EQ(table.take({{"b", 5, 50s}}, at(100s))[0].retry_after, 0us);
    EXPECT_EQ(table.take({{"c", 5, 50s}}, at(100s))[0].retry_after, 1s);
    EXPECT_EQ(table.take({{"a", 5, 50s}}, at(100s))[0].remaining, 3);
    EXPECT_EQ(table.take({{"a", 5, 50s}, {"c", 5, 50s}}, at(100s))[0].remaining, 3) << "untouched";
    EXPECT_EQ(table.size(), 2u);
    // "b" is full again, and so nothing is lost with it.
    EXPECT_EQ(table.take({{"c", 5, 50s}}, at(111s))[0].retry_after, 0us);
    EXPECT_EQ(table.size(), 2u);
}

TEST(local_rates, never_grow_beyond_their_room_and_refuse_whoever_is_not_in_it) {
    local_rates table(100);
    int allowed = 0;
    for (int i = 0; i < 10'000; ++i)
        allowed += table.take({{std::to_string(i), 1, 3600s}}, at(100s)).front().retry_after == 0us;
    EXPECT_EQ(allowed, 100);
    EXPECT_EQ(table.size(), 100u);
}

}  // namespace
}  // namespace agente::redis
