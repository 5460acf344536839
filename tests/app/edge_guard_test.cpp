// The door of every route, over HTTP and with a real Redis: who gets in, how often, and what the
// others are told.
#include "app/edge_guard.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "app/side_loop.hpp"
#include "base/text.hpp"
#include "http/endpoint.hpp"
#include "http/harness.hpp"
#include "http/openapi.hpp"
#include "support/servers.hpp"

namespace agente::app {
namespace {

namespace json = boost::json;
using http::test::answer;
using by = http::rate_limit::by;
using namespace std::chrono_literals;

std::vector<std::string_view> const agent_rights{"tenants:read"};
std::vector<std::string_view> const owner_rights{"tenants:read", "tenants:write"};

// Tokens are "<user>@<hotel>", with the rights of an owner when the user is "owner"; "root" is an
// operator of all hotels.
task<tenancy::caller_ptr> read_token(http::request const& r) {
    auto token = r.header("authorization");
    if (token.empty()) co_return nullptr;
    token.remove_prefix(std::min<std::size_t>(token.size(), 7));
    if (token == "stale")
        throw failure(error(error_kind::unauthenticated, "auth.token_expired", "sign in again"));
    if (token == "broken")
        throw failure(error(error_kind::unavailable, "auth.unavailable", "try again"));
    if (token == "root")
        co_return tenancy::authentication::caller_for(
            {.user_id = "root", .platform = true, .rights = &owner_rights});
    auto const at = token.find('@');
    auto const user = std::string(token.substr(0, at));
    co_return tenancy::authentication::caller_for(
        {.user_id = user,
         .tenant = std::string(token.substr(at + 1)),
         .rights = user == "owner" ? &owner_rights : &agent_rights});
}

struct edge : testing::Test {
    edge() {
        side.run(redis.start());
        side.run(redis.command({"FLUSHALL"}));
        auto const ok = [](http::request const& r) -> task<http::response> {
            auto const* const who = std::any_cast<tenancy::caller_ptr>(&r.principal);
            co_return http::text_response(who ? (*who)->user_id() : "nobody");
        };
        routes.add("GET", "/open", ok, {.summary = "s"});
        routes.add("GET", "/metrics", ok, {.summary = "s"});
        routes.add("POST", "/login", ok, {.summary = "s", .rates = {{by::address, 3, 3600s}}});
        routes.add("POST", "/refuses", [](http::request const&) -> task<http::response> {
            throw failure(error(error_kind::unauthenticated, "webhook.signature", "no"));
            co_return http::response{};
        });
        routes.add("GET", "/me", ok, {.summary = "s", .scope = "session"});
        routes.add("GET", "/hotel", ok, {.summary = "s", .scope = "tenants:read"});
        routes.add("PUT", "/hotel", ok, {.summary = "s", .scope = "tenants:write"});
        routes.add(
            "POST", "/reports", ok,
            {.summary = "s",
             .scope = "session",
             .rates = {{by::address, 6, 3600s}, {by::account, 2, 3600s}, {by::tenant, 3, 3600s}}});
    }
    ~edge() override {
        // First: after it the side loop lets go of nothing of the server's loop any more.
        side.run(redis.stop());
        server.reset();
        side.end();
    }
    answer ask(std::string const& what, std::string const& token = {},
               std::string const& more = {}) {
        if (!server) {
            door.emplace(rates, read_token,
                         edge_options{.hosts = host_rules(hosts),
                                      .scrapers = address_rules::make({"192.0.2.0/24"}).value(),
                                      .key = secret("k")});
            routes.set_guard(
                [this](http::request& r, http::route const& to) -> task<> {
                    // Redis belongs to another loop than this test's server.
                    co_await asio::co_spawn(side.loop(), door->pass(r, to), asio::use_awaitable);
                },
                door->duties());
            http::server_options with;
            with.remote_address = [](std::string const& peer, http::request const& r) {
                auto const given = r.header("x-test-address");
                return given.empty() ? peer : std::string(given);
            };
            server.emplace(routes, with);
        }
        return http::test::once(
            server->port(),
            what + " HTTP/1.1\r\nHost: hotel.example\r\n" +
                (token.empty() ? "" : "Authorization: Bearer " + token + "\r\n") + more + "\r\n",
            what.starts_with("HEAD"));
    }
    static std::string code(answer const& a) {
        return std::string(json::parse(a.body).at("code").as_string());
    }

    side_loop side;
    telemetry::metrics metrics;
    real_clock time;
    redis::connection redis{side.loop(), redis::parse_url(support::redis().url()).value(), metrics};
    redis::rate_limiter rates{redis, time, metrics, {.deadline = 10s}};
    std::vector<std::string> hosts;
    http::router routes;
    std::optional<edge_guard> door;
    std::optional<http::test::running_server> server;
};

TEST_F(edge, lets_anybody_into_routes_without_a_scope) {
    EXPECT_EQ(ask("GET /open").body, "nobody");
    EXPECT_EQ(ask("GET /open", "stale").status, 200) << "a token is not looked at";
    EXPECT_FALSE(ask("GET /open").has("RateLimit-Limit"));
}

TEST_F(edge, wants_a_token_for_the_others_and_says_how_to_send_it) {
    auto const none = ask("GET /me");
    EXPECT_EQ(none.status, 401);
    EXPECT_EQ(code(none), "auth.required");
    EXPECT_EQ(none.header("WWW-Authenticate"), "Bearer");
    auto const stale = ask("GET /me", "stale");
    EXPECT_EQ(stale.status, 401);
    EXPECT_EQ(code(stale), "auth.token_expired");
    EXPECT_EQ(stale.header("WWW-Authenticate"), "Bearer error=\"invalid_token\"");
    EXPECT_EQ(ask("GET /me", "broken").status, 503);
    EXPECT_EQ(ask("GET /me", "ana@h1").body, "ana");
    auto const hook = ask("POST /refuses");
    EXPECT_EQ(hook.status, 401);
    EXPECT_FALSE(hook.has("WWW-Authenticate")) << "a token would not help there";
}

TEST_F(edge, wants_the_right_and_names_the_missing_one) {
    EXPECT_EQ(ask("GET /hotel", "ana@h1").status, 200);
    auto const refused = ask("PUT /hotel", "ana@h1");
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(code(refused), "auth.forbidden");
    EXPECT_NE(refused.body.find("tenants:write"), std::string::npos);
    EXPECT_EQ(ask("PUT /hotel", "owner@h1").body, "owner");
    EXPECT_EQ(ask("HEAD /hotel").status, 401) << "HEAD is GET";
}

TEST_F(edge, counts_by_address_and_says_how_much_is_left) {
    auto const from = [&](std::string const& address) {
        return ask("POST /login", {}, "X-Test-Address: " + address + "\r\n");
    };
    for (int left : {2, 1, 0}) {
        auto const got = from("198.51.100.1");
        EXPECT_EQ(got.status, 200);
        EXPECT_EQ(got.header("RateLimit-Limit"), "3");
        EXPECT_EQ(got.header("RateLimit-Remaining"), std::to_string(left));
        EXPECT_EQ(got.header("RateLimit-Reset"), std::to_string((3 - left) * 1200));
        EXPECT_EQ(got.header("RateLimit-Policy"), "3;w=3600");
        EXPECT_FALSE(got.has("Retry-After"));
    }
    auto const refused = from("198.51.100.1");
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(code(refused), "http.rate_limited");
    EXPECT_EQ(refused.header("RateLimit-Remaining"), "0");
    EXPECT_EQ(refused.header("Retry-After"), "1200");
    EXPECT_NE(refused.body.find("1200 seconds"), std::string::npos);
    EXPECT_EQ(std::count_if(refused.headers.begin(), refused.headers.end(),
                            [](auto const& h) { return http::same_name(h.first, "Retry-After"); }),
              1);
    EXPECT_EQ(from("198.51.100.2").status, 200);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(from(fmt::format("2001:db8:1:1::{}", i)).status, 200);
    EXPECT_EQ(from("2001:db8:1:1::99").status, 429) << "one customer's addresses count as one";
    EXPECT_EQ(from("2001:db8:1:2::1").status, 200);
}

TEST_F(edge, counts_by_account_and_hotel_and_a_refused_request_costs_nothing) {
    auto const from = [&](std::string const& token, std::string const& address) {
        return ask("POST /reports", token, "X-Test-Address: " + address + "\r\n");
    };
    EXPECT_EQ(from("ana@h1", "198.51.100.1").status, 200);
    EXPECT_EQ(from("ana@h1", "198.51.100.2").status, 200);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(from("ana@h1", "198.51.100.3").status, 429);
    EXPECT_EQ(from("bob@h1", "198.51.100.3").header("RateLimit-Remaining"), "0")
        << "the hotel's third, which the refusals did not take";
    EXPECT_EQ(from("bob@h1", "198.51.100.4").status, 429);
    EXPECT_EQ(from("cid@h2", "198.51.100.4").status, 200);
    EXPECT_EQ(from("root", "198.51.100.4").status, 200);
}

TEST_F(edge, counts_requests_without_a_good_token_by_address) {
    std::string const there = "X-Test-Address: 203.0.113.5\r\n";
    for (int i = 0; i < 6; ++i) {
        auto const got = ask("POST /reports", i % 2 ? "stale" : "", there);
        EXPECT_EQ(got.status, 401);
        EXPECT_EQ(got.header("RateLimit-Limit"), "6");
    }
    EXPECT_EQ(ask("POST /reports", "stale", there).status, 429);
    EXPECT_EQ(ask("POST /reports", "ana@h9", there).status, 429);
}

TEST_F(edge, leaves_no_personal_data_in_redis) {
    ask("POST /login", {}, "X-Test-Address: 203.0.113.77\r\n");
    ask("POST /reports", "somebody@somewhere", "X-Test-Address: 203.0.113.78\r\n");
    auto const keys = side.run(redis.command({"KEYS", "*"}));
    std::size_t rates_seen = 0;
    for (auto const& key : keys.array()) {
        auto const& name = key.string();
        if (name.starts_with("rate:")) ++rates_seen;
        for (auto const* word : {"203.0.113", "somebody", "somewhere"})
            EXPECT_EQ(name.find(word), std::string::npos) << name;
    }
    EXPECT_GE(rates_seen, 4u);
}

TEST_F(edge, refuses_other_hosts_and_strangers_at_the_metrics_before_anything_is_counted) {
    hosts = {"other.example"};
    auto const refused = ask("POST /login");
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(code(refused), "http.host");
    EXPECT_FALSE(refused.has("RateLimit-Limit"));
    hosts = {"hotel.example"};
    server.reset();
    EXPECT_EQ(code(ask("GET /metrics")), "metrics.address");
    EXPECT_EQ(ask("GET /metrics", {}, "X-Test-Address: 192.0.2.9\r\n").status, 200);
}

TEST_F(edge, is_documented_where_it_applies) {
    ask("GET /open");
    json::value const document =
        http::openapi(routes, {.title = "t", .version = "1", .description = "d"});
    auto const says = [&](char const* path, char const* method, char const* status,
                          char const* word) {
        auto const& responses =
            document.at("paths").at(path).at(method).at("responses").as_object();
        auto const* const found = responses.if_contains(status);
        if (!found || !found->as_object().contains("description")) return false;
        return std::string(found->at("description").as_string()).find(word) != std::string::npos;
    };
    EXPECT_TRUE(says("/hotel", "put", "403", "`auth.forbidden`"));
    EXPECT_TRUE(says("/hotel", "put", "401", "`auth.required`"));
    EXPECT_TRUE(says("/reports", "post", "429", "`http.rate_limited`"));
    EXPECT_FALSE(says("/hotel", "put", "429", "`http.rate_limited`"));
    EXPECT_FALSE(says("/open", "get", "401", "`auth.required`"));
    EXPECT_TRUE(says("/open", "get", "403", "`http.host`"));
}

}  // namespace
}  // namespace agente::app
