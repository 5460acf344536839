// Pages of other sites, and what browsers are told with every answer.
#include "http/cors.hpp"

#include <boost/json/parse.hpp>

#include "http/harness.hpp"

namespace agente::http::test {
namespace {

struct cross_origin : testing::Test {
    cross_origin() {
        auto const ok = [](request const&) -> task<response> { co_return text_response("ok"); };
        routes.add("GET", "/things", ok);
        routes.add("PUT", "/things", ok);
        routes.add("GET", "/varies", [](request const&) -> task<response> {
            co_return text_response("ok").set("Vary", "Accept-Language");
        });
        routes.add("GET", "/own", [](request const&) -> task<response> {
            co_return text_response("ok").set("Content-Security-Policy", "default-src 'self'");
        });
    }
    answer ask(std::string const& method, std::string const& path, std::string const& headers) {
        if (!server) server.emplace(routes, options);
        return once(server->port(),
                    method + " " + path + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n");
    }
    void allow(std::vector<std::string> origins) {
        options.cross_origin = std::make_shared<cors const>(
            cors::make("CORS_ALLOWED_ORIGINS", std::move(origins)).value());
    }
    router routes;
    server_options options;
    std::optional<running_server> server;
};

constexpr auto console = "Origin: https://console.example\r\n";
constexpr auto preflight =
    "Access-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: authorization\r\n";

std::vector<std::string> cors_headers(answer const& a) {
    std::vector<std::string> found;
    for (auto const& [name, value] : a.headers)
        if (name.starts_with("Access-Control-")) found.push_back(name);
    return found;
}

TEST_F(cross_origin, is_refused_unless_configured) {
    auto const got = ask("GET", "/things", console);
    EXPECT_EQ(got.status, 200);
    EXPECT_TRUE(cors_headers(got).empty());
    EXPECT_FALSE(got.has("Vary"));
    EXPECT_TRUE(cors_headers(ask("OPTIONS", "/things", std::string(console) + preflight)).empty());
}

TEST_F(cross_origin, preflights_of_allowed_origins_are_answered_with_the_methods_of_the_path) {
    allow({"https://console.example", "http://localhost:5173"});
    auto const got = ask("OPTIONS", "/things", std::string(console) + preflight);
    EXPECT_EQ(got.status, 204);
    EXPECT_EQ(got.header("Access-Control-Allow-Origin"), "https://console.example");
    EXPECT_EQ(got.header("Access-Control-Allow-Methods"), "GET, PUT, HEAD, OPTIONS");
    EXPECT_NE(got.header("Access-Control-Allow-Headers").find("Authorization"), std::string::npos);
    EXPECT_EQ(got.header("Access-Control-Max-Age"), "600");
    EXPECT_FALSE(got.has("Access-Control-Allow-Credentials"));
    EXPECT_EQ(got.header("Vary"), "Origin");
    EXPECT_EQ(
        ask("OPTIONS", "/things", std::string("Origin: http://localhost:5173\r\n") + preflight)
            .header("Access-Control-Allow-Origin"),
        "http://localhost:5173");
    EXPECT_EQ(ask("OPTIONS", "/nothing", std::string(console) + preflight).status, 404);
}

TEST_F(cross_origin, preflights_of_others_get_no_permission) {
    allow({"https://console.example"});
    for (auto const* origin :
         {"https://evil.example", "http://console.example", "https://console.example:8443",
          "https://console.example.evil.example", "https://xconsole.example", "null", "*", "",
          "https://console.example/", "HTTPS://CONSOLE.EXAMPLE"}) {
        auto const got =
            ask("OPTIONS", "/things", std::string("Origin: ") + origin + "\r\n" + preflight);
        EXPECT_EQ(got.status, 204) << origin;
        EXPECT_TRUE(cors_headers(got).empty()) << origin;
        EXPECT_EQ(got.header("Vary"), "Origin");
    }
    EXPECT_TRUE(
        cors_headers(ask("OPTIONS", "/things",
                         std::string(console) + "Origin: https://evil.example\r\n" + preflight))
            .empty());
}

TEST_F(cross_origin, every_answer_to_an_allowed_page_can_be_read_by_it) {
    allow({"https://console.example"});
    for (auto const& [method, path, status] :
         {std::tuple("GET", "/things", 200), std::tuple("GET", "/nothing", 404),
          std::tuple("DELETE", "/things", 405)}) {
        auto const got = ask(method, path, console);
        EXPECT_EQ(got.status, status);
        EXPECT_EQ(got.header("Access-Control-Allow-Origin"), "https://console.example");
        EXPECT_NE(got.header("Access-Control-Expose-Headers").find("Retry-After"),
                  std::string::npos);
    }
    EXPECT_EQ(ask("GET", "/varies", console).header("Vary"), "Origin, Accept-Language");
    auto const without = ask("GET", "/things", "");
    EXPECT_EQ(without.header("Vary"), "Origin") << "caches must not give it to the page";
    EXPECT_TRUE(cors_headers(without).empty());
}

TEST_F(cross_origin, entries_that_no_browser_sends_are_refused_by_name) {
    for (auto const* bad :
         {"*", "null", "", "console.example", "https://", "https://console.example/",
          "https://console.example:443", "http://console.example:80", "https://Console.example",
          "https://*.example", "ftp://console.example", "https://u@console.example",
          "https://console.example?x", "https://console.example#x", "https://console.example:"}) {
        auto const made = cors::make("CORS_ALLOWED_ORIGINS", {"https://fine.example", bad});
        ASSERT_TRUE(made.has_error()) << bad;
        EXPECT_NE(made.error().message().find("'" + std::string(bad) + "'"), std::string::npos);
    }
    EXPECT_TRUE(cors::make("CORS_ALLOWED_ORIGINS", {"https://[2001:db8::1]:8443"}).has_value());
}

TEST_F(cross_origin, browsers_are_told_to_be_careful_with_every_answer) {
    options.default_headers = api_headers(std::chrono::hours(24));
    for (auto const* path : {"/things", "/nothing"}) {
        auto const got = ask("GET", path, "");
        EXPECT_EQ(got.header("X-Content-Type-Options"), "nosniff");
        EXPECT_EQ(got.header("X-Frame-Options"), "DENY");
        EXPECT_EQ(got.header("Referrer-Policy"), "no-referrer");
        EXPECT_EQ(got.header("Cache-Control"), "no-store");
        EXPECT_EQ(got.header("Content-Security-Policy"),
                  "default-src 'none'; frame-ancestors 'none'");
        EXPECT_EQ(got.header("Strict-Transport-Security"), "max-age=86400");
        EXPECT_TRUE(got.has("X-Request-Id"));
    }
    EXPECT_EQ(ask("GET", "/own", "").header("Content-Security-Policy"), "default-src 'self'");
    for (auto const& [name, value] : api_headers()) EXPECT_NE(name, "Strict-Transport-Security");
}

}  // namespace
}  // namespace agente::http::test
