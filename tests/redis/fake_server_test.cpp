#include <gmock/gmock.h>
#include <unistd.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <filesystem>

#include "net/gate.hpp"
#include "net/raw_server.hpp"
#include "redis/load.hpp"
#include "redis/protocol.hpp"

namespace agente::redis {
namespace {

using namespace std::chrono_literals;
using agente::testing::raw_peer;
using agente::testing::raw_server;
using agente::testing::turns;
using agente::testing::until;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The peer's commands, which are arrays of strings as replies are.
class commands {
public:
    explicit commands(raw_peer& peer) : peer_(peer) {}
    task<std::vector<std::string>> next() {
        for (;;) {
            if (auto command = reader_.next()) {
                std::vector<std::string> words;
                for (auto const& word : command->array()) words.push_back(word.string());
                co_return words;
            }
            std::string bytes(4096, '\0');
            auto const length =
                co_await peer_.socket.async_read_some(asio::buffer(bytes), asio::use_awaitable);
            reader_.feed({bytes.data(), length});
        }
    }

private:
    raw_peer& peer_;
    reader reader_{1'000'000};
};

// What the tests tell the server; static, since behaviours are plain functions.
struct orders {
    bool greet = true;
    std::string to_echo;  // what ECHO gets instead of its word
    bool hang_up_after_echo = false;
    bool deaf_to_later_pings = false;
    int pings = 0;
    std::vector<std::vector<std::string>> seen;
};
orders told;

task<> serve(raw_peer& peer) {
    commands from(peer);
    auto greeted = false;
    for (;;) {
        auto const words = co_await from.next();
        told.seen.push_back(words);
        if (words[0] == "PING") {
            ++told.pings;
            while (!told.greet) co_await net::pause(1ms);
            if (!greeted || !told.deaf_to_later_pings) co_await peer.send("+PONG\r\n");
            greeted = true;
        } else if (words[0] == "ECHO") {
            co_await peer.send(told.to_echo);
            if (told.hang_up_after_echo) co_return;
        } else {
            co_await peer.send("+OK\r\n");
        }
    }
}

class fake_redis_test : public agente::testing::loop_fixture {
protected:
    void SetUp() override { told = {}; }

    options settings() {
        options with;
        with.port = server_.port();
        with.reconnect = {1ms, 5ms};
        return with;
    }
    connection& open(options with) {
        connection_.emplace(loop_, std::move(with), metrics_);
        run(connection_->start());
        return *connection_;
    }

    telemetry::metrics metrics_;
    raw_server server_{loop_, serve};
    std::optional<connection> connection_;
};

TEST_F(fake_redis_test, greets_with_user_password_and_database) {
    auto with = settings();
    with.user = "someone";
    with.password = secret("pw");
    with.database = 5;
    open(with);
    EXPECT_THAT(told.seen, ElementsAre(ElementsAre("AUTH", "someone", "pw"),
                                       ElementsAre("SELECT", "5"), ElementsAre("PING")));
}

TEST_F(fake_redis_test, nonsense_ends_the_connection_and_leaves_the_command_in_doubt) {
    auto& at = open(settings());
    told.to_echo = "HTTP/1.1 400 Bad Request\r\n\r\n";
    auto const e = error_of([&] { run(at.command({"ECHO", "x"})); });
    EXPECT_EQ(e.reason().kind(), error_kind::in_doubt);
    EXPECT_THAT(e.what(), HasSubstr("not its protocol"));
    told.to_echo = "$1\r\nx\r\n";
    run(until([&] { return at.connected(); }));
    EXPECT_EQ(run(at.command({"ECHO", "x"})).string(), "x");
}

TEST_F(fake_redis_test, an_answer_nobody_asked_for_ends_the_connection) {
    auto& at = open(settings());
    told.to_echo = "$1\r\nx\r\n$1\r\ny\r\n";
    EXPECT_EQ(run(at.command({"ECHO", "x"})).string(), "x");
    run(until([&] { return server_.counts().accepted == 2 && at.connected(); }));
    EXPECT_NO_THROW(run(at.command({"SET", "a", "b"})));
}

TEST_F(fake_redis_test, half_an_answer_leaves_the_command_in_doubt) {
    auto& at = open(settings());
    told.to_echo = "$10\r\nhalf";
    told.hang_up_after_echo = true;
    auto const e = error_of([&] { run(at.command({"ECHO", "x"})); });
    EXPECT_EQ(e.reason().kind(), error_kind::in_doubt);
    EXPECT_THAT(e.what(), HasSubstr("closed the connection"));
}

TEST_F(fake_redis_test, a_reply_without_end_is_cut_at_its_limit) {
    auto with = settings();
    with.most_reply = 1000;
    auto& at = open(with);
    told.to_echo = "$100000\r\n" + std::string(50'000, 'x');
    EXPECT_EQ(error_of([&] {
                  run(at.command({"ECHO", "x"}));
              })
                  .reason()
                  .kind(),
              error_kind::in_doubt);
}

task<> keep(connection& at, std::vector<std::string> words, std::optional<std::string>& outcome) {
    try {
        auto const answer = co_await at.command(std::move(words));
        outcome = answer.string();
    } catch (error const& e) {
        outcome = std::string(to_string(e.reason().kind()));
    }
}

TEST_F(fake_redis_test, commands_given_while_it_connects_wait_for_it) {
    told.greet = false;
    connection at(loop_, settings(), metrics_);
    in_background(at.start());
    run(turns(5));
    std::optional<std::string> outcome;
    in_background(keep(at, {"SET", "a", "b"}, outcome));
    run(until([&] { return told.pings == 1; }));
    EXPECT_FALSE(outcome.has_value());
    told.greet = true;
    run(until([&] { return outcome.has_value(); }));
    EXPECT_EQ(outcome, "OK");
}

TEST_F(fake_redis_test, a_server_that_never_greets_is_unavailable_for_those_who_waited) {
    told.greet = false;
    auto with = settings();
    with.connect_timeout = 30ms;
    connection at(loop_, with, metrics_);
    in_background(at.start());
    run(turns(5));
    std::optional<std::string> outcome;
    in_background(keep(at, {"SET", "a", "b"}, outcome));
    run(until([&] { return outcome.has_value(); }));
    EXPECT_EQ(outcome, "unavailable");
    EXPECT_THAT(at.trouble(), HasSubstr("30 ms"));
    EXPECT_EQ(error_of([&] { run(at.command({"PING"})); }).reason().kind(),
              error_kind::unavailable);
}

TEST_F(fake_redis_test, a_command_that_was_never_written_in_time_is_a_timeout) {
    told.greet = false;
    auto with = settings();
    with.deadline = 20ms;
    connection at(loop_, with, metrics_);
    in_background(at.start());
    run(turns(5));
    EXPECT_EQ(error_of([&] {
                  run(at.command({"SET", "a", "b"}));
              })
                  .reason()
                  .kind(),
              error_kind::timeout);
    told.greet = true;
    run(until([&] { return at.connected(); }));
    run(at.command({"SET", "c", "d"}));
    EXPECT_THAT(told.seen.back(), ElementsAre("SET", "c", "d"));
    EXPECT_THAT(told.seen, ::testing::Not(::testing::Contains(
                               ElementsAre("SET", "a", "b"))));  // it does not come after all
}

TEST_F(fake_redis_test, a_refusing_port_is_said_and_tried_again) {
    auto const with = settings();
    server_.close();
    auto& at = open(with);
    EXPECT_THAT(at.trouble(), HasSubstr("refused"));
    auto const e = error_of([&] { run(at.command({"PING"})); });
    EXPECT_EQ(e.reason().kind(), error_kind::unavailable);
    EXPECT_THAT(e.what(), HasSubstr(fmt::format("127.0.0.1:{}", with.port)));
}

TEST_F(fake_redis_test, a_name_that_does_not_exist_is_said) {
    auto with = settings();
    with.host = "no-such-host.invalid";  // RFC 6761 §6.4
    EXPECT_THAT(open(with).trouble(), HasSubstr("no-such-host.invalid cannot be resolved"));
}

TEST_F(fake_redis_test, silence_is_broken_by_pings) {
    auto with = settings();
    with.ping_after = 2ms;
    open(with);
    run(until([&] { return told.pings > 5; }));
    EXPECT_EQ(server_.counts().accepted, 1);
}

TEST_F(fake_redis_test, a_ping_that_is_not_answered_renews_the_connection) {
    told.deaf_to_later_pings = true;
    auto with = settings();
    with.ping_after = 2ms;
    with.deadline = 10ms;
    open(with);
    run(until([&] { return server_.counts().accepted > 2; }));
}

TEST_F(fake_redis_test, what_is_asked_for_at_the_same_time_is_written_together) {
    auto& at = open(settings());
    std::vector<std::optional<std::string>> outcomes(100);
    for (auto& each : outcomes) in_background(keep(at, {"SET", "a", "b"}, each));
    run(turns(3));
    EXPECT_EQ(metrics_.count("redis_writes_total", "").value(), 1);
    run(until([&] {
        return std::all_of(outcomes.begin(), outcomes.end(),
                           [](auto const& o) { return o.has_value(); });
    }));
}

task<> serve_unix(asio::local::stream_protocol::acceptor& at) {
    auto socket = co_await at.async_accept(asio::use_awaitable);
    std::string bytes(4096, '\0');
    for (;;) {
        co_await socket.async_read_some(asio::buffer(bytes), asio::use_awaitable);
        std::string const pong = "+PONG\r\n";
        co_await asio::async_write(socket, asio::buffer(pong), asio::use_awaitable);
    }
}

TEST_F(fake_redis_test, a_unix_socket_serves_as_well) {
    auto const path =
        std::filesystem::temp_directory_path() / fmt::format("agente-redis-{}.sock", ::getpid());
    std::filesystem::remove(path);
    asio::local::stream_protocol::acceptor acceptor(loop_, path.string());
    in_background(serve_unix(acceptor));
    auto& at = open(parse_url("unix://" + path.string()).value());
    EXPECT_TRUE(at.connected()) << at.trouble();
    EXPECT_EQ(run(at.command({"PING"})).string(), "PONG");
    std::filesystem::remove(path);
}

}  // namespace
}  // namespace agente::redis
