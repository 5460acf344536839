// The OpenAPI document: complete, self-consistent, and of one mind with the code that reads
// requests.
#include "http/openapi.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <random>
#include <set>

#include "http/harness.hpp"
#include "http/problem.hpp"
#include "http/schema_check.hpp"
#include "http/typed_requests.hpp"
#include "support/openapi_rules.hpp"

namespace agente::http::test {
namespace {

namespace json = boost::json;

task<response> raw(request const&) { co_return text_response("raw"); }

struct openapi_document : testing::Test {
    openapi_document() {
        endpoint<order, order>(
            routes,
            {.method = "POST",
             .path = "/hotels/{hotel}/orders",
             .summary = "Order",
             .tags = {"orders"},
             .scope = "orders:write",
             .rates = {{.who = rate_limit::by::account, .requests = 5}},
             .status = 201,
             .answer = "It is ordered",
             .location = true,
             .also = {{202, "It will be"}},
             .problems = {409, {409, "orders.twice", "It is ordered already"}}},
            [](order const& in, request const&) -> task<order> { co_return in; });
        endpoint<search, search>(
            routes, {.method = "GET", .path = "/search/{id}", .summary = "Search"},
            [](search const& in, request const&) -> task<search> { co_return in; });
        endpoint<nothing, nothing>(routes,
                                   {.method = "POST", .path = "/nothing", .summary = "Nothing"},
                                   [](nothing const&, request const&) -> task<> { co_return; });
        routes.add(
            "GET", "/raw/{name}", raw,
            {.summary = "Raw",
             .responses = {{.status = 200, .description = "Text", .content_type = "text/plain"}}});
        routes.add("PUT", "/raw/{name}", raw, {.summary = "Raw", .responses = {{.status = 204}}});
        routes.add("GET", "/hidden", raw, {.summary = "Hidden", .hidden = true});
        routes.set_guard([](request&, route const&) -> task<> { co_return; },
                         {.scopes = true,
                          .rates = true,
                          .problems = {{403, "host.wrong", "Not here"}},
                          .scope_problems = {{401, "auth.required", "Nobody is signed in"}},
                          .rate_problems = {{429, "http.rate_limited", "Too often"}},
                          .rate_headers = {"RateLimit-Remaining"}});
        document = openapi(routes, {.title = "Test", .version = "1", .description = "d"});
    }
    json::value const& operation(char const* path, char const* method) {
        return document.at("paths").at(path).at(method);
    }
    router routes;
    json::value document;
};

TEST_F(openapi_document, has_every_route_once_with_what_it_needs) {
    EXPECT_EQ(document.at("openapi"), "3.1.0");
    EXPECT_FALSE(document.at("paths").as_object().contains("/hidden"));
    std::set<std::string> ids;
    std::size_t operations = 0;
    for (auto const& path : document.at("paths").as_object())
        for (auto const& [method, o] : path.value().as_object()) {
            ++operations;
            EXPECT_TRUE(ids.insert(std::string(o.at("operationId").as_string())).second);
            EXPECT_FALSE(o.at("responses").as_object().empty());
            for (auto const& answer : o.at("responses").as_object())
                EXPECT_TRUE(answer.value().as_object().contains("$ref") ||
                            !answer.value().at("description").as_string().empty());
            std::set<std::string> in_path;
            if (auto const* const parameters = o.as_object().if_contains("parameters"))
                for (auto const& p : parameters->as_array())
                    if (p.at("in") == "path") {
                        EXPECT_EQ(p.at("required"), true);
                        in_path.insert(std::string(p.at("name").as_string()));
                    }
            std::set<std::string> in_pattern;
            for (auto const& r : routes.routes())
                if (r->pattern == std::string(path.key()))
                    in_pattern.insert(r->names.begin(), r->names.end());
            EXPECT_EQ(in_path, in_pattern) << path.key();
        }
    EXPECT_EQ(operations, 5u);
}

TEST_F(openapi_document, follows_the_rules_of_openapi) {
    EXPECT_EQ(support::openapi_violations(document), std::vector<std::string>{});
}

// Each change breaks a rule that the inspection must know.
TEST_F(openapi_document, breaks_the_rules_when_it_is_changed) {
    std::vector<std::pair<char const*, std::function<void(json::object&)>>> const changes{
        {"no version", [](json::object& d) { d["info"].get_object().erase("version"); }},
        {"an unknown member", [](json::object& d) { d["surprise"] = 1; }},
        {"an undeclared scheme",
         [](json::object& d) { d["components"].get_object().erase("securitySchemes"); }},
        {"an undeclared tag", [](json::object& d) { d["tags"] = json::array(); }},
        {"a lost schema",
         [](json::object& d) { d["components"].at("schemas").get_object().erase("problem"); }},
        {"the same id",
         [](json::object& d) {
             d["paths"].at("/nothing").at("post").get_object()["operationId"] =
                 d["paths"].at("/search/{id}").at("get").at("operationId");
         }},
        {"an undescribed response",
         [](json::object& d) {
             d["paths"].at("/nothing").at("post").at("responses").get_object()["204"] =
                 json::object();
         }},
        {"a path parameter too few",
         [](json::object& d) {
             d["paths"].at("/search/{id}").at("get").get_object().erase("parameters");
         }},
        {"no 429",
         [](json::object& d) {
             d["paths"]
                 .at("/hotels/{hotel}/orders")
                 .at("post")
                 .at("responses")
                 .get_object()
                 .erase("429");
         }},
        {"no success", [](json::object& d) {
             d["paths"].at("/nothing").at("post").at("responses").get_object().erase("204");
         }}};
    for (auto const& [name, change] : changes) {
        auto changed = document;
        change(changed.get_object());
        EXPECT_FALSE(support::openapi_violations(changed).empty()) << name;
    }
}

TEST_F(openapi_document, says_who_may_what_can_go_wrong_and_how_large_a_body_may_be) {
    auto const& o = operation("/hotels/{hotel}/orders", "post");
    EXPECT_EQ(o.at("security").at(0).at("bearerAuth"), json::array());
    EXPECT_EQ(o.at("x-required-right"), "orders:write");
    EXPECT_EQ(operation("/nothing", "post").at("security"), json::array()) << "nobody signs in";
    EXPECT_EQ(document.at("components").at("securitySchemes").at("bearerAuth").at("scheme"),
              "bearer");
    EXPECT_EQ(document.at("servers").at(0).at("url"), "/");
    EXPECT_EQ(document.at("tags"), json::parse(R"([{"name":"orders"}])"));
    for (auto const* status : {"201", "202", "400", "401", "403", "409", "413", "415", "422", "429",
                               "500", "503", "504"})
        EXPECT_TRUE(o.at("responses").as_object().contains(status)) << status;
    EXPECT_EQ(o.at("responses")
                  .at("422")
                  .at("content")
                  .at("application/problem+json")
                  .at("schema")
                  .at("$ref"),
              "#/components/schemas/problem");
    EXPECT_EQ(o.at("x-max-body-bytes"), 64 * 1024);
    EXPECT_EQ(o.at("x-rate-limit"),
              json::parse(R"([{"by":"account","requests":5,"per_seconds":60}])"));
    auto const words = [&](char const* status) {
        return std::string(o.at("responses").at(status).at("description").as_string());
    };
    EXPECT_NE(words("409").find("`orders.twice`: It is ordered already"), std::string::npos);
    EXPECT_NE(words("403").find("`host.wrong`"), std::string::npos);
    EXPECT_NE(words("400").find("`http.bad_query`"), std::string::npos) << "the server's own too";
    auto const has_header = [&](char const* status, std::string const& name) {
        auto const* const headers = o.at("responses").at(status).as_object().if_contains("headers");
        return headers && headers->as_object().contains(name) &&
               document.at("components").at("headers").at(name).at("required") == true;
    };
    EXPECT_TRUE(has_header("429", "Retry-After"));
    EXPECT_TRUE(has_header("401", "WWW-Authenticate"));
    for (auto const* status : {"201", "202", "429"})
        EXPECT_TRUE(has_header(status, "RateLimit-Remaining")) << status;
    EXPECT_TRUE(has_header("201", "Location"));
    EXPECT_FALSE(has_header("202", "Location"));
    EXPECT_EQ(o.at("responses").at("408").at("$ref"), "#/components/responses/problem_408");
    EXPECT_FALSE(operation("/search/{id}", "get").as_object().contains("requestBody"));
    EXPECT_TRUE(operation("/nothing", "post").at("responses").as_object().contains("204"));
}

TEST_F(openapi_document, has_no_dangling_references_and_only_examples_that_fit) {
    EXPECT_EQ(dangling_references(document, document), std::vector<std::string>{});
    std::size_t seen = 0;
    EXPECT_EQ(unfit_examples(document, seen), std::vector<std::string>{});
    EXPECT_GT(seen, 20u);
}

TEST_F(openapi_document, writes_constraints_as_keywords) {
    auto const& properties =
        document.at("components").at("schemas").at("http.test.order.input").at("properties");
    EXPECT_EQ(
        properties.at("rooms"),
        json::parse(
            R"({"type":"integer","format":"int32","minimum":1,"maximum":9,"description":"How many rooms"})"));
    EXPECT_EQ(
        properties.at("tags"),
        json::parse(
            R"({"type":"array","items":{"type":"string","pattern":"^[^\\x00]*$","minLength":2,"maxLength":5},"minItems":0,"maxItems":2,"default":[]})"));
    EXPECT_EQ(properties.at("email"),
              json::parse(R"({"type":"string","format":"email","pattern":"^.*@.*$"})"));
    EXPECT_EQ(
        properties.at("wish"),
        json::parse(
            R"({"type":["string","null"],"enum":["room_only","breakfast","half_board",null]})"));
    EXPECT_EQ(
        properties.at("companion"),
        json::parse(
            R"({"anyOf":[{"$ref":"#/components/schemas/http.test.person.input"},{"type":"null"}]})"));
    EXPECT_FALSE(properties.as_object().contains("hotel"));
    EXPECT_FALSE(properties.as_object().contains("dry_run"));
}

TEST(schemas, keep_a_types_bounds_where_the_rules_are_wider) {
    json::object none;
    auto const small =
        schema_of<std::uint8_t>(rule("n").between(-5, 300), direction::request, none);
    EXPECT_EQ(small.at("minimum"), json::value(0));
    EXPECT_EQ(small.at("maximum"), json::value(255));
    auto const wide = schema_of<std::uint64_t>(rule("n").between(7, 300), direction::request, none);
    EXPECT_EQ(wide.at("minimum"), json::value(7));
    EXPECT_EQ(wide.at("maximum"), json::value(300));
    EXPECT_FALSE(
        schema_of<double>(rule("n").at_least(1), direction::request, none).contains("maximum"));
}

TEST_F(openapi_document, describes_problems_as_they_are_sent) {
    auto const schema = json::value(json::object{{"$ref", "#/components/schemas/problem"}});
    auto const sent =
        problem(error(error_kind::conflict, "a.b", "c"), "r1",
                {json::object{{"pointer", "#"}, {"code", "missing"}, {"detail", "is required"}}});
    EXPECT_EQ(violations(schema, json::parse(sent.body), document), std::vector<std::string>{});
}

TEST_F(openapi_document, describes_answers_as_they_are_sent) {
    running_server s(routes);
    auto const& o = operation("/hotels/{hotel}/orders", "post");
    auto const example = o.at("requestBody").at("content").at("application/json").at("example");
    auto const got = once(s.port(), post("/hotels/h/orders", json::serialize(example)));
    ASSERT_EQ(got.status, 201) << got.body;
    auto const& schema =
        o.at("responses").at("201").at("content").at("application/json").at("schema");
    EXPECT_EQ(violations(schema, json::parse(got.body), document), std::vector<std::string>{});
    auto const bare = once(
        s.port(),
        post(
            "/hotels/h/orders",
            R"({"guest":{"name":"A"},"email":"a@b","room_type":1,"rooms":1,"arrival":"2026-01-01"})"));
    EXPECT_EQ(violations(schema, json::parse(bare.body), document), std::vector<std::string>{})
        << bare.body;
}

// Puts a value somewhere at random: into a member, an item, or under a new name.
void disturb(json::value& node, json::value const& with, std::mt19937& random) {
    if (node.is_object() && !node.get_object().empty()) {
        auto& o = node.get_object();
        auto const member = o.begin() + static_cast<std::ptrdiff_t>(random() % o.size());
        switch (random() % 6) {
            case 0: o.erase(member); return;
            case 1: o["surprise"] = with; return;
            case 2: member->value() = with; return;
            default: return disturb(member->value(), with, random);
        }
    }
    if (node.is_array() && !node.get_array().empty() && random() % 2)
        return disturb(node.get_array()[random() % node.get_array().size()], with, random);
    node = with;
}

TEST_F(openapi_document, and_the_reader_of_requests_accept_the_same_bodies) {
    auto const& media = operation("/hotels/{hotel}/orders", "post")
                            .at("requestBody")
                            .at("content")
                            .at("application/json");
    auto const pool =
        json::parse(
            R"([null,true,0,1,2,9,10,11,130,131,-1,255,2.0,1.5,9007199254740993,18446744073709551615,1e30,"","a","ab","abcde","abcdef",
        "12345678901","a@b","2026-01-31","2026-11-24T09:15:00Z","breakfast","dinner",[],["ab"],["ab","cd","ef"],[1],{},{"name":"A"},{"name":""},
        {"name":"A","age":null},{"name":"A","children":[{"name":"B"}]},[{"name":"C"}],"ñññññ"])")
            .as_array();
    request_shape const shape = shape_of<order>("POST", "/hotels/{hotel}/orders");
    std::mt19937 random(20261124);
    int accepted = 0;
    for (int round = 0; round < 20'000; ++round) {
        auto body = media.at("example");
        for (auto n = random() % 3; n > 0; --n) disturb(body, pool[random() % pool.size()], random);
        request r;
        r.path_params["hotel"] = "h";
        r.headers.emplace_back("content-type", "application/json");
        r.body = json::serialize(body);
        bool reader = true;
        try {
            read_request<order>(r, shape);
        } catch (invalid_fields const&) {
            reader = false;
        }
        auto const complaints = violations(media.at("schema"), body, document);
        ASSERT_EQ(reader, complaints.empty())
            << r.body << (complaints.empty() ? "" : complaints.front());
        accepted += reader;
    }
    EXPECT_GT(accepted, 5'000);  // both outcomes were really tried
    EXPECT_LT(accepted, 15'000);
}

}  // namespace
}  // namespace agente::http::test
