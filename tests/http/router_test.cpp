#include "http/router.hpp"

#include <gtest/gtest.h>

namespace agente::http {
namespace {

using kind = router::match::kind;

task<response> nothing(request const&) { co_return response{}; }

struct a_router : testing::Test {
    a_router() {
        routes.add("GET", "/", nothing);
        routes.add("GET", "/things", nothing);
        routes.add("POST", "/things", nothing);
        routes.add("GET", "/things/{id}", nothing);
        routes.add("GET", "/things/new", nothing);
        routes.add("GET", "/things/{thing}/parts/{part}", nothing);
        routes.add("DELETE", "/things/new/parts/{part}", nothing);
    }
    std::string pattern(std::string_view method, std::string_view path) {
        auto const m = routes.find(method, path);
        return m.what == kind::found ? m.route->pattern : "none";
    }
    router routes;
};

TEST_F(a_router, prefers_the_literal_segment) {
    EXPECT_EQ(pattern("GET", "/things/new"), "/things/new");
    EXPECT_EQ(pattern("GET", "/things/7"), "/things/{id}");
}

TEST_F(a_router, goes_back_when_the_literal_leads_nowhere) {
    auto const m = routes.find("GET", "/things/new/parts/7");
    ASSERT_EQ(m.what, kind::found);
    EXPECT_EQ(m.route->pattern, "/things/{thing}/parts/{part}");
    EXPECT_EQ(m.path_params.at("thing"), "new");
    EXPECT_EQ(m.path_params.at("part"), "7");
}

TEST_F(a_router, decodes_parameters_after_splitting) {
    auto const m = routes.find("GET", "/things/a%2Fb%20c+d");
    ASSERT_EQ(m.what, kind::found);
    EXPECT_EQ(m.path_params.at("id"), "a/b c+d");
}

TEST_F(a_router, refuses_escapes_that_hide_bad_text) {
    for (auto const* path :
         {"/things/%", "/things/%4", "/things/%zz", "/things/%00", "/things/%ff", "/things/%c3"})
        EXPECT_EQ(routes.find("GET", path).what, kind::malformed) << path;
}

TEST_F(a_router, does_not_count_one_trailing_slash_but_counts_empty_segments) {
    EXPECT_EQ(pattern("GET", "/things/"), "/things");
    EXPECT_EQ(pattern("GET", "/"), "/");
    EXPECT_EQ(pattern("GET", "/things//"), "none");
    EXPECT_EQ(pattern("GET", "//things"), "none");
    EXPECT_EQ(pattern("GET", "/things//parts/1"), "none");
}

TEST_F(a_router, answers_head_with_get_and_tells_the_methods_of_a_path) {
    EXPECT_EQ(pattern("HEAD", "/things"), "/things");
    auto const m = routes.find("PUT", "/things");
    ASSERT_EQ(m.what, kind::no_such_method);
    EXPECT_EQ(m.allow, "GET, POST, HEAD, OPTIONS");
    EXPECT_EQ(routes.find("PUT", "/nothing").what, kind::no_such_path);
}

TEST_F(a_router, refuses_malformed_and_repeated_patterns) {
    for (auto const* bad :
         {"things", "", "/a/", "/a//b", "/{}", "/{A}", "/a{id}", "/{id}b", "/{id}/{id}", "/a?b"})
        EXPECT_THROW(routes.add("GET", bad, nothing), std::logic_error) << bad;
    EXPECT_THROW(routes.add("GET", "/things/{other}", nothing), std::logic_error);
    EXPECT_THROW(routes.add("GET", "/empty", handler{}), std::logic_error);
}

TEST_F(a_router, needs_a_guard_that_checks_for_scopes) {
    EXPECT_NO_THROW(routes.check());
    routes.add("GET", "/secret", nothing, {.summary = "s", .scope = "secrets:read"});
    EXPECT_THROW(routes.check(), std::logic_error);
    routes.set_guard([](request&, route const&) -> task<> { co_return; }, {});
    EXPECT_THROW(routes.check(), std::logic_error) << "it checks something else";
    routes.set_guard([](request&, route const&) -> task<> { co_return; }, {.scopes = true});
    EXPECT_NO_THROW(routes.check());
}

TEST_F(a_router, needs_a_guard_that_counts_for_rate_limits) {
    routes.add("GET", "/often", nothing, {.summary = "s", .rates = {{.requests = 5}}});
    routes.set_guard([](request&, route const&) -> task<> { co_return; }, {.scopes = true});
    EXPECT_THROW(routes.check(), std::logic_error);
    routes.set_guard([](request&, route const&) -> task<> { co_return; }, {.rates = true});
    EXPECT_NO_THROW(routes.check());
}

TEST_F(a_router, refuses_rate_limits_that_cannot_be_counted) {
    using by = rate_limit::by;
    using std::chrono::seconds;
    std::vector<std::vector<rate_limit>> const wrong{
        {{.requests = 0}},
        {{.per = seconds(0)}},
        {{.who = by::account}},
        {{.who = by::tenant}},
        {{.requests = 5, .per = seconds(60)}, {.requests = 9, .per = seconds(60)}}};
    for (auto const& rates : wrong) {
        router other;
        other.set_guard([](request&, route const&) -> task<> { co_return; }, {.rates = true});
        other.add("GET", "/often", nothing, {.summary = "s", .rates = rates});
        EXPECT_THROW(other.check(), std::logic_error);
    }
}

}  // namespace
}  // namespace agente::http
