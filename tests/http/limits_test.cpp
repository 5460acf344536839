// The limits, each pushed until it bites.
#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>

#include "http/harness.hpp"

namespace agente::http::test {
namespace {

using namespace std::chrono_literals;

task<response> ping(request const&) { co_return text_response("pong"); }
task<response> size(request const& r) { co_return text_response(std::to_string(r.body.size())); }

struct descriptor_limit {
    explicit descriptor_limit(int most) {
        EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &old), 0);
        rlimit const tight{static_cast<rlim_t>(most), old.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
    }
    ~descriptor_limit() { ::setrlimit(RLIMIT_NOFILE, &old); }
    rlimit old{};
};

struct limits_of_a_server : testing::Test {
    limits_of_a_server() {
        routes.add("GET", "/ping", ping);
        routes.add("POST", "/small", size, {.summary = "s", .limits = {.most_body = 100}});
        routes.add("POST", "/large", size, {.summary = "l", .limits = {.most_body = 2'000'000}});
        routes.add("POST", "/held", held.make(), {.summary = "h", .limits = {.deadline = 1h}});
        routes.add("GET", "/held", held.make(), {.summary = "h", .limits = {.deadline = 1h}});
    }
    held_handler held;
    router routes;
};

std::string head_of(std::string_view path, std::size_t length, std::string_view more = "") {
    return fmt::format("POST {} HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n{}\r\n", path, length,
                       more);
}

void expect_problem(answer const& got, int status, std::string_view code) {
    EXPECT_EQ(got.status, status) << got.body;
    EXPECT_EQ(got.header("Content-Type"), "application/problem+json");
    EXPECT_NE(got.body.find(fmt::format("\"code\":\"{}\"", code)), std::string::npos) << got.body;
}

TEST_F(limits_of_a_server, header_size) {
    running_server s(routes);
    client c(s.port());
    expect_problem(c.ask(get("/ping", "X: " + std::string(20'000, 'a') + "\r\n")), 431,
                   "http.header_too_large");
    EXPECT_TRUE(c.closed());
    expect_problem(once(s.port(), get("/" + std::string(9'000, 'a'))), 414, "http.target_too_long");
}

TEST_F(limits_of_a_server, body_size_is_refused_before_the_body_is_read) {
    running_server s(routes);
    client c(s.port());
    EXPECT_EQ(c.ask(post("/small", std::string(100, 'x'))).body, "100");
    auto const refused = c.ask(head_of("/small", 101));
    expect_problem(refused, 413, "http.body_too_large");
    EXPECT_EQ(refused.header("Connection"), "close");
    EXPECT_TRUE(c.closed());
    EXPECT_EQ(once(s.port(), post("/large", std::string(2'000'000, 'x'))).body, "2000000");
    expect_problem(once(s.port(), head_of("/large", 2'000'001)), 413, "http.body_too_large");
}

TEST_F(limits_of_a_server, body_size_of_a_chunked_body) {
    running_server s(routes);
    client c(s.port());
    c.send("POST /small HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 11; ++i) c.send("a\r\n0123456789\r\n");
    expect_problem(c.read(), 413, "http.body_too_large");
    EXPECT_TRUE(c.closed());
}

TEST_F(limits_of_a_server, a_refused_client_that_goes_on_sending_still_gets_its_answer) {
    running_server s(routes);
    client c(s.port());
    c.send(head_of("/small", 500'000));
    c.send(std::string(500'000, 'x'));  // all of it is under way before the answer is looked at
    expect_problem(c.read(), 413, "http.body_too_large");
}

TEST_F(limits_of_a_server, a_body_is_asked_for_only_when_it_fits) {
    running_server s(routes);
    client c(s.port());
    auto const go_on = c.ask(head_of("/small", 5, "Expect: 100-continue\r\n"));
    EXPECT_EQ(go_on.status_line, "HTTP/1.1 100 Continue");
    EXPECT_EQ(c.ask("hello").body, "5");
    expect_problem(c.ask(head_of("/small", 500, "Expect: 100-continue\r\n")), 413,
                   "http.body_too_large");
    client early(s.port());
    EXPECT_EQ(early.ask(head_of("/small", 5, "Expect: 100-continue\r\n") + "hello").body,
              "5");  // did not wait: nothing to ask for
    expect_problem(once(s.port(), get("/ping", "Expect: tea\r\n")), 417, "http.expectation");
}

TEST_F(limits_of_a_server, a_body_for_nothing_is_not_read) {
    running_server s(routes);
    client c(s.port());
    EXPECT_EQ(c.ask(head_of("/nothing", 5)).status, 404);
    EXPECT_TRUE(c.closed());
}

TEST_F(limits_of_a_server, header_time_is_not_extended_by_dripping_bytes) {
    server_options options;
    options.header_time = 60ms;
    running_server s(routes, options);
    std::vector<client> slow;
    for (int i = 0; i < 50; ++i) slow.emplace_back(s.port());
    std::string const bytes = get("/ping", "X: y\r\n");
    bool refused = false;
    for (std::size_t at = 0; !refused;
         ++at) {  // forty slow readers' worth of patience, one byte at a time, then nothing new
        for (auto& c : slow)
            c.send(bytes.substr(std::min(at, bytes.size() - 3), at < bytes.size() - 3 ? 1 : 0));
        refused = s.counted("http_requests_total",
                            {{"method", "other"}, {"route", "none"}, {"status", "408"}}) > 0;
        if (at > bytes.size()) break;
    }
    for (auto& c : slow) {
        expect_problem(c.read(), 408, "http.header_timeout");
        EXPECT_TRUE(c.closed());
    }
}

TEST_F(limits_of_a_server, body_time) {
    server_options options;
    options.body_time = 40ms;
    running_server s(routes, options);
    client c(s.port());
    c.send(head_of("/small", 50) + "some");
    expect_problem(c.read(), 408, "http.body_timeout");
    EXPECT_TRUE(c.closed());
}

TEST_F(limits_of_a_server, idle_time) {
    server_options options;
    options.idle_time = 40ms;
    running_server s(routes, options);
    client never(s.port());
    client once_used(s.port());
    EXPECT_EQ(once_used.ask(get("/ping")).status, 200);
    EXPECT_TRUE(never.closed());
    EXPECT_TRUE(once_used.closed());
}

TEST_F(limits_of_a_server, write_time_for_a_client_that_does_not_read) {
    routes.add("GET", "/huge", [](request const&) -> task<response> {
        co_return text_response(std::string(64 * 1024 * 1024, 'x'));
    });
    server_options options;
    options.write_time = 60ms;
    running_server s(routes, options);
    client c(s.port());
    c.send(get("/huge"));
    ASSERT_TRUE(s.eventually([&] { return s.inner().connections() == 1; }));
    EXPECT_TRUE(s.eventually([&] { return s.inner().connections() == 0; }));
    EXPECT_LT(c.read_all().size(), 64u * 1024 * 1024);
}

TEST_F(limits_of_a_server, time_of_a_handler) {
    held_handler slow;
    routes.add("POST", "/slow", slow.make(), {.summary = "s", .limits = {.deadline = 30ms}});
    running_server s(routes);
    client c(s.port());
    auto const got = c.ask(post("/slow", ""));
    expect_problem(got, 503, "http.deadline");
    EXPECT_EQ(got.header("Retry-After"), "1");
    EXPECT_EQ(slow.cancelled, 1);
    EXPECT_EQ(c.ask(get("/ping")).body, "pong");  // the connection goes on
}

TEST_F(limits_of_a_server, connections) {
    server_options options;
    options.most_connections = 3;
    options.retry_after = 7s;
    running_server s(routes, options);
    std::vector<client> inside;
    for (int i = 0; i < 3; ++i) {
        inside.emplace_back(s.port());
        EXPECT_EQ(inside.back().ask(get("/ping")).status, 200);
    }
    for (int i = 0; i < 5; ++i) {
        client outside(s.port());
        auto const got = outside.ask(get("/ping"));
        expect_problem(got, 503, "http.too_many_connections");
        EXPECT_TRUE(got.has("X-Request-Id"));
        EXPECT_EQ(got.header("Retry-After"), "7");
        EXPECT_TRUE(outside.closed());
    }
    EXPECT_EQ(s.counted("http_shed_total", {{"reason", "connections"}}), 5);
    EXPECT_EQ(inside[0].ask(get("/ping")).status, 200);
    inside.pop_back();
    ASSERT_TRUE(s.eventually([&] { return s.inner().connections() == 2; }));
    EXPECT_EQ(once(s.port(), get("/ping")).status, 200);
}

TEST_F(limits_of_a_server, a_flood_of_refused_connections_is_bounded_too) {
    server_options options;
    options.most_connections = 1;
    running_server s(routes, options);
    client inside(s.port());
    EXPECT_EQ(inside.ask(get("/ping")).status, 200);
    std::vector<client> flood;
    for (int i = 0; i < 600; ++i) flood.emplace_back(s.port());
    ASSERT_TRUE(s.eventually([&] {
        return s.counted("http_shed_total", {{"reason", "connections"}}) == 600;
    }));
    EXPECT_EQ(inside.ask(get("/ping")).status, 200);
}

TEST_F(limits_of_a_server, requests_in_flight) {
    server_options options;
    options.most_in_flight = 2;
    running_server s(routes, options);
    client a(s.port());
    client b(s.port());
    client c(s.port());
    a.send(post("/held", ""));
    b.send(post("/held", ""));
    ASSERT_TRUE(s.eventually([&] { return held.entered == 2; }));
    auto const got = c.ask(get("/ping"));
    expect_problem(got, 503, "http.busy");
    EXPECT_EQ(got.header("Retry-After"), "1");
    EXPECT_EQ(s.counted("http_shed_total", {{"reason", "in_flight"}}), 1);
    held.open(s);
    EXPECT_EQ(a.read().body, "held");
    EXPECT_EQ(b.read().body, "held");
    EXPECT_EQ(c.ask(get("/ping")).body, "pong");
}

TEST_F(limits_of_a_server, memory_of_bodies) {
    server_options options;
    options.most_body_memory = 1'000'000;
    running_server s(routes, options);
    client a(s.port());
    a.send(head_of("/large", 900'000));
    client b(s.port());
    // Both orders of arrival are legal until a's header was read; then b cannot have room.
    answer got;
    do got = once(s.port(), head_of("/large", 200'000) + std::string(200'000, 'x'));
    while (got.status == 200);
    expect_problem(got, 503, "http.busy");
    EXPECT_GE(s.counted("http_shed_total", {{"reason", "body_memory"}}), 1);
    a.send(std::string(900'000, 'x'));
    EXPECT_EQ(a.read().body, "900000");
    EXPECT_EQ(b.ask(post("/large", std::string(200'000, 'x'))).body, "200000");  // given back
}

TEST_F(limits_of_a_server, file_descriptors) {
    running_server s(routes);
    client before(s.port());
    EXPECT_EQ(before.ask(get("/ping")).status, 200);
    int const spare = ::dup(0);  // the lowest free descriptor
    ::close(spare);
    std::optional<descriptor_limit> tight(
        std::in_place, spare + 1);  // one more for the client's own end, none for the server's
    client waiting(s.port());
    waiting.send(get("/ping"));
    bool const counted = s.eventually([&] { return s.counted("http_accept_errors_total") > 0; });
    EXPECT_EQ(before.ask(get("/ping")).status, 200);
    tight.reset();
    EXPECT_TRUE(counted);
    EXPECT_EQ(waiting.read().status, 200);  // accepted once there is room again
}

}  // namespace
}  // namespace agente::http::test
