#include "redis/connection.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <filesystem>

#include "embedded/redis_server.hpp"
#include "net/deadline.hpp"
#include "redis/load.hpp"

namespace agente::redis {
namespace {

using namespace std::chrono_literals;
using agente::testing::turns;
using agente::testing::until;
using ::testing::HasSubstr;

script const echo_script("test.echo", "return ARGV[1]");
script const count_script("test.count", "return redis.call('INCR', KEYS[1])");

std::filesystem::path folder(std::string_view name) {
    return std::filesystem::temp_directory_path() /
           fmt::format("agente-redis-test-{}-{}", ::getpid(), name);
}

class redis_test : public agente::testing::loop_fixture {
protected:
    static void SetUpTestSuite() {
        server_ = std::make_unique<embedded::redis_server>(
            embedded::redis_options{.folder = folder("shared")});
    }
    static void TearDownTestSuite() {
        server_.reset();
        std::filesystem::remove_all(folder("shared"));
    }

    options settings(std::string const& url) {
        auto with = parse_url(url).value();
        with.reconnect = {5ms, 20ms};
        return with;
    }
    connection& open(options with) {
        connection_.emplace(loop_, std::move(with), metrics_);
        run(connection_->start());
        return *connection_;
    }
    connection& open() { return open(settings(server_->url())); }
    double failures(std::string const& kind) {
        return metrics_.count("redis_errors_total", "", {{"kind", kind}}).value();
    }
    double up() { return metrics_.measure("redis_connected", "").value(); }

    static std::unique_ptr<embedded::redis_server> server_;
    telemetry::metrics metrics_;
    std::optional<connection> connection_;
};
std::unique_ptr<embedded::redis_server> redis_test::server_;

TEST_F(redis_test, commands_are_answered) {
    auto& at = open();
    EXPECT_TRUE(at.connected());
    EXPECT_EQ(at.trouble(), "");
    EXPECT_EQ(up(), 1);
    EXPECT_TRUE(run(at.command({"SET", "key", std::string("a\0b", 3), "PX", "60000"})).ok());
    EXPECT_EQ(run(at.command({"GET", "key"})).string(), std::string("a\0b", 3));
    EXPECT_FALSE(run(at.command({"SET", "key", "other", "NX"})).ok());
    EXPECT_EQ(run(at.command({"DEL", "key"})).integer(), 1);
    EXPECT_TRUE(run(at.command({"GET", "key"})).is_nil());
    EXPECT_EQ(metrics_.count("redis_commands_total", "").value(), 5);
}

TEST_F(redis_test, a_pipeline_is_answered_in_order) {
    auto& at = open();
    auto const answers = run(at.pipeline(
        {{"SET", "p", "1"}, {"INCR", "p"}, {"LRANGE", "none", "0", "-1"}, {"DEL", "p"}}));
    ASSERT_EQ(answers.size(), 4u);
    EXPECT_TRUE(answers[0].ok());
    EXPECT_EQ(answers[1].integer(), 2);
    EXPECT_EQ(answers[2].size(), 0u);
    EXPECT_EQ(answers[3].integer(), 1);
    EXPECT_TRUE(run(at.pipeline({})).empty());
}

TEST_F(redis_test, an_error_reply_is_thrown_and_the_connection_stays) {
    auto& at = open();
    run(at.command({"SET", "text", "x"}));
    auto const wrong = error_of([&] { run(at.command({"LPUSH", "text", "x"})); });
    EXPECT_EQ(wrong.reason().code(), "redis.wrong_type");
    EXPECT_THAT(wrong.reply_text(), HasSubstr("WRONGTYPE"));
    auto const second = error_of([&] {
        run(at.pipeline({{"SET", "after", "1"}, {"NOSUCHCOMMAND"}, {"INCR", "after"}}));
    });
    EXPECT_THAT(second.reply_text(), HasSubstr("unknown command"));
    EXPECT_EQ(run(at.command({"GET", "after"})).integer(),
              2);  // the others of the pipeline were executed
    EXPECT_EQ(failures("refused"), 2);
}

TEST_F(redis_test, ten_thousand_interleaved_commands_each_get_their_own_reply) {
    auto& at = open();
    tally all;
    for (int i = 0; i < 100; ++i)
        in_background(echo_often(at, echo_script, fmt::format("caller{}", i), 100, all));
    run(turns(2));
    run(until([&] { return all.under_way == 0; }));
    EXPECT_EQ(all.answered, 10'000);
    EXPECT_EQ(all.wrong, 0);
}

TEST_F(redis_test, a_script_the_server_forgot_is_sent_whole_once) {
    auto& at = open();
    run(at.command({"DEL", "counted"}));
    run(at.command({"SCRIPT", "FLUSH"}));
    EXPECT_EQ(run(at.run(count_script, {"counted"}, {})).integer(), 1);
    auto const sent = metrics_.count("redis_commands_total", "").value();
    EXPECT_EQ(run(at.run(count_script, {"counted"}, {})).integer(), 2);
    EXPECT_EQ(metrics_.count("redis_commands_total", "").value(), sent + 1);  // by its SHA1 alone
    run(at.command({"SCRIPT", "FLUSH"}));
    EXPECT_EQ(run(at.run(count_script, {"counted"}, {})).integer(), 3);
}

TEST_F(redis_test, the_urls_database_is_selected) {
    run(open(settings(server_->url(3))).command({"SET", "only-in-3", "x"}));
    run(connection_->stop());
    EXPECT_TRUE(run(open().command({"GET", "only-in-3"})).is_nil());
    run(connection_->stop());
    EXPECT_EQ(run(open(settings(server_->url(3))).command({"GET", "only-in-3"})).string(), "x");
}

TEST_F(redis_test, a_wrong_password_is_said_and_commands_fail_at_once) {
    auto with = settings(server_->url());
    with.password = secret("wrong-and-never-shown");
    auto& at = open(with);
    EXPECT_FALSE(at.connected());
    EXPECT_THAT(at.trouble(), HasSubstr("refused the user name or password"));
    auto const e = error_of([&] { run(at.command({"PING"})); });
    EXPECT_EQ(e.reason().kind(), error_kind::unavailable);
    EXPECT_THAT(e.what(), ::testing::Not(HasSubstr("never-shown")));
    with.password = secret();
    EXPECT_THAT(open(with).trouble(), HasSubstr("wants a password"));
    EXPECT_EQ(up(), 0);
}

TEST_F(redis_test, a_database_that_does_not_exist_is_said) {
    auto with = settings(server_->url());
    with.database = 999'999;
    EXPECT_THAT(open(with).trouble(), HasSubstr("DB index is out of range"));
}

task<> hold(connection& at, std::vector<std::string> words, std::exception_ptr& failed,
            bool& ended) {
    try {
        co_await at.command(std::move(words));
    } catch (...) {
        failed = std::current_exception();
    }
    ended = true;
}

TEST_F(redis_test, a_cancelled_waiters_reply_is_dropped) {
    auto& at = open();
    asio::cancellation_signal stop;
    std::exception_ptr failed;
    auto ended = false;
    server_->freeze();  // so that the command is certainly written, and certainly not answered
    asio::co_spawn(loop_, hold(at, {"ECHO", "for the one who left"}, failed, ended),
                   asio::bind_cancellation_slot(stop.slot(), asio::detached));
    run(turns(10));
    stop.emit(asio::cancellation_type::terminal);
    run(turns(5));
    ASSERT_TRUE(ended);
    EXPECT_TRUE(aborted(failed));
    server_->thaw();
    EXPECT_EQ(run(at.command({"ECHO", "for the one who stayed"})).string(),
              "for the one who stayed");
}

TEST_F(redis_test, no_answer_in_time_leaves_it_in_doubt_and_renews_the_connection) {
    auto with = settings(server_->url());
    with.deadline = 50ms;
    auto& at = open(with);
    server_->freeze();
    auto const e = error_of([&] { run(at.command({"ECHO", "late"})); });
    EXPECT_EQ(e.reason().kind(), error_kind::in_doubt);
    EXPECT_EQ(failures("in_doubt"), 1);
    run(until([&] { return !at.connected(); }));
    server_->thaw();
    run(until([&] { return at.connected(); }));
    EXPECT_EQ(run(at.command({"ECHO", "in time"})).string(), "in time");
}

TEST_F(redis_test, over_the_bound_it_is_unavailable_at_once) {
    auto with = settings(server_->url());
    with.most_waiting = 2;
    auto& at = open(with);
    std::exception_ptr failed;
    auto first = false, second = false;
    server_->freeze();
    in_background(hold(at, {"PING"}, failed, first));
    in_background(hold(at, {"PING"}, failed, second));
    run(turns(5));
    auto const e = error_of([&] { run(at.command({"PING"})); });
    EXPECT_EQ(e.reason().code(), "redis.overloaded");
    EXPECT_EQ(e.reason().kind(), error_kind::unavailable);
    server_->thaw();
    run(until([&] { return first && second; }));
    EXPECT_FALSE(failed);
    EXPECT_NO_THROW(run(at.command({"PING"})));
}

TEST_F(redis_test, stopping_waits_for_the_answers_in_flight_and_takes_no_more) {
    auto& at = open();
    tally all;
    for (int i = 0; i < 20; ++i)
        in_background(echo_often(at, echo_script, fmt::format("last{}", i), 1, all));
    run(turns(1));
    EXPECT_EQ(all.under_way, 20);
    run(at.stop());
    run(until([&] { return all.under_way == 0; }));
    EXPECT_EQ(all.answered, 20);
    EXPECT_EQ(error_of([&] { run(at.command({"PING"})); }).reason().kind(),
              error_kind::unavailable);
    EXPECT_EQ(up(), 0);
    run(at.start());
    EXPECT_NO_THROW(run(at.command({"PING"})));
}

TEST_F(redis_test, without_a_start_commands_are_unavailable) {
    connection never(loop_, settings(server_->url()), metrics_);
    EXPECT_EQ(error_of([&] { run(never.command({"PING"})); }).reason().kind(),
              error_kind::unavailable);
    EXPECT_NO_THROW(run(never.stop()));
}

TEST_F(redis_test, the_loop_may_die_with_commands_in_flight) {
    std::exception_ptr failed;
    auto ended = false;
    {
        asio::io_context other;
        connection mine(other, settings(server_->url()), metrics_);
        asio::co_spawn(other, mine.start(), asio::detached);
        while (!mine.connected()) other.run_one();
        server_->freeze();
        asio::co_spawn(other, hold(mine, {"PING"}, failed, ended), asio::detached);
        for (int i = 0; i < 20; ++i) other.poll();
    }
    server_->thaw();
    EXPECT_FALSE(ended);
}

// Servers of their own: these are stopped, killed or started with other settings.

TEST_F(redis_test, a_full_memory_is_said) {
    auto& at = open();
    run(at.command({"CONFIG", "SET", "maxmemory", "1"}));
    auto const e = error_of([&] { run(at.command({"SET", "more", "x"})); });
    run(at.command({"CONFIG", "SET", "maxmemory", "0"}));
    EXPECT_EQ(e.reason().code(), "redis.out_of_memory");
    EXPECT_EQ(e.reason().kind(), error_kind::unavailable);
}

task<> increment_until(connection& at, std::string key, bool const& stop, tally& into) {
    ++into.under_way;
    while (!stop) {
        try {
            co_await at.command({"INCR", key});
            ++into.answered;
            continue;
        } catch (error const& e) {
            ++into.failed[e.reason().kind()];
        }
        co_await net::pause(1ms);
    }
    --into.under_way;
}

TEST_F(redis_test, a_server_stopped_and_started_under_load_loses_no_answered_write) {
    auto const where = folder("restarted");
    embedded::redis_server server({.folder = where, .keep = true});
    auto& at = open(settings(server.url()));
    std::vector<tally> of(40);
    auto stop = false;
    for (std::size_t i = 0; i < of.size(); ++i)
        in_background(increment_until(at, fmt::format("n{}", i), stop, of[i]));
    auto const answered = [&] {
        auto sum = 0;
        for (auto const& each : of) sum += each.answered;
        return sum;
    };
    run(until([&] { return answered() > 2000; }));
    server.stop();
    run(until([&] { return !at.connected(); }));
    run(until([&] { return of[0].failures(error_kind::unavailable) > 0; }));
    server.start();
    auto const before = answered();
    run(until([&] { return answered() > before + 2000; }));
    stop = true;
    run(until([&] {
        return std::all_of(of.begin(), of.end(), [](tally const& t) { return t.under_way == 0; });
    }));
    for (std::size_t i = 0; i < of.size(); ++i) {
        auto const stored = run(at.command({"GET", fmt::format("n{}", i)})).integer();
        EXPECT_GE(stored, of[i].answered) << i;
        EXPECT_LE(stored, of[i].answered + of[i].failures(error_kind::in_doubt)) << i;
        for (auto const& [kind, count] : of[i].failed)
            EXPECT_TRUE(kind == error_kind::in_doubt || kind == error_kind::unavailable)
                << to_string(kind);
    }
    run(at.stop());
    server.stop();
    std::filesystem::remove_all(where);
}

TEST_F(redis_test, a_server_killed_again_and_again_never_crosses_replies) {
    auto const where = folder("killed");
    embedded::redis_server server({.folder = where});
    auto& at = open(settings(server.url()));
    tally all;
    auto spawned = 0;
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 30; ++i)
            in_background(echo_often(at, echo_script, fmt::format("c{}", ++spawned), 30, all));
        auto const goal = all.answered + 100;
        run(until([&] { return all.answered > goal || all.under_way == 0; }));
        server.kill();
        run(until([&] { return all.under_way == 0; }));
        server.start();
        run(until([&] { return at.connected(); }));
        EXPECT_EQ(run(at.command({"ECHO", "here again"})).string(), "here again");
    }
    EXPECT_EQ(all.wrong, 0);
    EXPECT_GT(all.answered, 500);
    EXPECT_GT(all.failures(error_kind::in_doubt) + all.failures(error_kind::unavailable), 0);
    run(at.stop());
    server.stop();
    std::filesystem::remove_all(where);
}

TEST_F(redis_test, tls_is_verified_unless_told_otherwise) {
    auto const where = folder("tls");
    embedded::redis_server server({.folder = where, .tls = true});
    auto with = settings(server.url());
    ASSERT_TRUE(with.tls);
    with.ca_file.clear();
    EXPECT_FALSE(open(with).connected());
    EXPECT_THAT(connection_->trouble(), HasSubstr("certificate was not accepted"));

    with.ca_file = server.authority();
    auto& at = open(with);
    ASSERT_TRUE(at.connected()) << at.trouble();
    tally all;
    for (int i = 0; i < 20; ++i)
        in_background(echo_often(at, echo_script, fmt::format("tls{}", i), 50, all));
    run(turns(2));
    run(until([&] { return all.under_way == 0; }));
    EXPECT_EQ(all.answered, 1000);
    std::string const large(3'000'000, 'x');
    run(at.command({"SET", "large", large}));
    EXPECT_EQ(run(at.command({"GET", "large"})).string(), large);

    with.ca_file.clear();
    with.verify_certificate = false;
    EXPECT_TRUE(open(with).connected()) << connection_->trouble();

    with.verify_certificate = true;
    with.ca_file = "/nowhere/ca.pem";
    auto const e = error_of([&] { connection unreadable(loop_, with, metrics_); });
    EXPECT_EQ(e.reason().kind(), error_kind::invalid);
    EXPECT_THAT(e.what(), HasSubstr("/nowhere/ca.pem"));
    connection_.reset();
    server.stop();
    std::filesystem::remove_all(where);
}

TEST_F(redis_test, tls_on_a_plain_port_is_said) {
    auto with = settings(server_->url());
    with.tls = true;
    with.connect_timeout = 500ms;
    auto& at = open(with);
    EXPECT_FALSE(at.connected());
    EXPECT_FALSE(at.trouble().empty());
}

}  // namespace
}  // namespace agente::redis
