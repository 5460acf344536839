// The same over HTTP's types: what the routes read, answer and document.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "http/openapi.hpp"
#include "http/problem.hpp"
#include "identity/house.hpp"
#include "identity/routes.hpp"

namespace agente::identity {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class over_http : public house {
protected:
    void SetUp() override {
        add_routes(routes, home->identity);
        routes.set_guard(
            [this](http::request& r, http::route const& route) -> task<void> {
                if (route.doc.scope.empty()) co_return;
                auto who = co_await home->identity.who.caller_of(r);
                if (!who->may(route.doc.scope))
                    throw failure(error(error_kind::forbidden, "auth.forbidden", "not yours"));
                r.principal = std::move(who);
            },
            {.scopes = true, .rates = true});
        routes.check();
    }
    struct answer {
        int status;
        boost::json::value body;
        http::header_list headers;
        std::string code() const {
            return body.is_object() && body.as_object().contains("code")
                       ? std::string(body.at("code").as_string())
                       : std::to_string(status);
        }
        std::string text(std::string_view name) const {
            return std::string(body.at(name).as_string());
        }
    };
    answer ask(std::string method, std::string path, std::string body = {},
               std::string token = {}) {
        http::request r;
        r.method = method;
        auto const mark = path.find('?');
        r.path = path.substr(0, mark);
        if (mark != std::string::npos)
            for (auto const pair :
                 agente::text::split(std::string_view(path).substr(mark + 1), '&'))
                r.query.add(std::string(pair.substr(0, pair.find('='))),
                            std::string(pair.substr(pair.find('=') + 1)));
        r.remote_address = "192.0.2.1";
        if (!body.empty()) r.headers.emplace_back("content-type", "application/json");
        if (!token.empty()) r.headers.emplace_back("authorization", "Bearer " + token);
        r.body = std::move(body);
        auto const found = routes.find(method, r.path);
        if (found.route == nullptr) return {404, nullptr, {}};
        r.path_params = found.path_params;
        r.route = found.route->pattern;
        http::response said;
        try {
            run(routes.guarded_by()(r, *found.route));
            said = run(found.route->handle(r));
        } catch (http::invalid_fields const&) {
            said = http::problem(422, "http.invalid_fields", "", "");
        } catch (failure const& f) {
            said = http::problem(f.reason(), "");
        }
        return {said.status,
                said.body.empty() ? boost::json::value() : boost::json::parse(said.body),
                said.headers};
    }
    answer login(std::string identifier) {
        return ask("POST", "/api/v1/auth/login",
                   boost::json::serialize(boost::json::object{{"identifier", identifier},
                                                              {"password", password_of_all}}));
    }

    http::router routes;
};

TEST_F(over_http, a_day_of_a_session) {
    auto const in = login("ana");
    ASSERT_EQ(in.status, 200) << boost::json::serialize(in.body);
    EXPECT_EQ(in.text("token_type"), "Bearer");
    EXPECT_EQ(in.body.at("expires_in").as_int64(), 900);
    EXPECT_EQ(in.body.at("user").at("tenant").as_string(), "sol");
    EXPECT_THAT(in.headers, testing::Contains(testing::Pair("Cache-Control", "no-store")));
    auto const token = in.text("access_token");
    auto const me = ask("GET", "/api/v1/auth/me", {}, token);
    EXPECT_EQ(me.text("username"), "ana");
    EXPECT_FALSE(me.body.at("second_factor").as_bool());
    EXPECT_THAT(boost::json::serialize(me.body.at("rights")), HasSubstr("users:write"));
    auto const next = ask(
        "POST", "/api/v1/auth/refresh",
        boost::json::serialize(boost::json::object{{"refresh_token", in.text("refresh_token")}}));
    ASSERT_EQ(next.status, 200);
    auto const listed = ask("GET", "/api/v1/auth/sessions", {}, next.text("access_token"));
    ASSERT_EQ(listed.body.at("items").as_array().size(), 1u);
    EXPECT_TRUE(listed.body.at("items").at(0).at("current").as_bool());
    EXPECT_EQ(ask("POST", "/api/v1/auth/logout", R"({"scope":"global"})", token).status, 204);
    time.by += 1'001ms;
    EXPECT_EQ(ask("GET", "/api/v1/auth/me", {}, token).code(), "auth.session_ended");
}

TEST_F(over_http, who_is_not_signed_in_or_lacks_the_right_is_refused) {
    EXPECT_EQ(ask("GET", "/api/v1/auth/me").code(), "auth.required");
    EXPECT_EQ(ask("GET", "/api/v1/admin/users").code(), "auth.required");
    auto const eva = login("eva").text("access_token");
    EXPECT_EQ(ask("GET", "/api/v1/admin/users", {}, eva).code(), "auth.forbidden");
    EXPECT_EQ(ask("GET", "/api/v1/admin/security-events", {}, eva).code(), "auth.forbidden");
    EXPECT_EQ(ask("POST", "/api/v1/auth/login", R"({"identifier":"ana"})").status, 422);
    EXPECT_EQ(ask("POST", "/api/v1/auth/login", R"({"identifier":"ana","password":"x"})").code(),
              "auth.invalid_credentials");
    EXPECT_EQ(ask("POST", "/api/v1/auth/logout", R"({"scope":"universe"})", eva).status, 422);
}

TEST_F(over_http, people_are_administered) {
    auto const ana = login("ana").text("access_token");
    auto const made = ask("POST", "/api/v1/admin/users",
                          R"({"username":"zoe","email":"zoe@sol.example","role":"agent"})", ana);
    ASSERT_EQ(made.status, 201) << boost::json::serialize(made.body);
    auto const id = std::string(made.body.at("user").at("id").as_string());
    auto const link = std::string(made.body.at("link").at("token").as_string());
    EXPECT_EQ(ask("POST", "/api/v1/auth/accept-link",
                  R"({"token":")" + link + R"(","new_password":"seven herons under a bridge"})")
                  .status,
              204);
    auto const one = ask("GET", "/api/v1/admin/users/" + id, {}, ana);
    EXPECT_EQ(one.text("username"), "zoe");
    auto const changed =
        ask("PATCH", "/api/v1/admin/users/" + id, R"({"full_name":"Zoe","active":false})", ana);
    EXPECT_EQ(changed.text("full_name"), "Zoe");
    EXPECT_FALSE(changed.body.at("active").as_bool());
    EXPECT_TRUE(ask("PATCH", "/api/v1/admin/users/" + id, R"({"full_name":null})", ana)
                    .body.at("full_name")
                    .is_null());
    EXPECT_EQ(ask("POST", "/api/v1/admin/users/" + id + "/invite", {}, ana).code(),
              "users.disabled");
    for (auto const* const action : {"force-password-change", "unlock"})
        EXPECT_EQ(ask("POST", "/api/v1/admin/users/" + id + "/" + action, {}, ana).status, 204);
    EXPECT_EQ(ask("POST", "/api/v1/admin/users/" + id + "/end-sessions", {}, ana).status, 200);
    EXPECT_EQ(ask("DELETE", "/api/v1/admin/users/" + id, {}, ana).status, 204);
    EXPECT_EQ(ask("DELETE", "/api/v1/admin/users/" + id, {}, ana).code(), "users.not_found");
}

TEST_F(over_http, who_must_choose_a_password_does_that_or_signs_out) {
    sql("update public.users set password_must_change = true where id = 'u-ana'");
    auto const in = login("ana");
    EXPECT_TRUE(in.body.at("user").at("password_must_change").as_bool());
    auto const token = in.text("access_token");
    for (auto const& route : routes.routes()) {
        auto path = route->pattern;
        if (route->doc.scope.empty() || path == "/api/v1/auth/change-password" ||
            path == "/api/v1/auth/logout")
            continue;
        if (auto const at = path.find("{id}"); at != std::string::npos)
            path.replace(at, 4, "u-eva");
        EXPECT_EQ(ask(route->method, path, {}, token).code(), "auth.password_must_change")
            << route->method << ' ' << path;
    }
    EXPECT_EQ(
        ask("POST", "/api/v1/auth/change-password", R"({"current_password":"x"})", token).status,
        422)
        << "the form is read";
    EXPECT_EQ(ask("POST", "/api/v1/auth/logout", {}, token).status, 204);
}

TEST_F(over_http, listings_go_on_from_page_to_page) {
    auto const root = login("root").text("access_token");
    std::string path = "/api/v1/admin/users?limit=2", seen;
    for (int pages = 0; pages < 3; ++pages) {
        auto const page = ask("GET", path, {}, root);
        for (auto const& item : page.body.at("items").as_array())
            seen += std::string(item.at("username").as_string()) + " ";
        if (page.body.at("next_cursor").is_null()) break;
        path = "/api/v1/admin/users?limit=2&cursor=" + page.text("next_cursor");
    }
    EXPECT_EQ(seen, "ana eva leo luz max root ");
    EXPECT_EQ(ask("GET", "/api/v1/admin/users?cursor=nonsense", {}, root).status, 422);
    EXPECT_EQ(
        ask("GET", "/api/v1/admin/users?tenant=luna", {}, login("ana").text("access_token")).code(),
        "tenants.not_found");

    events();
    path = "/api/v1/admin/security-events?limit=1&type=auth.signed_in";
    int count = 0;
    for (; count < 5; ++count) {
        auto const page = ask("GET", path, {}, root);
        EXPECT_EQ(page.body.at("items").at(0).at("type").as_string(), "auth.signed_in");
        if (page.body.at("next_cursor").is_null()) break;
        path = "/api/v1/admin/security-events?limit=1&type=auth.signed_in&cursor=" +
               page.text("next_cursor");
    }
    EXPECT_EQ(count, 1) << "two sign-ins, a page each";
    EXPECT_EQ(ask("GET", "/api/v1/admin/security-events?cursor=7b7d", {}, root).status, 422);
    EXPECT_EQ(ask("GET", "/api/v1/admin/security-events?tenant=luna", {},
                  login("ana").text("access_token"))
                  .code(),
              "tenants.not_found");
}

TEST_F(over_http, a_second_factor_and_a_password_are_changed) {
    auto const ana = login("ana").text("access_token");
    auto const made =
        ask("POST", "/api/v1/auth/totp/enroll", R"({"password":"three otters at dawn"})", ana);
    EXPECT_THAT(made.text("uri"), HasSubstr("otpauth://totp/Agente%20Hotel:ana?secret="));
    EXPECT_EQ(ask("POST", "/api/v1/auth/totp/activate", R"({"code":"000000"})", ana).code(),
              "totp.code_wrong");
    EXPECT_EQ(ask("POST", "/api/v1/auth/totp/disable",
                  R"({"password":"three otters at dawn","code":"000000"})", ana)
                  .code(),
              "totp.not_active");
    auto const changed = ask(
        "POST", "/api/v1/auth/change-password",
        R"({"current_password":"three otters at dawn","new_password":"seven herons under a bridge"})",
        ana);
    ASSERT_EQ(changed.status, 200) << boost::json::serialize(changed.body);
    EXPECT_EQ(ask("GET", "/api/v1/auth/me", {}, changed.text("access_token")).status, 200);
}

TEST_F(over_http, public_keys_are_shown_when_there_are_any) {
    EXPECT_EQ(ask("GET", "/.well-known/jwks.json").status, 404) << "HS256 has none";
    with.algorithm = token_algorithm::eddsa;
    // The example of RFC 8410, sections 10.3 and 10.1.
    with.ed25519_keys = {
        secret("-----BEGIN PRIVATE KEY-----\n"
               "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
               "-----END PRIVATE KEY-----\n")};
    home = &another_instance();
    http::router other;
    add_routes(other, home->identity);
    auto const found = other.find("GET", "/.well-known/jwks.json");
    ASSERT_NE(found.route, nullptr);
    http::request const r;
    auto const said = run(found.route->handle(r));
    EXPECT_EQ(boost::json::parse(said.body).at("keys").at(0).at("x").as_string(),
              "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE");
    EXPECT_EQ(caller(sign_in("ana").access_token)->user_id(), "u-ana");
}

}  // namespace
}  // namespace agente::identity
