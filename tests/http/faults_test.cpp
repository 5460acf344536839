// Handlers that fail, clients that go away, shutdown, and noise.
#include <boost/json/parse.hpp>
#include <random>

#include "http/harness.hpp"
#include "http/problem.hpp"

namespace agente::http::test {
namespace {

using namespace std::chrono_literals;

task<response> ping(request const&) { co_return text_response("pong"); }

struct a_server_in_trouble : testing::Test {
    a_server_in_trouble() {
        routes.add("GET", "/ping", ping);
        routes.add("GET", "/held", held.make());
        routes.add("POST", "/held", held.make());
    }
    held_handler held;
    router routes;
};

TEST_F(a_server_in_trouble, turns_failures_into_problems_of_their_kind) {
    struct expected {
        error_kind kind;
        int status;
    };
    expected const table[] = {{error_kind::invalid, 400},      {error_kind::unauthenticated, 401},
                              {error_kind::forbidden, 403},    {error_kind::not_found, 404},
                              {error_kind::conflict, 409},     {error_kind::too_large, 413},
                              {error_kind::rate_limited, 429}, {error_kind::unavailable, 503},
                              {error_kind::timeout, 504},      {error_kind::in_doubt, 500},
                              {error_kind::internal, 500}};
    for (auto const& row : table)
        routes.add(
            "GET", "/" + std::string(to_string(row.kind)),
            [kind = row.kind](request const&) -> task<response> {
                throw failure(error(kind, "thing.broke", "The thing broke because of its age."));
                co_return response{};
            });
    running_server s(routes);
    client c(s.port());
    for (auto const& row : table) {
        auto const got = c.ask(get("/" + std::string(to_string(row.kind)), "X-Request-Id: r1\r\n"));
        EXPECT_EQ(got.status, row.status);
        EXPECT_EQ(got.header("Content-Type"), "application/problem+json");
        auto const p = boost::json::parse(got.body).as_object();
        EXPECT_EQ(p.at("status"), row.status);
        EXPECT_EQ(p.at("type"), "about:blank");
        EXPECT_EQ(p.at("title").as_string(), std::string(reason_phrase(row.status)));
        EXPECT_EQ(p.at("instance"), "urn:request:r1");
        bool const ours = row.kind == error_kind::internal;
        EXPECT_EQ(p.at("code"), ours ? "internal" : "thing.broke");
        EXPECT_EQ(got.body.find("age") == std::string::npos, ours);
        EXPECT_EQ(got.has("Retry-After"), row.status == 503 || row.status == 429);
        EXPECT_FALSE(got.has("WWW-Authenticate")) << "nobody signs in here";
    }
}

TEST_F(a_server_in_trouble, keeps_what_its_own_systems_say_for_the_log) {
    constexpr error_kind kinds[] = {error_kind::unavailable, error_kind::timeout,
                                    error_kind::in_doubt, error_kind::conflict,
                                    error_kind::invalid};
    for (auto const* code : {"postgres.unreachable", "redis.slow"})
        for (auto const kind : kinds)
            routes.add("GET", fmt::format("/{}/{}", code, to_string(kind)),
                       [kind, code](request const&) -> task<response> {
                           throw failure(error(kind, code, "db.internal.example:5432 is gone"));
                           co_return response{};
                       });
    running_server s(routes);
    client c(s.port());
    for (auto const* code : {"postgres.unreachable", "redis.slow"})
        for (auto const kind : kinds) {
            auto const got = c.ask(get(fmt::format("/{}/{}", code, to_string(kind))));
            EXPECT_EQ(got.status, status_of(kind));
            auto const p = boost::json::parse(got.body).as_object();
            EXPECT_EQ(p.at("code").as_string(), code);
            EXPECT_EQ(got.body.find("example"), std::string::npos) << got.body;
            EXPECT_GT(p.at("detail").as_string().size(), 40u);
        }
}

TEST_F(a_server_in_trouble, hides_the_text_of_other_exceptions) {
    routes.add("GET", "/throws", [](request const&) -> task<response> {
        throw std::runtime_error("password=hunter2");
        co_return response{};
    });
    routes.add("GET", "/throws-at-once", [](request const&) -> task<response> { throw 7; });
    routes.add("GET", "/injects", [](request const& r) -> task<response> {
        co_return text_response("x").set("X-Echo", std::string(r.query.find("v").value_or("")));
    });
    routes.add("GET", "/nonsense",
               [](request const&) -> task<response> { co_return text_response("x", 99); });
    running_server s(routes);
    client c(s.port());
    auto const got = c.ask(get("/throws"));
    EXPECT_EQ(got.status, 500);
    EXPECT_EQ(got.body.find("hunter2"), std::string::npos);
    EXPECT_EQ(c.ask(get("/throws-at-once")).status, 500);
    EXPECT_EQ(c.ask(get("/injects?v=fine")).header("X-Echo"), "fine");
    auto const injected = c.ask(get("/injects?v=x%0d%0aSet-Cookie:%20a=b"));
    EXPECT_EQ(injected.status, 500);
    EXPECT_FALSE(injected.has("Set-Cookie"));
    EXPECT_EQ(c.ask(get("/nonsense")).status, 500);
    EXPECT_EQ(c.ask(get("/ping")).body, "pong");
}

TEST_F(a_server_in_trouble, answers_field_lists_and_special_statuses) {
    routes.add("GET", "/fields", [](request const&) -> task<response> {
        throw invalid_fields(
            {boost::json::object{{"pointer", "#/rooms"}, {"code", "missing"}, {"detail", "d"}}});
        co_return response{};
    });
    routes.add("GET", "/special", [](request const&) -> task<response> {
        throw status_failure(418, error(error_kind::invalid, "tea.pot", "No coffee here."),
                             {{"X-Tea", "green"}});
        co_return response{};
    });
    running_server s(routes);
    client c(s.port());
    auto const fields = c.ask(get("/fields"));
    EXPECT_EQ(fields.status, 422);
    EXPECT_EQ(boost::json::parse(fields.body).at("errors").at(0).at("pointer"), "#/rooms");
    auto const special = c.ask(get("/special"));
    EXPECT_EQ(special.status, 418);
    EXPECT_EQ(special.header("X-Tea"), "green");
    EXPECT_EQ(boost::json::parse(special.body).at("code"), "tea.pot");
}

TEST_F(a_server_in_trouble, asks_the_guard_before_it_reads_the_body) {
    routes.set_guard(
        [](request& r, route const& to) -> task<> {
            r.answer_headers = {{"RateLimit", "left=3"}};
            if (to.doc.scope.empty()) co_return;
            if (r.header("authorization").empty())
                throw failure(error(error_kind::unauthenticated, "auth.missing", "Sign in first."));
            r.principal = std::string(r.header("authorization"));
        },
        {.scopes = true});
    routes.add("POST", "/secret",
               [](request const& r) -> task<response> {
                   co_return text_response(std::any_cast<std::string>(r.principal));
               },
               {.summary = "s", .scope = "secrets:write"});
    running_server s(routes);
    client c(s.port());
    auto const open = c.ask(get("/ping"));
    EXPECT_EQ(open.status, 200);
    EXPECT_EQ(open.header("RateLimit"), "left=3");
    auto const refused = c.ask(
        "POST /secret HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n");  // the body never comes
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(refused.header("WWW-Authenticate"), "Bearer");
    EXPECT_EQ(refused.header("RateLimit"), "left=3") << "whatever the answer";
    EXPECT_TRUE(c.closed());
    EXPECT_EQ(
        once(s.port(),
             "POST /secret HTTP/1.1\r\nHost: h\r\nAuthorization: me\r\nContent-Length: 1\r\n\r\nx")
            .body,
        "me");
}

TEST_F(a_server_in_trouble, does_not_start_when_nobody_checks_scopes) {
    routes.add("GET", "/secret", ping, {.summary = "s", .scope = "secrets:read"});
    asio::io_context loop;
    telemetry::metrics metrics;
    EXPECT_THROW(server(loop, routes, {}, metrics), std::logic_error);
}

TEST_F(a_server_in_trouble, cancels_a_reading_handler_whose_client_hung_up) {
    running_server s(routes);
    client c(s.port());
    c.send(get("/held"));
    ASSERT_TRUE(s.eventually([&] { return held.entered == 1; }));
    c.reset();
    EXPECT_TRUE(s.eventually([&] { return held.cancelled == 1 && s.inner().connections() == 0; }));
    EXPECT_EQ(s.counted("http_cancelled_total"), 1);
}

TEST_F(a_server_in_trouble, lets_a_writing_handler_end_although_its_client_hung_up) {
    running_server s(routes);
    client c(s.port());
    c.send(post("/held", ""));
    ASSERT_TRUE(s.eventually([&] { return held.entered == 1; }));
    c.reset();
    client other(s.port());
    other.send(get("/held"));
    ASSERT_TRUE(s.eventually([&] { return held.entered == 2; }));
    other.reset();
    // By the time the second, later, client's absence was noticed, the first's had been looked at
    // as well.
    ASSERT_TRUE(s.eventually([&] { return held.cancelled == 1; }));
    held.open(s);
    EXPECT_TRUE(s.eventually([&] { return held.ended == 1 && s.inner().connections() == 0; }));
}

TEST_F(a_server_in_trouble, does_not_take_pipelined_bytes_for_a_hang_up) {
    running_server s(routes);
    client c(s.port());
    client gone(s.port());
    c.send(get("/held"));
    gone.send(get("/held"));
    ASSERT_TRUE(s.eventually([&] { return held.entered == 2; }));
    c.send(get("/ping"));
    gone.reset();
    ASSERT_TRUE(s.eventually([&] { return held.cancelled == 1; }));
    held.open(s);
    EXPECT_EQ(c.read().body, "held");
    EXPECT_EQ(c.read().body, "pong");
}

TEST_F(a_server_in_trouble, drains_idle_connections_at_once_and_lets_the_others_end) {
    running_server s(routes);
    client idle(s.port());
    EXPECT_EQ(idle.ask(get("/ping")).status, 200);
    client busy(s.port());
    busy.send(post("/held", ""));
    client halfway(s.port());
    halfway.send("GET /ping HTTP/1.1\r\n");
    ASSERT_TRUE(s.eventually([&] { return held.entered == 1 && s.inner().connections() == 3; }));
    client settled(s.port());  // one more exchange, so that halfway's bytes were surely read
    EXPECT_EQ(settled.ask(get("/ping")).status, 200);
    auto done = s.begin_stop(1h);
    EXPECT_TRUE(idle.closed());
    EXPECT_TRUE(settled.closed());
    EXPECT_EQ(done.wait_for(0s), std::future_status::timeout);
    auto const last = halfway.ask("Host: h\r\n\r\n");
    EXPECT_EQ(last.body, "pong");
    EXPECT_EQ(last.header("Connection"), "close");
    held.open(s);
    auto const got = busy.read();
    EXPECT_EQ(got.body, "held");
    EXPECT_EQ(got.header("Connection"), "close");
    EXPECT_TRUE(busy.closed());
    EXPECT_TRUE(halfway.closed());
    busy.hang_up();
    halfway.hang_up();
    EXPECT_EQ(done.wait_for(patience), std::future_status::ready);
    EXPECT_EQ(s.on_loop([&] { return s.inner().connections(); }), 0u);
}

TEST_F(a_server_in_trouble, cancels_what_outlasts_the_drain) {
    running_server s(routes);
    client busy(s.port());
    busy.send(post("/held", ""));
    ASSERT_TRUE(s.eventually([&] { return held.entered == 1; }));
    auto done = s.begin_stop(1ms);
    auto const got = busy.read();
    EXPECT_EQ(got.status, 503);
    EXPECT_NE(got.body.find("http.shutting_down"), std::string::npos);
    EXPECT_EQ(held.cancelled, 1);
    EXPECT_TRUE(busy.closed());
    busy.hang_up();
    EXPECT_EQ(done.wait_for(patience), std::future_status::ready);
}

TEST_F(a_server_in_trouble, can_be_stopped_twice_and_destroyed_without) {
    {
        running_server s(routes);
        client c(s.port());
        EXPECT_EQ(c.ask(get("/ping")).status, 200);
        s.begin_stop(0s).get();
        s.begin_stop(0s).get();
    }
    router other;
    asio::io_context loop;
    held_handler waiting;
    other.add("GET", "/held", waiting.make());
    telemetry::metrics metrics;
    auto s = std::make_unique<server>(loop, other, server_options{}, metrics);
    client c(s->listen("127.0.0.1", 0));
    c.send(get("/held"));
    while (waiting.entered == 0) loop.run_one();
    s.reset();  // the loop is destroyed with a handler still waiting
}

TEST_F(a_server_in_trouble, survives_noise) {
    running_server s(routes);
    std::mt19937 random(20261124);
    std::string const seeds[] = {
        get("/ping"), post("/held", "{}"),
        "POST /held HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "GET http://h/ping?a=%20 HTTP/1.0\r\n\r\n"};
    held.open(s);
    for (int round = 0; round < 1500; ++round) {
        std::string bytes;
        for (auto pieces = 1 + random() % 4; pieces > 0; --pieces)
            bytes += seeds[random() % std::size(seeds)];
        for (auto changes = random() % 8; changes > 0; --changes) {
            if (bytes.empty()) break;
            auto const at = random() % bytes.size();
            switch (random() % 4) {
                case 0: bytes[at] = static_cast<char>(random()); break;
                case 1: bytes.erase(at, random() % 30); break;
                case 2:
                    bytes.insert(at, std::string(random() % 300, static_cast<char>(random())));
                    break;
                default: bytes.resize(at); break;
            }
        }
        client c(s.port());
        auto const cut = bytes.empty() ? 0 : random() % bytes.size();
        c.send(std::string_view(bytes).substr(0, cut));
        if (random() % 8 == 0) {
            c.reset();
            continue;
        }
        c.send(std::string_view(bytes).substr(cut));
        c.shut_write();
        auto const all = c.read_all();
        ASSERT_TRUE(all.empty() || all.starts_with("HTTP/1.1 ")) << all;
    }
    EXPECT_EQ(once(s.port(), get("/ping")).body, "pong");
    EXPECT_TRUE(
        s.eventually([&] { return s.inner().connections() == 0 && s.inner().in_flight() == 0; }));
}

}  // namespace
}  // namespace agente::http::test
