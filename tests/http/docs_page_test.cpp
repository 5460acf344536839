// /docs: a page whose browser may load nothing from elsewhere.
#include "http/docs_page.hpp"

#include <regex>

#include "base/crypto.hpp"
#include "http/harness.hpp"

namespace agente::http::test {
namespace {

struct docs : testing::Test {
    docs() {
        add_docs_route(routes);
        server.emplace(routes);
        page = once(server->port(), get("/docs"));
        policy = page.header("Content-Security-Policy");
    }
    // What stands between the tags, as browsers hash it.
    std::string between(std::string const& from, std::string const& to) const {
        auto const start = page.body.find(from);
        auto const end = page.body.find(to, start);
        EXPECT_NE(end, std::string::npos);
        return page.body.substr(start + from.size(), end - start - from.size());
    }
    router routes;
    std::optional<running_server> server;
    answer page;
    std::string policy;
};

TEST_F(docs, is_one_page_that_may_run_its_own_script_and_style_only) {
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(page.header("X-Frame-Options"), "DENY");
    for (auto const& [what, from, to] : {std::tuple("script-src", "<script>", "</script>"),
                                         std::tuple("style-src", "<style>", "</style>")}) {
        auto const text = between(from, to);
        EXPECT_GT(text.size(), 1000u);
        EXPECT_NE(policy.find(std::string(what) + " 'sha256-" +
                              crypto::base64(crypto::sha256(text)) + "'"),
                  std::string::npos)
            << what;
    }
    EXPECT_TRUE(policy.starts_with("default-src 'none'; "));
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_EQ(policy.find('*'), std::string::npos);
    std::size_t policies = 0;
    for (auto const& [name, value] : page.headers)
        policies += same_name(name, "Content-Security-Policy");
    EXPECT_EQ(policies, 1u);
}

TEST_F(docs, names_no_other_host_and_has_no_place_for_inline_code) {
    auto const& text = page.body;
    EXPECT_EQ(text.find("://"), std::string::npos);
    EXPECT_EQ(text.find("innerHTML"), std::string::npos);
    EXPECT_EQ(text.find("@SCRIPT@"), std::string::npos);
    std::regex const attribute(R"(<[^>]*\s(on[a-z]+|style|src)=)");
    auto const markup = text.substr(0, text.find("<script>"));
    EXPECT_FALSE(std::regex_search(markup, attribute));
    EXPECT_EQ(text.find("<script>"), text.rfind("<script>"));
}

TEST_F(docs, can_be_used_with_a_keyboard_and_on_a_phone) {
    for (auto const* part :
         {"name=\"viewport\"", "<html lang=\"en\">", "href=\"#operations\"", "label for=\"search\"",
          "aria-live", "prefers-color-scheme", "@media (max-width", ":focus-visible", "<noscript>"})
        EXPECT_NE(page.body.find(part), std::string::npos) << part;
}

}  // namespace
}  // namespace agente::http::test
