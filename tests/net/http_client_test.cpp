#include "net/http_client.hpp"

#include <gmock/gmock.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "net/deadline.hpp"
#include "net/gate.hpp"
#include "net/loop_fixture.hpp"
#include "net/raw_server.hpp"

namespace agente::net {
namespace {

using namespace std::chrono_literals;
using agente::testing::http_answer;
using agente::testing::raw_peer;
using agente::testing::raw_server;
using agente::testing::turns;
using agente::testing::until;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class http_client_test : public agente::testing::loop_fixture {
protected:
    http_client& client(http_client_options with = {}) {
        if (!client_) client_.emplace(loop_, std::move(with), metrics_);
        return *client_;
    }
    result<http_response> send(http_request what) { return run(client().send(std::move(what))); }

    double counted(std::string const& outcome) {
        return metrics_
            .count("http_client_requests_total", "", {{"host", "127.0.0.1"}, {"outcome", outcome}})
            .value();
    }
    double in_flight() { return metrics_.measure("http_client_requests_in_flight", "").value(); }

    telemetry::metrics metrics_;
    std::optional<http_client> client_;
};

void expect_kind(result<http_response> const& outcome, error_kind kind) {
    ASSERT_TRUE(outcome.has_error()) << "status " << outcome->status;
    EXPECT_EQ(to_string(outcome.error().kind()), to_string(kind)) << outcome.error().message();
}

task<> echo(raw_peer& peer) {
    for (;;) {
        auto const request = co_await peer.next_request();
        co_await peer.send(http_answer(request));
    }
}
task<> say_nothing(raw_peer& peer) { co_await peer.drain(); }
task<> hang_up_after_the_request(raw_peer& peer) { co_await peer.next_request(); }
task<> hang_up_within_the_body(raw_peer& peer) {
    co_await peer.next_request();
    co_await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
}
task<> hang_up_within_a_chunk(raw_peer& peer) {
    co_await peer.next_request();
    co_await peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nonly this");
}
task<> talk_nonsense(raw_peer& peer) {
    co_await peer.next_request();
    co_await peer.send("\x01\x02 220 mail.example ESMTP\r\n\r\n");
    co_await peer.drain();
}
task<> talk_without_end(raw_peer& peer) {
    co_await peer.next_request();
    co_await peer.send("HTTP/1.1 200 OK\r\n\r\n");
    for (;;) co_await peer.send(std::string(65536, 'x'));
}
task<> send_headers_without_end(raw_peer& peer) {
    co_await peer.next_request();
    co_await peer.send("HTTP/1.1 200 OK\r\n");
    for (;;) co_await peer.send("X-More: " + std::string(1000, 'x') + "\r\n");
}
task<> stop_within_the_body(raw_peer& peer) {
    co_await peer.next_request();
    co_await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
    co_await peer.drain();
}
// Answers the first request and hangs up at the second without a word: a server that just closed a
// kept connection.
task<> answer_once(raw_peer& peer) {
    co_await peer.next_request();
    co_await peer.send(http_answer("first"));
    co_await peer.next_request();
}
task<> redirect(raw_peer& peer) {
    co_await peer.next_request();
    co_await peer.send(
        http_answer("", "302 Found", "Location: /elsewhere\r\nX-Two: a\r\nx-two: b\r\n"));
    co_await peer.drain();
}

TEST_F(http_client_test, an_answer_comes_with_status_headers_and_body) {
    raw_server server(loop_, redirect);
    auto const answer = send({.url = server.url()});
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->status, 302);  // and is not followed
    EXPECT_EQ(answer->header("location"), "/elsewhere");
    EXPECT_EQ(answer->header("x-two"), "a");
    EXPECT_EQ(answer->headers.size(), 4u);
    EXPECT_EQ(answer->header("absent"), "");
    EXPECT_EQ(server.counts().requests, 1);
    EXPECT_EQ(counted("3xx"), 1);
}

TEST_F(http_client_test, sends_what_it_was_given) {
    raw_server server(loop_, echo);
    auto const answer =
        send({.method = "POST",
              .url = server.url("/a?b=c"),
              .headers = {{"X-One", "1"}, {"X-Empty", ""}, {"Content-Type", "text/xml"}},
              .body = std::string("with\0nul", 8)});
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_THAT(answer->body,
                AllOf(HasSubstr("POST /a?b=c HTTP/1.1\r\n"), HasSubstr("X-One: 1\r\n"),
                      HasSubstr("X-Empty:\r\n"), HasSubstr("Content-Type: text/xml\r\n"),
                      HasSubstr("Content-Length: 8\r\n"), HasSubstr("User-Agent: agente-hotel\r\n"),
                      HasSubstr(std::string("\r\n\r\nwith\0nul", 12)), Not(HasSubstr("Expect")),
                      Not(HasSubstr("Authorization"))));
}

TEST_F(http_client_test, every_method_has_the_content_length_it_needs) {
    raw_server server(loop_, echo);
    EXPECT_THAT(send({.method = "PUT", .url = server.url()})->body,
                AllOf(HasSubstr("PUT / "), HasSubstr("Content-Length: 0\r\n"),
                      Not(HasSubstr("Content-Type"))));
    EXPECT_THAT(send({.method = "DELETE", .url = server.url()})->body,
                AllOf(HasSubstr("DELETE / "), Not(HasSubstr("Content-"))));
    EXPECT_THAT(send({.method = "PUT", .url = server.url(), .body = "abc"})->body,
                AllOf(HasSubstr("PUT / "), HasSubstr("\r\n\r\nabc")));
    EXPECT_THAT(send({.url = server.url()})->body,
                AllOf(HasSubstr("GET / "), Not(HasSubstr("Content-"))));
    EXPECT_EQ(send({.method = "HEAD", .url = server.url()})->body, "");
    EXPECT_EQ(server.counts().accepted, 1);
}

TEST_F(http_client_test, credentials_are_sent_with_an_empty_password_or_as_a_bearer_token) {
    raw_server server(loop_, echo);
    EXPECT_THAT(send({.url = server.url(), .basic_user = secret("KEY")})->body,
                HasSubstr("Authorization: Basic S0VZOg==\r\n"));  // KEY:
    EXPECT_THAT(send({.url = server.url(), .bearer = secret("token")})->body,
                HasSubstr("Authorization: Bearer token\r\n"));
    EXPECT_THAT(send({.url = server.url()})->body, Not(HasSubstr("Authorization")));
}

TEST_F(http_client_test, a_large_body_goes_out_whole) {
    raw_server server(loop_, echo);
    std::string const body(3'000'000, 'b');
    auto const answer = send({.method = "POST", .url = server.url(), .body = body});
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_TRUE(answer->body.ends_with(body));
}

TEST_F(http_client_test, connections_are_kept_and_used_again) {
    raw_server server(loop_, echo);
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(send({.url = server.url()}));
    EXPECT_EQ(server.counts().accepted, 1);
    EXPECT_EQ(server.counts().requests, 20);
}

TEST_F(http_client_test, a_refused_connection_is_unavailable) {
    raw_server server(loop_, echo);
    auto const url = server.url("/path?key=hidden");
    server.close();
    auto const answer = send({.method = "POST", .url = url, .body = "x"});
    expect_kind(answer, error_kind::unavailable);
    EXPECT_THAT(answer.error().message(), AllOf(HasSubstr("127.0.0.1"), Not(HasSubstr("hidden"))));
    EXPECT_EQ(counted("unavailable"), 1);
}

TEST_F(http_client_test, a_name_that_does_not_exist_is_unavailable) {
    auto const answer = send({.url = "http://no-such-host.invalid/"});  // RFC 6761 §6.4
    expect_kind(answer, error_kind::unavailable);
    EXPECT_THAT(answer.error().message(), HasSubstr("no-such-host.invalid"));
}

TEST_F(http_client_test, hanging_up_before_an_answer_leaves_it_in_doubt) {
    raw_server server(loop_, hang_up_after_the_request);
    expect_kind(send({.method = "POST", .url = server.url(), .body = "x"}), error_kind::in_doubt);
    EXPECT_EQ(server.counts().requests, 1);
    EXPECT_EQ(counted("in_doubt"), 1);
}

TEST_F(http_client_test, half_an_answer_leaves_it_in_doubt) {
    raw_server length(loop_, hang_up_within_the_body);
    raw_server chunk(loop_, hang_up_within_a_chunk);
    expect_kind(send({.url = length.url()}), error_kind::in_doubt);
    expect_kind(send({.url = chunk.url()}), error_kind::in_doubt);
}

TEST_F(http_client_test, nonsense_leaves_it_in_doubt) {
    raw_server server(loop_, talk_nonsense);
    expect_kind(send({.url = server.url()}), error_kind::in_doubt);
}

TEST_F(http_client_test, an_answer_without_end_is_cut_at_its_limit) {
    raw_server body(loop_, talk_without_end);
    raw_server headers(loop_, send_headers_without_end);
    expect_kind(send({.url = body.url(), .most_body = 200'000}), error_kind::too_large);
    expect_kind(send({.url = headers.url()}), error_kind::too_large);
    raw_server small(loop_, echo);
    EXPECT_TRUE(send({.url = small.url(), .most_body = 200'000}));
    expect_kind(send({.url = small.url(), .most_body = 10}), error_kind::too_large);
}

TEST_F(http_client_test, no_answer_in_time_leaves_it_in_doubt) {
    raw_server silent(loop_, say_nothing);
    raw_server stuck(loop_, stop_within_the_body);
    expect_kind(send({.url = silent.url(), .deadline = 30ms}), error_kind::in_doubt);
    expect_kind(send({.url = stuck.url(), .deadline = 30ms}), error_kind::in_doubt);
    run(until([&] {
        return silent.counts().open == 0 && stuck.counts().open == 0;
    }));  // and the connections are closed
    EXPECT_EQ(in_flight(), 0);
}

TEST_F(http_client_test, time_that_runs_out_in_the_queue_is_a_timeout_and_nothing_was_sent) {
    client({.connections_per_host = 1});
    raw_server server(loop_, say_nothing);
    in_background([](http_client& c, std::string url) -> task<> { co_await c.send({.url = url}); }(
                                                          client(), server.url()));
    run(until([&] { return server.counts().accepted == 1; }));
    auto const answer =
        send({.method = "POST", .url = server.url(), .body = "x", .deadline = 20ms});
    expect_kind(answer, error_kind::timeout);
    EXPECT_EQ(answer.error().code(), "net.queue_timeout");
    EXPECT_EQ(server.counts().accepted, 1);
}

TEST_F(http_client_test, a_connection_that_cannot_be_made_in_time_is_a_timeout) {
    // A listener whose queue is full: the kernel answers no further connection attempts.
    asio::ip::tcp::acceptor full(loop_);
    full.open(asio::ip::tcp::v4());
    full.bind({asio::ip::address_v4::loopback(), 0});
    full.listen(0);
    std::vector<std::unique_ptr<asio::ip::tcp::socket>> fillers;
    for (int i = 0; i < 8; ++i) {
        fillers.push_back(std::make_unique<asio::ip::tcp::socket>(loop_));
        fillers.back()->async_connect(full.local_endpoint(), [](boost::system::error_code) {});
    }
    auto const url = fmt::format("http://127.0.0.1:{}/", full.local_endpoint().port());
    client({.connect_timeout = 50ms});
    expect_kind(send({.method = "POST", .url = url, .body = "x"}), error_kind::timeout);
    expect_kind(send({.method = "POST", .url = url, .body = "x", .deadline = 20ms}),
                error_kind::timeout);
}

TEST_F(http_client_test, a_post_that_met_a_closing_connection_is_not_sent_again) {
    raw_server server(loop_, answer_once);
    ASSERT_TRUE(send({.url = server.url()}));
    expect_kind(send({.method = "POST", .url = server.url(), .body = "book"}),
                error_kind::in_doubt);
    EXPECT_EQ(server.counts().requests, 2);
}

TEST_F(http_client_test, a_get_that_met_a_closing_connection_is_sent_again) {
    raw_server server(loop_, answer_once);
    ASSERT_TRUE(send({.url = server.url()}));
    auto const second = send({.url = server.url()});
    ASSERT_TRUE(second) << second.error().message();
    EXPECT_EQ(second->body, "first");
    EXPECT_EQ(server.counts().accepted, 2);
}

task<> send_one(http_client& with, std::string url, int& good, int& left) {
    auto const answer = co_await with.send({.url = std::move(url), .deadline = 60s});
    if (answer && answer->status == 200) ++good;
    --left;
}

TEST_F(http_client_test, a_thousand_at_once_stay_within_the_limit_a_host) {
    client({.connections_per_host = 7});
    raw_server server(loop_, echo);
    auto good = 0;
    auto left = 1000;
    for (int i = 0; i < 1000; ++i)
        in_background(send_one(client(), server.url(fmt::format("/{}", i)), good, left));
    run(until([&] { return left == 0; }));
    EXPECT_EQ(good, 1000);
    EXPECT_EQ(server.counts().most_open, 7);
    EXPECT_EQ(server.counts().accepted, 7);
    EXPECT_EQ(in_flight(), 0);
}

TEST_F(http_client_test, one_busy_host_does_not_hold_up_another) {
    client({.connections_per_host = 1});
    raw_server silent(loop_, say_nothing);
    raw_server server(loop_, echo);
    auto good = 0;
    auto left = 5;
    for (int i = 0; i < 5; ++i) in_background(send_one(client(), silent.url(), good, left));
    run(turns(5));
    EXPECT_TRUE(send({.url = server.url()}));
}

TEST_F(http_client_test, over_the_bound_it_is_unavailable_at_once) {
    client({.most_waiting = 2});
    raw_server silent(loop_, say_nothing);
    auto good = 0;
    auto left = 2;
    for (int i = 0; i < 2; ++i) in_background(send_one(client(), silent.url(), good, left));
    run(turns(3));
    auto const answer = send({.url = silent.url()});
    expect_kind(answer, error_kind::unavailable);
    EXPECT_EQ(answer.error().code(), "net.overloaded");
    EXPECT_EQ(left, 2);
}

TEST_F(http_client_test, cancelling_drops_the_request_and_frees_its_place) {
    client({.connections_per_host = 1});
    raw_server silent(loop_, say_nothing);
    asio::cancellation_signal stop_running, stop_queued;
    std::exception_ptr running, queued;
    auto good = 0;
    auto left = 2;
    asio::co_spawn(loop_, send_one(client(), silent.url(), good, left),
                   asio::bind_cancellation_slot(stop_running.slot(),
                                                [&](std::exception_ptr e) { running = e; }));
    asio::co_spawn(loop_, send_one(client(), silent.url(), good, left),
                   asio::bind_cancellation_slot(stop_queued.slot(),
                                                [&](std::exception_ptr e) { queued = e; }));
    run(until([&] { return silent.counts().open == 1; }));
    EXPECT_EQ(in_flight(), 2);
    stop_queued.emit(asio::cancellation_type::terminal);
    stop_running.emit(asio::cancellation_type::terminal);
    run(until([&] { return silent.counts().open == 0; }));
    ASSERT_TRUE(running);
    EXPECT_TRUE(aborted(running));
    ASSERT_TRUE(queued);
    EXPECT_TRUE(aborted(queued));
    EXPECT_EQ(in_flight(), 0);
    raw_server server(loop_, echo);
    EXPECT_TRUE(send({.url = server.url()}));
}

task<> keep_outcome(http_client& with, std::string url,
                    std::optional<result<http_response>>& into) {
    into.emplace(co_await with.send({.url = std::move(url)}));
}

TEST_F(http_client_test, closing_the_client_ends_what_is_in_flight) {
    client({.connections_per_host = 1});
    raw_server server(loop_, [](raw_peer& peer) -> task<> {
        co_await peer.next_request();
        co_await peer.drain();
    });
    std::optional<result<http_response>> sent, queued;
    in_background(keep_outcome(client(), server.url(), sent));
    in_background(keep_outcome(client(), server.url(), queued));
    run(until([&] { return server.counts().requests == 1; }));
    client_.reset();
    run(until([&] { return sent && queued && server.counts().open == 0; }));
    expect_kind(*sent, error_kind::in_doubt);
    expect_kind(*queued, error_kind::unavailable);
}

TEST_F(http_client_test, the_loop_may_die_with_requests_in_flight) {
    auto good = 0;
    auto left = 1;
    {
        asio::io_context other;
        raw_server server(other, say_nothing);
        std::optional<http_client> mine(std::in_place, other, http_client_options{}, metrics_);
        asio::co_spawn(other, send_one(*mine, server.url(), good, left), asio::detached);
        while (server.counts().open == 0) other.run_one();
        mine.reset();
    }
    EXPECT_EQ(left, 1);
    EXPECT_EQ(in_flight(), 0);
}

TEST_F(http_client_test, a_request_that_cannot_be_sent_is_refused) {
    raw_server server(loop_, echo);
    for (auto const* url :
         {"", "nonsense", "ftp://example.com/", "file:///etc/passwd", "http://", "http://a b/",
          "http://user:pw@127.0.0.1/", "http://127.0.0.1/\r\nX: y"})
        expect_kind(send({.url = url}), error_kind::invalid);
    expect_kind(send({.method = "GET / HTTP/1.1\r\nX:", .url = server.url()}), error_kind::invalid);
    expect_kind(send({.url = server.url(), .headers = {{"X-Y", "a\r\nInjected: b"}}}),
                error_kind::invalid);
    expect_kind(send({.url = server.url(), .headers = {{"X Y", "a"}}}), error_kind::invalid);
    expect_kind(send({.url = server.url(), .bearer = secret("a\nb")}), error_kind::invalid);
    EXPECT_EQ(server.counts().accepted, 0);
}

TEST(percent_encode, keeps_only_what_rfc_3986_leaves_unreserved) {
    EXPECT_EQ(percent_encode("azAZ09-._~"), "azAZ09-._~");
    EXPECT_EQ(percent_encode("a b&c=d/e+f%"), "a%20b%26c%3Dd%2Fe%2Bf%25");
    EXPECT_EQ(percent_encode("ñ"), "%C3%B1");
    EXPECT_EQ(percent_encode(std::string_view("\0[]", 3)), "%00%5B%5D");
    EXPECT_EQ(percent_encode(""), "");
}

}  // namespace
}  // namespace agente::net
