// Typed endpoints: what is accepted, what is refused and how it is said.
#include "http/endpoint.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <limits>

#include "http/harness.hpp"
#include "http/typed_requests.hpp"

namespace agente::http::test {
namespace {

namespace json = boost::json;

struct typed_endpoints : testing::Test {
    typed_endpoints() {
        endpoint<order, order>(
            routes,
            {.method = "POST", .path = "/hotels/{hotel}/orders", .summary = "Order", .status = 201},
            [](order const& in, request const&) -> task<order> { co_return in; });
        endpoint<search, search>(
            routes, {.method = "GET", .path = "/search/{id}", .summary = "Search"},
            [](search const& in, request const&) -> task<search> { co_return in; });
        endpoint<nothing, nothing>(routes,
                                   {.method = "POST", .path = "/nothing", .summary = "Nothing"},
                                   [](nothing const&, request const&) -> task<> { co_return; });
        endpoint<search, nothing>(
            routes, {.method = "DELETE", .path = "/search/{id}", .summary = "Forget"},
            [](search const&, request const&) -> task<result<nothing>> {
                co_return error(error_kind::conflict, "search.busy", "It is in use.");
            });
    }
    answer ask(std::string_view body, std::string_view path = "/hotels/h1/orders") {
        if (!server) server.emplace(routes);
        return once(server->port(), post(path, body));
    }
    answer fetch(std::string_view path) {
        if (!server) server.emplace(routes);
        return once(server->port(), get(path));
    }
    router routes;
    std::optional<running_server> server;
};

std::string order_with(std::string_view name, std::string_view value) {
    auto o =
        json::parse(
            R"({"guest":{"name":"Ana"},"email":"a@b","room_type":7,"rooms":2,"arrival":"2026-11-24"})")
            .as_object();
    std::string text;
    if (o.contains(json::string_view(name.data(), name.size())))
        o.erase(json::string_view(name.data(), name.size()));
    text = json::serialize(o);
    if (value.empty()) return text;
    text.pop_back();
    return fmt::format("{},\"{}\":{}}}", text, name, value);
}

TEST_F(typed_endpoints, read_and_write_every_kind_of_member) {
    auto const got = ask(
        R"({"guest":{"name":"Ñandú","age":40,"children":[{"name":"Kid"}]},"email":"a@b","room_type":9007199254740993,
        "rooms":2.0,"big":18446744073709551615,"factor":2,"arrival":"2028-02-29","at":"2026-11-24T10:15:00.5+01:00","meals":"half_board",
        "wish":null,"companion":{"name":"Bo"},"tags":["ab","cde"],"extra":{"any":[1,null]}})",
        "/hotels/h%201/orders?dry_run=true");
    ASSERT_EQ(got.status, 201) << got.body;
    EXPECT_EQ(got.header("Content-Type"), "application/json");
    EXPECT_EQ(
        json::parse(got.body),
        json::parse(R"({"hotel":"h 1","dry_run":true,"guest":{"name":"Ñandú","age":40,"children":
        [{"name":"Kid","age":null,"children":[]}]},"email":"a@b","room_type":9007199254740993,"rooms":2,"big":18446744073709551615,"factor":2.0,
        "arrival":"2028-02-29","at":"2026-11-24T09:15:00.500000Z","meals":"half_board","wish":null,
        "companion":{"name":"Bo","age":null,"children":[]},"tags":["ab","cde"],"extra":{"any":[1,null]},"remark":null})"));
}

TEST_F(typed_endpoints, keep_the_structs_own_values_for_what_may_be_missing) {
    auto const got = ask(order_with("remark", ""));
    ASSERT_EQ(got.status, 201) << got.body;
    auto const o = json::parse(got.body).as_object();
    EXPECT_EQ(o.at("factor"), 1.5);
    EXPECT_EQ(o.at("meals"), "room_only");
    EXPECT_EQ(o.at("dry_run"), false);
}

struct mistake {
    char const* name;
    char const* value;
    char const* pointer;
    char const* code;
};

TEST_F(typed_endpoints, say_what_is_wrong_with_each_field) {
    mistake const table[] = {
        {"nonsense", "1", "#/nonsense", "unknown"},
        {"hotel", "\"h2\"", "#/hotel", "unknown"},  // it is in the path
        {"a~/b", "1", "#/a~0~1b", "unknown"},
        {"email", "", "#/email", "missing"},
        {"email", "null", "#/email", "type"},
        {"email", "7", "#/email", "type"},
        {"email", "\"nobody\"", "#/email", "format"},
        {"room_type", "0", "#/room_type", "range"},
        {"room_type", "1.5", "#/room_type", "type"},
        {"room_type", "\"7\"", "#/room_type", "type"},
        {"room_type", "true", "#/room_type", "type"},
        {"room_type", "1e30", "#/room_type", "range"},
        {"room_type", "18446744073709551615", "#/room_type", "range"},
        {"room_type", "99999999999999999999999999", "#/room_type", "range"},
        {"rooms", "10", "#/rooms", "range"},
        {"rooms", "-1", "#/rooms", "range"},
        {"rooms", "256", "#/rooms", "range"},
        {"big", "-1", "#/big", "range"},
        {"factor", "11", "#/factor", "range"},
        {"factor", "\"x\"", "#/factor", "type"},
        {"arrival", "\"2026-02-30\"", "#/arrival", "format"},
        {"arrival", "\"2026-2-3\"", "#/arrival", "format"},
        {"arrival", "\"0000-01-01\"", "#/arrival", "format"},
        {"arrival", "\"-026-01-01\"", "#/arrival", "format"},
        {"arrival", "20260203", "#/arrival", "type"},
        {"at", "\"2026-11-24T25:00:00Z\"", "#/at", "format"},
        {"at", "\"2026-11-24T10:00:00\"", "#/at", "format"},
        {"at", "\"2026-11-24T10:00:00.Z\"", "#/at", "format"},
        {"at", "\"2026-11-24T10:00:00+1:00\"", "#/at", "format"},
        {"meals", "\"dinner\"", "#/meals", "not_one_of"},
        {"meals", "1", "#/meals", "type"},
        {"meals", "null", "#/meals", "type"},
        {"tags", "[\"ab\",\"cd\",\"ef\"]", "#/tags", "too_long"},
        {"tags", "[\"a\"]", "#/tags/0", "too_short"},
        {"tags", "[\"ab\",\"abcdef\"]", "#/tags/1", "too_long"},
        {"tags", "[\"ab\",null]", "#/tags/1", "type"},
        {"tags", "{}", "#/tags", "type"},
        {"remark", "\"123456789012345678901\"", "#/remark", "too_long"},
        {"guest", "[]", "#/guest", "type"},
        {"guest", "{}", "#/guest/name", "missing"},
        {"guest", "{\"name\":\"\"}", "#/guest/name", "too_short"},
        {"guest", "{\"name\":\"A\",\"age\":131}", "#/guest/age", "range"},
        {"guest", "{\"name\":\"A\",\"children\":[{\"name\":\"B\",\"x\":1}]}",
         "#/guest/children/0/x", "unknown"},
    };
    for (auto const& m : table) {
        auto const got = ask(order_with(m.name, m.value));
        ASSERT_EQ(got.status, 422) << m.name << " " << m.value << ": " << got.body;
        EXPECT_EQ(got.header("Content-Type"), "application/problem+json");
        auto const errors = json::parse(got.body).at("errors").as_array();
        ASSERT_EQ(errors.size(), 1u) << got.body;
        EXPECT_EQ(errors[0].at("pointer"), m.pointer) << got.body;
        EXPECT_EQ(errors[0].at("code"), m.code) << got.body;
        EXPECT_FALSE(errors[0].at("detail").as_string().empty());
    }
}

TEST_F(typed_endpoints, count_characters_not_bytes) {
    EXPECT_EQ(ask(order_with("guest", "{\"name\":\"ññññññññññ\"}")).status, 201);
    EXPECT_EQ(ask(order_with("guest", "{\"name\":\"ñññññññññññ\"}")).status, 422);
}

TEST_F(typed_endpoints, list_all_mistakes_at_once_and_bound_the_list) {
    auto const got = ask("{}");
    EXPECT_EQ(got.status, 422);
    EXPECT_EQ(json::parse(got.body).at("errors").as_array().size(), 5u) << got.body;
    std::string many = "{";
    for (int i = 0; i < 500; ++i) many += fmt::format("\"u{}\":1,", i);
    many.back() = '}';
    EXPECT_EQ(json::parse(ask(many).body).at("errors").as_array().size(), 50u);
}

struct unreadable {
    std::string body;
    int status;
    char const* code;
};

TEST_F(typed_endpoints, refuse_bodies_that_are_not_one_clear_json_object) {
    std::string deep(40, '[');
    deep += std::string(40, ']');
    std::string very_deep(30'000, '[');
    unreadable const table[] = {
        {"", 400, "http.body_empty"},
        {" \n", 400, "http.body_empty"},
        {"{", 400, "http.body_not_json"},
        {"{}x", 400, "http.body_not_json"},
        {"{} {}", 400, "http.body_not_json"},
        {"{'a':1}", 400, "http.body_not_json"},
        {"{\"a\":1,}", 400, "http.body_not_json"},
        {"{\"a\":01}", 400, "http.body_not_json"},
        {"{\"a\":NaN}", 400, "http.body_not_json"},
        {"{\"a\":/*c*/1}", 400, "http.body_not_json"},
        {"\xef\xbb\xbf{}", 400, "http.body_not_json"},
        {"{\"a\":\"\xff\"}", 400, "http.body_not_json"},
        {"{\"a\":\"\xc3\"}", 400, "http.body_not_json"},
        {"{\"a\":\"\\ud800\"}", 400, "http.body_not_json"},
        {"{\"a\":\"x\ny\"}", 400, "http.body_not_json"},
        {std::string("{\"a\":\"x\0y\"}", 11), 400, "http.body_not_json"},
        {std::string("{}\0", 3), 400, "http.body_not_json"},
        {"{\"a\":\"\\u0000\"}", 400, "http.body_ambiguous"},
        {"{\"a\\u0000\":1}", 400, "http.body_ambiguous"},
        {"{\"a\":1e999}", 400, "http.body_ambiguous"},
        {"{\"a\":1,\"a\":1}", 400, "http.body_ambiguous"},
        {"{\"a\":1,\"\\u0061\":2}", 400, "http.body_ambiguous"},
        {"{\"x\":[0,{\"b\":1,\"c\":2,\"b\":3}]}", 400, "http.body_ambiguous"},
        {"{\"a\":" + deep + "}", 400, "http.body_too_deep"},
        {very_deep, 400, "http.body_too_deep"},
        {"[]", 422, "http.invalid_fields"},
        {"null", 422, "http.invalid_fields"},
        {"7", 422, "http.invalid_fields"},
    };
    for (auto const& bad : table) {
        auto const got = ask(bad.body);
        EXPECT_EQ(got.status, bad.status) << bad.body << got.body;
        EXPECT_EQ(json::parse(got.body).at("code"), bad.code) << bad.body;
    }
    EXPECT_NE(ask("{\"x\":[0,{\"b\":1,\"b\":3}]}").body.find("#/x/1"), std::string::npos);
    // Equal names in different objects are no twins.
    EXPECT_EQ(ask(order_with("extra", R"({"name":{"name":1},"b":[{"name":1},{"name":2}]})")).status,
              201);
}

TEST_F(typed_endpoints, take_json_in_utf8_only) {
    running_server s(routes);
    auto const body = order_with("remark", "");
    for (auto const* type : {"application/json", "Application/JSON; charset=UTF-8",
                             "application/json;charset=\"utf-8\"", "application/vnd.x+json"})
        EXPECT_EQ(once(s.port(), post("/hotels/h/orders", body, type)).status, 201) << type;
    for (auto const* type :
         {"text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1",
          "application/jsonx", "application/+json", "x"}) {
        auto const got = once(s.port(), post("/hotels/h/orders", body, type));
        EXPECT_EQ(got.status, 415) << type;
        EXPECT_EQ(got.header("Accept"), "application/json");
    }
    EXPECT_EQ(
        once(s.port(), "POST /hotels/h/orders HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}")
            .status,
        415);
}

TEST_F(typed_endpoints, read_path_and_query) {
    auto const got =
        fetch("/search/7?q=a+b&limit=5&page=1&page=2&meals=breakfast&from=2026-01-31&exact=true");
    ASSERT_EQ(got.status, 200) << got.body;
    EXPECT_EQ(
        json::parse(got.body),
        json::parse(
            R"({"id":7,"q":"a b","limit":5,"page":[1,2],"meals":"breakfast","from":"2026-01-31","exact":true})"));
    EXPECT_EQ(
        json::parse(fetch("/search/-7").body),
        json::parse(
            R"({"id":-7,"q":null,"limit":20,"page":[],"meals":null,"from":null,"exact":false})"));
}

TEST_F(typed_endpoints, say_which_parameter_is_wrong) {
    mistake const table[] = {
        {"/search/x", "", "id", "type"},
        {"/search/7x", "", "id", "type"},
        {"/search/99999999999999999999", "", "id", "type"},
        {"/search/18446744073709551615", "", "id", "range"},
        {"/search/7?limit=0", "", "limit", "range"},
        {"/search/7?limit=", "", "limit", "type"},
        {"/search/7?limit=1&limit=2", "", "limit", "repeated"},
        {"/search/7?limit=1.0", "", "limit", "type"},
        {"/search/7?page=1&page=x", "", "page/1", "type"},
        {"/search/7?meals=dinner", "", "meals", "not_one_of"},
        {"/search/7?from=tomorrow", "", "from", "format"},
        {"/search/7?exact=yes", "", "exact", "type"},
        {"/search/7?q=", "", "q", "too_short"},
        {"/search/7?quest=1", "", "quest", "unknown"},
    };
    for (auto const& m : table) {
        auto const got = fetch(m.name);
        ASSERT_EQ(got.status, 422) << m.name << got.body;
        auto const errors = json::parse(got.body).at("errors").as_array();
        ASSERT_EQ(errors.size(), 1u) << got.body;
        EXPECT_EQ(errors[0].at("parameter"), m.pointer);
        EXPECT_EQ(errors[0].at("code"), m.code);
    }
}

TEST_F(typed_endpoints, answer_without_a_body_and_with_an_error) {
    EXPECT_EQ(ask("", "/nothing").status, 204);
    EXPECT_EQ(ask("{}", "/nothing").status, 204);
    EXPECT_EQ(ask("{\"a\":1}", "/nothing").status, 422);
    auto const got = once(server->port(), "DELETE /search/1 HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(got.status, 409);
    EXPECT_NE(got.body.find("search.busy"), std::string::npos);
}

struct needs_example {
    std::string code;
};
BOOST_DESCRIBE_STRUCT(needs_example, (), (code))
constexpr std::array needs_example_rules{
    rule("code").format("code", [](std::string_view s) { return s == "ok"; })};
constexpr std::span<rule const> http_rules(needs_example const*) { return needs_example_rules; }

TEST_F(typed_endpoints, refuse_declarations_that_cannot_work) {
    auto const handle = [](auto const&, request const&) -> task<> { co_return; };
    EXPECT_THROW(
        (endpoint<needs_example, nothing>(routes, {.method = "POST", .path = "/x"}, handle)),
        std::logic_error);
    EXPECT_THROW(
        (endpoint<search, nothing>(routes, {.method = "GET", .path = "/x/{other}"}, handle)),
        std::logic_error);
    EXPECT_THROW((endpoint<order, nothing>(routes, {.method = "GET", .path = "/x"}, handle)),
                 std::logic_error);  // a struct in a query
    EXPECT_THROW(
        (endpoint<search, nothing>(routes, {.method = "GET", .path = "/x/{page}"}, handle)),
        std::logic_error);
}

TEST(encoding, writes_only_json_that_can_be_read_back) {
    EXPECT_EQ(encode(std::string("a\xff\0b", 4)), json::value("a\xEF\xBF\xBD\xEF\xBF\xBD"
                                                              "b"));
    EXPECT_TRUE(encode(std::numeric_limits<double>::infinity()).is_null());
    EXPECT_EQ(encode(std::numeric_limits<std::uint64_t>::max()),
              json::value(std::numeric_limits<std::uint64_t>::max()));
    EXPECT_EQ(encode(std::vector<bool>{true, false}), (json::value{true, false}));
}

}  // namespace
}  // namespace agente::http::test
