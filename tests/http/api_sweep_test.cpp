// The sweep over whole documents finds what is wrong, and nothing in what the typed endpoints do by
// themselves.
#include "support/api_sweep.hpp"

#include "http/endpoint.hpp"
#include "http/openapi.hpp"
#include "http/typed_requests.hpp"

namespace agente::http::test {
namespace {

using support::sweep;
using support::sweep_options;
using support::sweep_report;

struct sweeps : testing::Test {
    sweeps() {
        routes.set_guard(
            [this](request& r, route const& to) -> task<> {
                if (to.doc.scope.empty()) co_return;
                if (r.header("authorization") != "Bearer " + good_token)
                    throw failure(error(error_kind::unauthenticated, "auth.required", "Sign in."));
            },
            {.scopes = true,
             .rates = true,
             .scope_problems = {{401, "auth.required", "Nobody is signed in"},
                                {403, "auth.forbidden", "Not allowed"}}});
    }
    sweep_report run(sweep_options with = {}) {
        add_openapi_route(routes, {.title = "t", .version = "1", .description = "d"});
        server.emplace(routes, server_options{.access_log = false});
        with.port = server->port();
        if (!with.token) with.token = [this](auto const&) { return good_token; };
        return sweep(with);
    }
    static bool found(sweep_report const& r, std::string_view operation, std::string_view what) {
        return std::any_of(r.complaints.begin(), r.complaints.end(), [&](auto const& c) {
            return c.starts_with(operation) && c.find(what) != std::string::npos;
        });
    }
    router routes;
    std::string good_token{"good"};
    std::optional<running_server> server;
};

TEST_F(sweeps, find_nothing_wrong_with_typed_endpoints) {
    endpoint<order, order>(
        routes, {.method = "POST", .path = "/hotels/{hotel}/orders", .summary = "s", .status = 201},
        [](order const& in, request const&) -> task<order> { co_return in; });
    endpoint<search, search>(
        routes, {.method = "GET", .path = "/search/{id}", .summary = "s", .scope = "things:read"},
        [](search const& in, request const&) -> task<search> { co_return in; });
    endpoint<search, nothing>(routes,
                              {.method = "DELETE",
                               .path = "/search/{id}",
                               .summary = "s",
                               .problems = {{409, "search.busy", "It is in use"}}},
                              [](search const&, request const&) -> task<result<nothing>> {
                                  co_return error(error_kind::conflict, "search.busy", "In use.");
                              });
    endpoint<person, nothing>(
        routes, {.method = "PUT", .path = "/people", .summary = "s", .scope = "people:write"},
        [](person const&, request const&) -> task<> { co_return; });
    auto const got = run();
    EXPECT_EQ(got.complaints, std::vector<std::string>{});
    EXPECT_EQ(got.operations, 5u);
    ASSERT_EQ(got.examples_refused.size(), 1u) << got.examples_refused.back();
    EXPECT_TRUE(got.examples_refused[0].starts_with("DELETE /search/{id}: "));
    EXPECT_GT(got.requests, 1'500u);
    for (int const status : {200, 201, 204, 400, 401, 405, 409, 413, 414, 415, 422, 431})
        EXPECT_GT(got.statuses.count(status), 0u) << status;
}

// Each of these mistakes must be found, or the sweep is worth nothing.
TEST_F(sweeps, find_what_is_wrong) {
    endpoint<person, person>(routes, {.method = "POST", .path = "/fails", .summary = "s"},
                             [](person const& in, request const&) -> task<person> {
                                 if (in.age == 0) throw std::runtime_error("division by zero");
                                 co_return in;
                             });
    endpoint<person, person>(routes, {.method = "POST", .path = "/undocumented", .summary = "s"},
                             [](person const& in, request const&) -> task<result<person>> {
                                 if (!in.age)
                                     co_return error(error_kind::conflict, "people.ageless",
                                                     "How old?");
                                 co_return in;
                             });
    endpoint<person, person>(
        routes,
        {.method = "POST", .path = "/wordless", .summary = "s", .problems = {{409, "people.no"}}},
        [](person const& in, request const&) -> task<result<person>> {
            if (!in.age) co_return error(error_kind::conflict, "people.no", "");
            co_return in;
        });
    endpoint<person, person>(routes,
                             {.method = "POST",
                              .path = "/unexplained",
                              .summary = "s",
                              .problems = {{409, "people.no"}}},
                             [](person const& in, request const&) -> task<result<person>> {
                                 if (!in.age)
                                     co_return error(error_kind::conflict, "people.other", "No.");
                                 co_return in;
                             });
    route_doc const text{
        .summary = "s",
        .responses = {{.status = 200, .description = "d", .content_type = "text/plain"}}};
    routes.add(
        "GET", "/other-type",
        [](request const&) -> task<response> { co_return json_response(boost::json::object{}); },
        text);
    routes.add(
        "GET", "/cuts",
        [](request const& r) -> task<response> {
            response answer = text_response("ok");
            answer.hang_up = !r.query.empty();
            co_return answer;
        },
        text);
    routes.add(
        "GET", "/busy",
        [](request const& r) -> task<response> {
            if (!r.query.empty()) throw failure(error(error_kind::unavailable, "x.busy", "Later."));
            co_return text_response("ok");
        },
        text);
    route_doc counted{
        .summary = "s",
        .body = body_doc{.description = {},
                         .schema = {{"type", "object"},
                                    {"properties",
                                     {{"n", {{"type", "string"}, {"pattern", "^[0-9]+$"}}}}}},
                         .example = {{"n", "1"}}},
        .responses = {{.status = 204, .description = "d", .location = true}},
        .problems = {{422, "http.invalid_fields", "No"}}};
    routes.add(
        "PUT", "/lax", [](request const&) -> task<response> { co_return empty_response(204); },
        counted);
    routes.add(
        "PUT", "/strict",
        [](request const&) -> task<response> {
            throw invalid_fields(
                {{{"pointer", "#/n"}, {"code", "too_short"}, {"detail", "too short"}}});
            co_return response{};
        },
        counted);
    auto const got = run({.most_complaints = 100'000});
    EXPECT_TRUE(found(got, "POST /fails [/age = 0]", "a failure of the service"));
    EXPECT_TRUE(found(got, "POST /undocumented [ without age]", "the status is not documented"));
    EXPECT_TRUE(found(got, "POST /wordless [ without age]", "no detail"));
    EXPECT_TRUE(found(got, "POST /unexplained [ without age]", "not explained: people.other"));
    EXPECT_TRUE(found(got, "GET /other-type [as it should be]", "content type is not documented"));
    EXPECT_TRUE(found(got, "GET /cuts [unknown parameter]", "no answer at all"));
    EXPECT_TRUE(found(got, "GET /busy [unknown parameter]", "a failure of the service"));
    EXPECT_TRUE(found(got, "PUT /lax [as it should be]", "documented is missing: Location"));
    EXPECT_TRUE(found(got, "PUT /lax [/n = \"-1\"]", "taken, although its schema refuses it"));
    EXPECT_TRUE(found(got, "PUT /lax [no body]", "taken, although its schema refuses it"));
    EXPECT_TRUE(found(got, "PUT /strict [as it should be]", "refused, although its schema"));
    EXPECT_TRUE(found(got, "PUT /strict [as it should be]", "the document's own example"));
    EXPECT_FALSE(found(got, "PUT /strict [/n = 0]", "although"));
    EXPECT_FALSE(found(got, "GET /openapi.json", ""));
}

TEST_F(sweeps, let_an_operation_be_busy_that_says_so_itself) {
    routes.add("GET", "/busy",
               [](request const&) -> task<response> {
                   throw failure(error(error_kind::unavailable, "x.busy", "Later."));
                   co_return response{};
               },
               {.summary = "s", .problems = {{503, "x.busy", "All workers are in use"}}});
    EXPECT_EQ(run().complaints, std::vector<std::string>{});
}

TEST_F(sweeps, ask_for_another_token_when_one_was_refused) {
    endpoint<nothing, nothing>(
        routes, {.method = "POST", .path = "/sign-out", .summary = "s", .scope = "session"},
        [this](nothing const&, request const&) -> task<> {
            good_token = "signed out";  // as everything of this test's server, on its loop
            co_return;
        });
    int given = 0;
    auto const got = run({.token = [&](auto const&) {
        ++given;
        return server->on_loop([&] { return good_token = "token " + std::to_string(given); });
    }});
    EXPECT_EQ(got.complaints, std::vector<std::string>{});
    EXPECT_GE(given, 5);
    EXPECT_GE(got.statuses.at(204), 5u);
}

TEST_F(sweeps, leave_out_what_they_are_told_to_and_use_what_is_there) {
    struct seen {
        std::set<std::string> ids;
    } at;
    endpoint<search, nothing>(routes, {.method = "GET", .path = "/search/{id}", .summary = "s"},
                              [&](search const& in, request const&) -> task<> {
                                  at.ids.insert(std::to_string(in.id));
                                  co_return;
                              });
    routes.add("POST", "/explodes",
               [](request const&) -> task<response> { throw std::runtime_error("boom"); },
               {.summary = "s"});
    int finished = 0;
    auto const got = run({.skip = {{"POST /explodes", "it explodes"}},
                          .finish = [&](auto const&, auto&) { ++finished; },
                          .parameters = {{"id", "4711"}}});
    EXPECT_EQ(got.complaints, std::vector<std::string>{});
    EXPECT_TRUE(at.ids.contains("4711"));
    EXPECT_EQ(static_cast<std::size_t>(finished), got.requests);
}

}  // namespace
}  // namespace agente::http::test
