// What typed endpoints offer beyond one struct in and one struct out: other statuses, texts, names
// C++ does not have, null beside missing, pages.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "http/endpoint.hpp"
#include "http/harness.hpp"
#include "http/openapi.hpp"
#include "http/page.hpp"
#include "http/schema_check.hpp"

namespace agente::http::test {

struct subscription {
    std::string mode;
    std::optional<std::string> challenge;
};
BOOST_DESCRIBE_STRUCT(subscription, (), (mode, challenge))
inline constexpr std::array subscription_rules{
    rule("mode").called("hub.mode").length(1, 9).example("subscribe"),
    rule("challenge").called("hub.challenge")};
constexpr std::span<rule const> http_rules(subscription const*) { return subscription_rules; }

struct hours {
    std::int64_t id{0};
    std::optional<std::optional<int>> opens;
    std::optional<std::string> zone;
};
BOOST_DESCRIBE_STRUCT(hours, (), (id, opens, zone))
inline constexpr std::array hours_rules{rule("opens").between(0, 23)};
constexpr std::span<rule const> http_rules(hours const*) { return hours_rules; }

struct thing {
    int id{0};
};
BOOST_DESCRIBE_STRUCT(thing, (), (id))

struct find_things : page_request {
    std::optional<std::string> q;
};
BOOST_DESCRIBE_STRUCT(find_things, (page_request), (q))
inline constexpr std::array find_things_rules{page_limit, page_cursor<thing>};
constexpr std::span<rule const> http_rules(find_things const*) { return find_things_rules; }

namespace {

namespace json = boost::json;

struct answers : testing::Test {
    answer ask(std::string const& bytes) {
        if (!server) server.emplace(routes);
        return once(server->port(), bytes);
    }
    json::value document() { return openapi(routes, {.title = "t", .version = "1"}); }

    router routes;
    std::optional<running_server> server;
};

TEST_F(answers, may_have_another_declared_status_and_headers) {
    endpoint<hours, thing>(
        routes, {.method = "GET", .path = "/things/{id}", .summary = "s", .also = {{202, "Later"}}},
        [](hours const& in, request const&) -> task<answer_as<thing>> {
            answer_as<thing> out{.status = static_cast<int>(in.id), .body = {.id = 7}};
            out.headers.emplace_back("Location", "/things/7");
            co_return out;
        });
    auto const later = ask(get("/things/202"));
    EXPECT_EQ(later.status, 202);
    EXPECT_EQ(later.header("Location"), "/things/7");
    EXPECT_EQ(later.body, R"({"id":7})");
    EXPECT_EQ(ask(get("/things/200")).status, 200);
    EXPECT_EQ(ask(get("/things/201")).status, 500) << "nobody knows of it";
    auto const doc = document();
    auto const& responses = doc.at("paths").at("/things/{id}").at("get").at("responses");
    EXPECT_EQ(responses.at("202").at("description"), "Later");
    EXPECT_EQ(responses.at("202").at("content"), responses.at("200").at("content"));
}

TEST_F(answers, may_be_texts_and_parameters_may_have_any_name) {
    endpoint<subscription, plain_text>(
        routes, {.method = "GET", .path = "/hook", .summary = "s", .other_parameters = true},
        [](subscription const& in, request const&) -> task<plain_text> {
            co_return plain_text{in.mode + " " + in.challenge.value_or("none")};
        });
    auto const got = ask(get("/hook?hub.mode=on&hub.challenge=42&hub.new=1"));
    EXPECT_EQ(got.body, "on 42") << "parameters that came later are no mistake here";
    EXPECT_EQ(got.header("Content-Type"), "text/plain; charset=utf-8");
    for (auto const* wrong : {"/hook?mode=on", "/hook?hub.mode=", "/hook?hub.mode=a&hub.mode=b"}) {
        auto const refused = ask(get(wrong));
        EXPECT_EQ(refused.status, 422) << wrong;
        EXPECT_EQ(json::parse(refused.body).at("errors").at(0).at("parameter"), "hub.mode");
    }
    auto const doc = document();
    auto const& o = doc.at("paths").at("/hook").at("get");
    EXPECT_EQ(o.at("parameters").at(0).at("name"), "hub.mode");
    EXPECT_TRUE(o.at("responses").at("200").at("content").as_object().contains("text/plain"));
}

TEST_F(answers, another_name_is_for_the_query_only) {
    auto const handle = [](subscription const&, request const&) -> task<> { co_return; };
    EXPECT_THROW(
        (endpoint<subscription, nothing>(routes, {.method = "POST", .path = "/hook"}, handle)),
        std::logic_error);
}

TEST_F(answers, null_clears_and_missing_leaves_alone) {
    endpoint<hours, plain_text>(routes, {.method = "PATCH", .path = "/hours/{id}", .summary = "s"},
                                [](hours const& in, request const&) -> task<plain_text> {
                                    co_return plain_text{!in.opens    ? "leave"
                                                         : !*in.opens ? "clear"
                                                                      : std::to_string(**in.opens)};
                                });
    auto const patch = [&](std::string body) {
        auto bytes = post("/hours/1", body);
        return ask(bytes.replace(0, 4, "PATCH"));
    };
    EXPECT_EQ(patch("{}").body, "leave");
    EXPECT_EQ(patch(R"({"opens":null})").body, "clear");
    EXPECT_EQ(patch(R"({"opens":9})").body, "9");
    EXPECT_EQ(patch(R"({"opens":24})").status, 422);
    auto const doc = document();
    auto const& schema = doc.at("components").at("schemas").at("http.test.hours.input");
    EXPECT_EQ(schema.at("properties").at("opens").at("type"), (json::array{"integer", "null"}));
    EXPECT_FALSE(schema.as_object().contains("required"));
}

TEST_F(answers, listings_come_in_pages) {
    endpoint<find_things, page<thing>>(
        routes, {.method = "GET", .path = "/things", .summary = "s"},
        [](find_things const& in, request const&) -> task<page<thing>> {
            int from = 0;
            if (in.cursor) from = read_cursor<thing>(*in.cursor).id;
            page<thing> out;
            for (int id = from; id < from + in.limit && id < 5; ++id)
                out.items.push_back({.id = id});
            if (from + in.limit < 5) out.next_cursor = write_cursor(thing{.id = from + in.limit});
            co_return out;
        });
    std::string cursor, seen;
    do {
        auto const got = ask(get("/things?limit=2" + cursor));
        ASSERT_EQ(got.status, 200) << got.body;
        auto const body = json::parse(got.body);
        for (auto const& item : body.at("items").as_array()) seen += json::serialize(item);
        auto const& next = body.at("next_cursor");
        cursor = next.is_null() ? "" : "&cursor=" + std::string(next.as_string());
    } while (!cursor.empty());
    EXPECT_EQ(seen, R"({"id":0}{"id":1}{"id":2}{"id":3}{"id":4})");
    for (auto const* wrong : {"x", "7b", "7b7", "7b7d", "5b5d", "zz", "7b226964223a2278227d",
                              "7B226964223A317D", "7b226964223a317d00"}) {
        auto const refused = ask(get(std::string("/things?cursor=") + wrong));
        EXPECT_EQ(refused.status, 422) << wrong;
        EXPECT_EQ(json::parse(refused.body).at("errors").at(0).at("parameter"), "cursor");
    }
    EXPECT_EQ(ask(get("/things?limit=201")).status, 422);
    std::size_t examples = 0;
    EXPECT_EQ(unfit_examples(document(), examples), std::vector<std::string>{});
    auto const doc = document();
    auto const& parameters = doc.at("paths").at("/things").at("get").at("parameters").as_array();
    EXPECT_EQ(parameters.size(), 3u);
    for (auto const& p : parameters) {
        if (p.at("name") != "cursor") continue;
        std::string const example(p.at("schema").at("examples").at(0).as_string());
        EXPECT_EQ(example, write_cursor(thing{.id = 1}));
        EXPECT_EQ(ask(get("/things?cursor=" + example)).status, 200);
    }
}

}  // namespace
}  // namespace agente::http::test
