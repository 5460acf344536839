// agente-hotel db lint and db report as an operator runs them: exit codes, JSON lines, the page.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <sstream>

#include "e2e/program.hpp"
#include "operations/report.hpp"
#include "support/servers.hpp"

namespace agente::e2e {
namespace {

using support::fresh_database;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::vector<boost::json::object> lines_of(std::string const& out) {
    std::vector<boost::json::object> all;
    std::istringstream in(out);
    for (std::string line; std::getline(in, line);)
        all.push_back(boost::json::parse(line).as_object());
    return all;
}

std::string contents(std::filesystem::path const& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST(db_lint, our_schema_is_exit_code_0_and_a_table_left_open_1) {
    auto const url = fresh_database();
    program clean({"db", "lint"}, {{"DATABASE_URL", url}});
    EXPECT_THAT(clean.read_all(),
                AllOf(HasSubstr("lint.looked"), HasSubstr("0 faults, 0 warnings")));
    EXPECT_EQ(clean.wait(), 0);

    support::sql(url, "create table public.bare (id int primary key)");
    program found({"db", "lint", "--database-url", url});
    EXPECT_THAT(
        found.read_all(),
        AllOf(HasSubstr("FAULT    lint.rls_disabled      public.bare"), HasSubstr("(advisor 0013)"),
              HasSubstr("-> alter table public.bare enable row level security")));
    EXPECT_EQ(found.wait(), 1);

    program elsewhere({"db", "lint", "--schema", "agente", "--json", "--database-url", url});
    auto const lines = lines_of(elsewhere.read_all());
    EXPECT_EQ(elsewhere.wait(), 0);
    for (auto const& line : lines) EXPECT_EQ(line.at("level"), "info");
    program nowhere(
        {"db", "lint", "--schema", "public, nowhere", "--database-url", fresh_database()});
    EXPECT_THAT(nowhere.read_all(), HasSubstr("There is no schema nowhere"));
    EXPECT_EQ(nowhere.wait(), 1);
    program usage({"db", "lint", "--nonsense"});
    EXPECT_EQ(usage.wait(), 2);
}

TEST(db_report, people_get_tables_and_a_judgement) {
    program all({"db", "report"}, {{"DATABASE_URL", fresh_database()}});
    EXPECT_THAT(all.read_all(),
                AllOf(HasSubstr("Table sizes  (table-stats)"), HasSubstr("agente.inbox"),
                      HasSubstr("report.connections"), HasSubstr("0 faults")));
    EXPECT_EQ(all.wait(), 0);
    program two({"db", "report", "--section", "table-stats, locks", "--rows", "2"},
                {{"DATABASE_URL", fresh_database()}});
    EXPECT_THAT(two.read_all(), AllOf(HasSubstr("and 12 more"), HasSubstr("(locks)"),
                                      Not(HasSubstr("report.")), Not(HasSubstr("(bloat)"))));
    EXPECT_EQ(two.wait(), 0);
    program unknown({"db", "report", "--section", "nope"}, {{"DATABASE_URL", fresh_database()}});
    EXPECT_EQ(unknown.wait(), 2);
    EXPECT_THAT(unknown.errors(),
                AllOf(HasSubstr("no section \"nope\""), HasSubstr("table-stats")));
    program nowhere({"db", "report"});
    EXPECT_EQ(nowhere.wait(), 1);
    EXPECT_THAT(nowhere.errors(), HasSubstr("DATABASE_URL is not set"));
}

TEST(db_report, programs_read_a_json_object_a_section) {
    program all({"db", "report", "--json"}, {{"DATABASE_URL", fresh_database()}});
    auto const lines = lines_of(all.read_all());
    EXPECT_EQ(all.wait(), 0);
    EXPECT_EQ(all.errors(), "");
    ASSERT_EQ(lines.size(), 1 + operations::report_section_names().size());
    EXPECT_EQ(lines[0].at("section"), "overview");
    EXPECT_EQ(lines[0].at("judgement").as_array().size(), 9u);
    for (std::size_t i = 1; i < lines.size(); ++i) {
        EXPECT_EQ(lines[i].at("section").as_string(), operations::report_section_names()[i - 1]);
        EXPECT_EQ(lines[i].at("left_out"), 0);
    }
    program one({"db", "report", "--json", "--section", "table-stats"},
                {{"DATABASE_URL", fresh_database()}});
    auto const tables = lines_of(one.read_all());
    EXPECT_EQ(one.wait(), 0);
    ASSERT_EQ(tables.size(), 1u);
    EXPECT_EQ(tables[0].at("rows").as_array().size(), 14u);
    EXPECT_TRUE(tables[0].at("rows").at(0).at("total_bytes").is_int64());
}

TEST(db_report, the_page_is_written_whole_for_its_owner_alone) {
    auto const folder = support::server_folder("pages");
    std::filesystem::create_directories(folder);
    auto const page = folder / "report.html";
    std::ofstream(page) << "an older one";
    auto const url = fresh_database();
    program made({"db", "report", "--html", page.string()}, {{"DATABASE_URL", url}});
    EXPECT_THAT(made.read_all(), HasSubstr("0 faults"));
    EXPECT_EQ(made.wait(), 0);
    EXPECT_THAT(made.errors(), HasSubstr("report.html written"));
    auto const text = contents(page);
    EXPECT_THAT(text, AllOf(testing::StartsWith("<!doctype html>"), testing::EndsWith("</html>\n"),
                            HasSubstr("agente.inbox")));
    EXPECT_THAT(text, Not(HasSubstr(std::string(support::postgres().password().reveal()))));
    struct stat found {};
    ASSERT_EQ(::stat(page.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600u);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1)
        << "nothing else is left";

    program nowhere({"db", "report", "--html", (folder / "no" / "page.html").string()},
                    {{"DATABASE_URL", url}});
    nowhere.read_all();
    EXPECT_EQ(nowhere.wait(), 1);
    EXPECT_THAT(nowhere.errors(),
                AllOf(HasSubstr("page.html cannot be written"), HasSubstr("No such file")));
}

}  // namespace
}  // namespace agente::e2e
