#include "operations/sql_script.hpp"

#include <gmock/gmock.h>

#include "operations/schema_files.hpp"

namespace agente::operations {
namespace {

std::vector<std::string> parts(std::string_view script) {
    std::vector<std::string> all;
    for (auto const& one : split_script(script).value()) all.emplace_back(one.sql);
    return all;
}

using testing::ElementsAre;
using testing::HasSubstr;

TEST(sql_script, semicolons_inside_quotes_and_comments_end_nothing) {
    EXPECT_THAT(
        parts("select ';', \"a;b\" -- one; two\n, 1; select /* a; /* b; */ c; */ 2;"),
        ElementsAre("select ';', \"a;b\" -- one; two\n, 1", "select /* a; /* b; */ c; */ 2"));
    EXPECT_THAT(
        parts("select 'it''s; fine'; select E'a\\';b'; select 'a\\'; select 2"),
        ElementsAre("select 'it''s; fine'", "select E'a\\';b'", "select 'a\\'", "select 2"));
}

TEST(sql_script, dollar_quotes_hold_anything) {
    EXPECT_THAT(
        parts("do $$ begin null; end $$; do $a$ $$; $b$ $a$; select $1; select a$b;"),
        ElementsAre("do $$ begin null; end $$", "do $a$ $$; $b$ $a$", "select $1", "select a$b"));
}

TEST(sql_script, empty_statements_and_comments_alone_are_none) {
    EXPECT_THAT(parts(""), ElementsAre());
    EXPECT_THAT(parts(" ;; -- nothing\n ; /* x */"), ElementsAre());
    EXPECT_THAT(parts("-- first\nselect 1"), ElementsAre("select 1"));
}

TEST(sql_script, lines_are_those_of_the_first_word) {
    auto const all = split_script("-- head\n\nselect 1;\n/* a\nb */ select\n2;").value();
    EXPECT_EQ(all[0].line, 3);
    EXPECT_EQ(all[1].line, 5);
}

TEST(sql_script, what_is_not_closed_is_named_by_its_line) {
    EXPECT_THAT(split_script("select 1;\nselect 'a").error().message(),
                HasSubstr("line 2: a quote"));
    EXPECT_THAT(split_script("\n/* a").error().message(), HasSubstr("line 2: a comment"));
    EXPECT_THAT(split_script("do $x$ a").error().message(), HasSubstr("line 1: a dollar quote"));
    EXPECT_THAT(split_script("select 1;\n\\d").error().message(),
                HasSubstr("line 2: a psql command"));
}

TEST(schema_files, those_in_the_program_are_those_of_the_folder) {
    auto const folder = read_schema(AGENTE_SOURCE_DIR "/db").value();
    EXPECT_EQ(embedded_schema().schema.text, folder.schema.text);
    ASSERT_EQ(embedded_schema().migrations.size(), folder.migrations.size());
    for (std::size_t i = 0; i < folder.migrations.size(); ++i) {
        EXPECT_EQ(embedded_schema().migrations[i].name, folder.migrations[i].name);
        EXPECT_EQ(embedded_schema().migrations[i].text, folder.migrations[i].text);
    }
}

TEST(schema_files, schema_sql_lists_every_migration_with_its_checksum) {
    for (auto const& one : embedded_schema().migrations)
        EXPECT_THAT(embedded_schema().schema.text,
                    HasSubstr("'" + one.name + "', '" + one.checksum() + "'"))
            << "add it to the bookkeeping section of db/schema.sql";
}

TEST(schema_files, names_and_numbers_are_checked) {
    auto const complaint = [](std::vector<sql_file> migrations) {
        auto const outcome = checked({{"schema.sql", ""}, std::move(migrations)});
        return outcome ? std::string() : outcome.error().message();
    };
    EXPECT_EQ(complaint({{"0002_b.sql", ""}, {"0001_a.sql", ""}}), "");
    EXPECT_THAT(complaint({{"0001_a.sql", ""}, {"0003_c.sql", ""}}),
                HasSubstr("\"0003_c.sql\" stands where number 0002"));
    EXPECT_THAT(complaint({{"0001_a.sql", ""}, {"0001_b.sql", ""}}),
                HasSubstr("no gap and no double"));
    EXPECT_THAT(complaint({{"1_a.sql", ""}}), HasSubstr("must be named like"));
    EXPECT_THAT(complaint({{"0001.sql", ""}}), HasSubstr("must be named like"));
    EXPECT_EQ(read_schema("/no/such/folder").error().kind(), error_kind::invalid);
}

}  // namespace
}  // namespace agente::operations
