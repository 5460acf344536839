// What a server does with well-meant requests.
#include "http/server.hpp"

#include <boost/json/parse.hpp>

#include "http/harness.hpp"
#include "http/problem.hpp"

namespace agente::http::test {
namespace {

task<response> ping(request const&) { co_return text_response("pong"); }
task<response> echo(request const& r) { co_return text_response(r.body); }

struct a_server : testing::Test {
    a_server() {
        routes.add("GET", "/ping", ping);
        routes.add("POST", "/echo", echo);
        routes.add("GET", "/things/{id}", [](request const& r) -> task<response> {
            co_return text_response(r.path_params.at("id") + " " + r.id + " " + r.remote_address +
                                    " " + std::string(r.route));
        });
    }
    router routes;
};

TEST_F(a_server, keeps_a_connection_for_many_requests) {
    running_server s(routes);
    client c(s.port());
    for (int i = 0; i < 50; ++i) {
        auto const got = c.ask(i % 2 ? get("/ping") : post("/echo", std::to_string(i)));
        ASSERT_EQ(got.status, 200);
        ASSERT_EQ(got.body, i % 2 ? "pong" : std::to_string(i));
        ASSERT_FALSE(got.has("Connection"));
    }
    EXPECT_EQ(s.on_loop([&] { return s.inner().connections(); }), 1u);
}

TEST_F(a_server, speaks_http_1_0_too) {
    running_server s(routes);
    client c(s.port());
    auto const kept = c.ask("GET /ping HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(kept.status, 200);
    EXPECT_EQ(kept.header("Connection"), "keep-alive");
    auto const last = c.ask("GET /ping HTTP/1.0\r\n\r\n");
    EXPECT_EQ(last.body, "pong");
    EXPECT_EQ(last.header("Connection"), "close");
    EXPECT_TRUE(c.closed());
}

TEST_F(a_server, closes_when_the_client_asks_for_it) {
    running_server s(routes);
    client c(s.port());
    auto const got = c.ask(get("/ping", "Connection: close\r\n"));
    EXPECT_EQ(got.header("Connection"), "close");
    EXPECT_TRUE(c.closed());
}

TEST_F(a_server, answers_pipelined_requests_in_their_order) {
    held_handler held;
    routes.add("POST", "/held", held.make());
    running_server s(routes);
    client c(s.port());
    c.send(post("/echo", "first") + post("/held", "") + get("/ping") + get("/nothing") +
           post("/echo", "last"));
    EXPECT_EQ(c.read().body, "first");
    ASSERT_TRUE(s.eventually([&] { return held.entered == 1; }));
    EXPECT_FALSE(c.readable_now());
    held.open(s);
    EXPECT_EQ(c.read().body, "held");
    EXPECT_EQ(c.read().body, "pong");
    EXPECT_EQ(c.read().status, 404);
    EXPECT_EQ(c.read().body, "last");
}

TEST_F(a_server, answers_a_client_that_closed_its_sending_half) {
    running_server s(routes);
    client c(s.port());
    c.send(get("/ping") + post("/echo", "x"));
    c.shut_write();
    EXPECT_EQ(c.read().body, "pong");
    EXPECT_EQ(c.read().body, "x");
    EXPECT_TRUE(c.closed());
}

TEST_F(a_server, reads_requests_cut_anywhere) {
    running_server s(routes);
    client c(s.port());
    auto const whole =
        post("/echo", "hello") +
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n";
    for (char const byte : whole) c.send({&byte, 1});
    EXPECT_EQ(c.read().body, "hello");
    EXPECT_EQ(c.read().body, "hello");
}

TEST_F(a_server, answers_head_with_the_headers_of_get) {
    running_server s(routes);
    client c(s.port());
    auto const got = c.ask("HEAD /ping HTTP/1.1\r\nHost: h\r\n\r\n", true);
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.header("Content-Length"), "4");
    EXPECT_EQ(c.ask("HEAD /nothing HTTP/1.1\r\nHost: h\r\n\r\n", true).status, 404);
    EXPECT_EQ(c.ask(get("/ping")).body, "pong");  // nothing of a body came in between
}

TEST_F(a_server, tells_the_methods_of_a_path) {
    running_server s(routes);
    client c(s.port());
    auto const options = c.ask("OPTIONS /echo HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(options.status, 204);
    EXPECT_EQ(options.header("Allow"), "POST, OPTIONS");
    EXPECT_FALSE(options.has("Content-Length"));
    auto const refused = c.ask("DELETE /ping HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(refused.status, 405);
    EXPECT_EQ(refused.header("Allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(c.ask("BREW /ping HTTP/1.1\r\nHost: h\r\n\r\n").status, 405);
    EXPECT_EQ(c.ask("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").status, 204);
    EXPECT_EQ(c.ask("OPTIONS /nothing HTTP/1.1\r\nHost: h\r\n\r\n").status, 404);
}

TEST_F(a_server, gives_parameters_address_and_route_to_the_handler) {
    running_server s(routes);
    auto const got = once(s.port(), get("/things/a%20b?x=1", "X-Request-Id: abc-1\r\n"));
    EXPECT_EQ(got.body, "a b abc-1 127.0.0.1 /things/{id}");
}

TEST_F(a_server, lets_a_trusted_proxy_tell_the_address) {
    server_options options;
    options.remote_address = [](std::string const& socket, request const& r) {
        return socket + "/" + std::string(r.header("x-real-ip"));
    };
    running_server s(routes, options);
    EXPECT_NE(once(s.port(), get("/things/1", "X-Real-IP: 192.0.2.1\r\n"))
                  .body.find("127.0.0.1/192.0.2.1"),
              std::string::npos);
}

TEST_F(a_server, echoes_a_sane_request_id_and_makes_one_otherwise) {
    running_server s(routes);
    client c(s.port());
    EXPECT_EQ(c.ask(get("/ping", "X-Request-Id: a.B-3_x:9\r\n")).header("X-Request-Id"),
              "a.B-3_x:9");
    for (auto const& bad : {std::string("a b"), std::string("<script>"), std::string(65, 'a'),
                            std::string("\xc3\xb1")}) {
        auto const made =
            c.ask(get("/ping", "X-Request-Id: " + bad + "\r\n")).header("X-Request-Id");
        EXPECT_NE(made, bad);
        EXPECT_FALSE(made.empty());
    }
    EXPECT_NE(c.ask(get("/ping")).header("X-Request-Id"),
              c.ask(get("/ping")).header("X-Request-Id"));
}

TEST_F(a_server, sends_security_headers_that_a_handler_can_replace) {
    routes.add("GET", "/page", [](request const&) -> task<response> {
        co_return response{.content_type = "text/html",
                           .body = "<p>",
                           .headers = {{"content-security-policy", "default-src 'self'"}}};
    });
    running_server s(routes);
    client c(s.port());
    auto const plain = c.ask(get("/ping"));
    EXPECT_EQ(plain.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(plain.header("Cache-Control"), "no-store");
    EXPECT_FALSE(plain.header("Date").empty());
    EXPECT_FALSE(plain.has("Server"));
    auto const page = c.ask(get("/page"));
    EXPECT_EQ(page.header("Content-Security-Policy"), "default-src 'self'");
    EXPECT_EQ(
        std::count_if(page.headers.begin(), page.headers.end(),
                      [](auto const& h) { return same_name(h.first, "Content-Security-Policy"); }),
        1);
}

TEST_F(a_server, can_speak_like_a_worse_one) {
    routes.add("GET", "/302", [](request const&) -> task<response> {
        co_return response{
            .status = 302,
            .headers = {{"Location", "http://shop.example/"}, {"PSWS-Version", "1.6.1.23"}},
            .http_1_0 = true};
    });
    routes.add("GET", "/unbounded", [](request const&) -> task<response> {
        co_return response{.body = "until the end", .no_length = true};
    });
    routes.add("GET", "/liar", [](request const&) -> task<response> {
        co_return response{.body = "half", .headers = {{"Content-Length", "8"}}, .close = true};
    });
    routes.add("GET", "/silent",
               [](request const&) -> task<response> { co_return response{.hang_up = true}; });
    server_options options;
    options.default_headers.clear();
    options.send_request_id = false;
    running_server s(routes, options);
    client redirect(s.port());
    auto const moved = redirect.ask(get("/302"));
    EXPECT_EQ(moved.status_line, "HTTP/1.0 302 Found");
    EXPECT_FALSE(moved.has("Content-Type"));
    EXPECT_EQ(moved.header("PSWS-Version"), "1.6.1.23");
    EXPECT_EQ(moved.body, "");
    EXPECT_FALSE(moved.has("X-Request-Id"));
    EXPECT_TRUE(redirect.closed());
    auto const unbounded = once(s.port(), get("/unbounded"));
    EXPECT_FALSE(unbounded.has("Content-Length"));
    EXPECT_EQ(unbounded.body, "until the end");
    client liar(s.port());
    liar.send(get("/liar"));
    EXPECT_TRUE(liar.read_all().ends_with("Content-Length: 8\r\nConnection: close\r\n\r\nhalf"));
    client silent(s.port());
    silent.send(get("/silent"));
    EXPECT_EQ(silent.read_all(), "");
}

TEST_F(a_server, lets_a_fallback_answer_everything_else) {
    routes.set_fallback([](request const& r) -> task<response> {
        co_return text_response(r.method + r.path + r.body, 418);
    });
    running_server s(routes);
    client c(s.port());
    EXPECT_EQ(c.ask(get("/ping")).body, "pong");
    EXPECT_EQ(c.ask(post("/other", "x")).body, "POST/otherx");
    EXPECT_EQ(c.ask(post("/ping", "x")).status, 418);
}

TEST_F(a_server, listens_with_others_on_one_port) {
    server_options options;
    options.reuse_port = true;
    running_server first(routes, options);
    telemetry::metrics metrics;
    asio::io_context loop;
    server second(loop, routes, options, metrics);
    EXPECT_EQ(second.listen("127.0.0.1", first.port()), first.port());
    server third(loop, routes, {}, metrics);
    EXPECT_THROW(third.listen("127.0.0.1", first.port()), failure);
    EXPECT_THROW(third.listen("not an address", 0), failure);
}

TEST_F(a_server, answers_2000_connections_at_once) {
    running_server s(routes);
    std::vector<client> clients;
    clients.reserve(2000);
    for (int i = 0; i < 2000; ++i) clients.emplace_back(s.port());
    for (int round = 0; round < 2; ++round) {
        for (auto& c : clients) c.send(post("/echo", std::to_string(c.fd())));
        for (auto& c : clients) ASSERT_EQ(c.read().body, std::to_string(c.fd()));
    }
    EXPECT_EQ(s.on_loop([&] { return s.inner().connections(); }), 2000u);
    clients.clear();
    EXPECT_TRUE(s.eventually([&] { return s.inner().connections() == 0; }));
}

TEST_F(a_server, counts_requests_by_route_pattern) {
    running_server s(routes);
    client c(s.port());
    c.ask(get("/things/1"));
    c.ask(get("/things/2"));
    c.ask(get("/nothing/3"));
    c.ask("BREW /ping HTTP/1.1\r\nHost: h\r\n\r\n");
    // A request is counted once its answer is out, which the client may see first.
    EXPECT_TRUE(s.eventually([&] {
        return s.counted("http_requests_total",
                         {{"method", "other"}, {"route", "none"}, {"status", "405"}}) == 1;
    }));
    EXPECT_EQ(s.counted("http_requests_total",
                        {{"method", "GET"}, {"route", "/things/{id}"}, {"status", "200"}}),
              2);
    EXPECT_EQ(
        s.counted("http_requests_total", {{"method", "GET"}, {"route", "none"}, {"status", "404"}}),
        1);
    EXPECT_NE(
        s.metrics().render().find("http_request_duration_seconds_count{route=\"/things/{id}\"} 2"),
        std::string::npos);
    EXPECT_NE(s.metrics().render().find("http_connections 1"), std::string::npos);
}

}  // namespace
}  // namespace agente::http::test
