// The page as a browser and a person take it: well-formed, standing alone, harmless, complete.
#include "operations/report_html.hpp"

#include <gmock/gmock.h>

#include <pugixml.hpp>
#include <set>

namespace agente::operations {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto nasty =
    "<script>alert('1')</script><img src=x onerror=\"alert(2)\">&amp;]]>\x01\x7f\xff-->";

report_section statements(std::size_t rows, std::string const& text) {
    report_section section{.name = "outliers",
                           .title = "Statements",
                           .about = "About <them>",
                           .columns = {{"statement", "Statement", measure::statement},
                                       {"calls", "Calls", measure::count},
                                       {"total_ms", "Time", measure::milliseconds},
                                       {"share_percent", "Share", measure::percent}}};
    for (std::size_t i = 0; i < rows; ++i)
        section.rows.push_back({text, static_cast<std::int64_t>(i),
                                1e6 / (1.0 + static_cast<double>(i)),
                                100.0 / (1.0 + static_cast<double>(i))});
    section.in_all = static_cast<std::int64_t>(rows);
    return section;
}

report_section tables(std::int64_t bytes) {
    return {.name = "table-stats",
            .title = "Table sizes",
            .columns = {{"table", "Table"},
                        {"rows", "Rows", measure::count},
                        {"table_bytes", "Rows take", measure::bytes},
                        {"index_bytes", "Indexes", measure::bytes},
                        {"toast_bytes", "Long", measure::bytes},
                        {"total_bytes", "In all", measure::bytes}},
            .rows = {{std::string(nasty), std::int64_t{1}, bytes, bytes, bytes, 3 * bytes}},
            .in_all = 1};
}

report small() {
    report of;
    of.overview.database = nasty;
    of.overview.role = nasty;
    of.overview.server_version = "15.1";
    of.judgement = {{"report.size", severity::info, nasty, ""},
                    {"report.cache", severity::warning, "low", nasty}};
    return of;
}

// As XML, which is stricter than HTML: every tag closed, every attribute quoted, every text
// escaped.
pugi::xml_document parsed(std::string const& page) {
    pugi::xml_document document;
    constexpr std::string_view doctype = "<!doctype html>\n";
    EXPECT_EQ(page.substr(0, doctype.size()), doctype);
    auto const done = document.load_string(page.c_str() + doctype.size());
    EXPECT_TRUE(done) << done.description() << " near: "
                      << page.substr(doctype.size() + static_cast<std::size_t>(done.offset), 80);
    return document;
}

std::size_t count(pugi::xml_document const& document, char const* path) {
    return document.select_nodes(path).size();
}

void expect_to_stand_alone(pugi::xml_document const& document) {
    for (auto const* element : {"//script", "//img", "//link", "//iframe", "//object", "//@src",
                                "//@srcset", "//@action", "//@style"})
        EXPECT_EQ(count(document, element), 0u) << element;
    for (auto const& node : document.select_nodes("//@*"))
        EXPECT_FALSE(std::string_view(node.attribute().name()).starts_with("on"));
    for (auto const& link : document.select_nodes("//@href"))
        EXPECT_EQ(std::string_view(link.attribute().value()).substr(0, 1), "#");
    std::string_view const style = document.select_node("//style").node().child_value();
    for (auto const* reaching : {"url(", "@import", "@font-face"})
        EXPECT_THAT(std::string(style), Not(HasSubstr(reaching)));
}

TEST(report_page, nothing_a_name_or_a_statement_holds_becomes_a_part_of_the_page) {
    auto of = small();
    of.sections = {tables(1 << 20), statements(3, nasty)};
    auto const page = report_page(of);
    auto const document = parsed(page);
    expect_to_stand_alone(document);
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("\x01")));
    EXPECT_EQ(count(document, "//code[contains(., '<script>alert(')]"), 6u)
        << "shown as text: chart and table";
    EXPECT_EQ(count(document, "//h1[contains(., 'onerror=\"alert(2)\"')]"), 1u);
    EXPECT_EQ(count(document, "//meta[contains(@content, \"default-src 'none'\")]"), 1u);
}

TEST(report_page, people_who_do_not_see_it_find_their_way) {
    auto of = small();
    of.sections = {tables(7), statements(40, "select 1")};
    auto const document = parsed(report_page(of));
    EXPECT_EQ(count(document, "/html[@lang='en']"), 1u);
    EXPECT_EQ(count(document, "//h1"), 1u);
    EXPECT_EQ(count(document, "//main"), 1u);
    for (auto const& drawing : document.select_nodes("//svg")) {
        std::string_view const hidden = drawing.node().attribute("aria-hidden").value();
        std::string_view const name = drawing.node().attribute("aria-label").value();
        EXPECT_TRUE(hidden == "true" || !name.empty()) << "a drawing without words";
    }
    EXPECT_EQ(count(document, "//th[not(@scope)]"), 0u);
    std::set<std::string> ids;
    for (auto const& id : document.select_nodes("//@id"))
        EXPECT_TRUE(ids.insert(id.attribute().value()).second) << id.attribute().value();
    for (auto const& link : document.select_nodes("//@href"))
        EXPECT_TRUE(ids.contains(link.attribute().value() + 1)) << link.attribute().value();
    EXPECT_EQ(
        count(document,
              "//span[contains(@class,'pill')][normalize-space(.)='✓' or normalize-space(.)='!']"),
        0u)
        << "a judgement is a word, never a colour or a sign alone";
}

TEST(report_page, much_is_cut_and_the_rest_is_counted) {
    auto of = small();
    of.sections = {statements(500, "select '" + std::string(100'000, 'x') + "'")};
    of.sections[0].in_all = 12'345;
    auto const page = report_page(of);
    EXPECT_LT(page.size(), 1u << 20);
    auto const document = parsed(page);
    EXPECT_EQ(count(document, "//ol[contains(@class,'bars')]/li"), 12u);
    EXPECT_EQ(count(document, "//p[.='and 12,333 more']"), 1u);
    EXPECT_EQ(count(document, "//tbody/tr"), 500u);
    EXPECT_EQ(count(document, "//p[.='and 11,845 more']"), 1u);
}

TEST(report_page, an_empty_database_and_an_empty_report_are_pages_too) {
    auto const nothing = parsed(report_page(report{}));
    expect_to_stand_alone(nothing);
    auto of = small();
    of.sections = {statements(0, ""), tables(0)};
    of.sections[0].said = "No statement <yet>.";
    of.sections[1].said = "Not all of it.";
    auto const document = parsed(report_page(of));
    EXPECT_EQ(count(document, "//p[@class='none'][.='No statement <yet>.']"), 1u);
    EXPECT_EQ(count(document, "//p[@class='said'][.='Not all of it.']"), 1u);
    EXPECT_EQ(count(document, "//section//rect"), 0u) << "nothing has no bar";
    EXPECT_THAT(report_page(of), testing::AllOf(Not(HasSubstr("nan")), Not(HasSubstr("inf"))));
}

TEST(report_page, bars_are_as_long_as_their_numbers_and_never_longer_than_their_place) {
    auto of = small();
    of.sections = {statements(3, "select 1")};
    of.sections.push_back({.name = "connections",
                           .title = "Connections",
                           .columns = {{"state", "State"},
                                       {"connections", "Connections", measure::count},
                                       {"percent_of_most", "Of", measure::percent}},
                           .rows = {{std::string("idle"), std::int64_t{90}, 90.0},
                                    {std::string("idle in transaction"), std::int64_t{30}, 30.0}},
                           .in_all = 2});
    auto const document = parsed(report_page(of));
    std::vector<std::string> widths;
    for (auto const& bar : document.select_nodes("//ol[contains(@class,'bars')]//rect/@width"))
        widths.emplace_back(bar.attribute().value());
    EXPECT_THAT(widths, testing::ElementsAre("100.00", "50.00", "33.33"));
    auto const both = document.select_node("//svg[@class='bar thick']").node();
    EXPECT_STREQ(both.attribute("aria-label").value(), "90 idle, 30 idle in transaction");
    EXPECT_STREQ(both.last_child().attribute("class").value(), "bad");
    EXPECT_STREQ(both.last_child().attribute("width").value(), "10.00");
}

}  // namespace
}  // namespace agente::operations
