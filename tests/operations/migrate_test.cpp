// Migrations one by one: inside transactions, outside of one, cut off and run again.
#include "operations/migrate.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "operations/concurrent_index.hpp"
#include "operations/deploy.hpp"
#include "support/servers.hpp"

namespace agente::operations {
namespace {

using support::sql;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string listed(schema_files const& files) {
    std::string out;
    for (auto const& one : files.migrations)
        out += (out.empty() ? "(" : ", (") + std::to_string(one.version()) + ", '" + one.name +
               "', '" + one.checksum() + "')";
    return out;
}

// Two migrations that ran when the database was made, and those of `more` after them.
schema_files files_with(std::vector<std::string> const& more) {
    schema_files all{{"schema.sql", ""},
                     {{"0001_first.sql", "select 1;"}, {"0002_second.sql", "select 2;"}}};
    for (auto const& text : more)
        all.migrations.push_back(
            {"000" + std::to_string(all.migrations.size() + 1) + "_more.sql", text});
    all.schema.text =
        "create schema if not exists agente;\n"
        "create table if not exists agente.migrations (version int primary key, name text not null, checksum text not null,"
        " applied_at timestamptz not null default now(), applied_by text not null default current_user,"
        " duration_ms bigint not null default 0);\n"
        "create table if not exists agente.t (a int, b int);\n"
        "insert into agente.migrations (version, name, checksum) values " +
        listed(all) + " on conflict do nothing;\n";
    return all;
}

std::string deployed() {
    auto const url = support::fresh_database(false);
    deploy(postgres::parse_url(url).value(), files_with({}));
    sql(url, "insert into agente.t select i % 100, i from generate_series(1, 2000) i");
    return url;
}

migrate_report up(std::string const& url, schema_files const& files,
                  std::vector<std::string>* told = nullptr) {
    return migrate_up(
        postgres::parse_url(url).value(), files,
        {.most_wait = std::chrono::milliseconds(1000), .told = [told](std::string_view what) {
             if (told != nullptr) told->emplace_back(what);
         }});
}

std::string complaint(std::string const& url, schema_files const& files) {
    try {
        up(url, files);
    } catch (failure const& e) {
        return e.what();
    }
    return "no error";
}

migration_status status(std::string const& url, schema_files const& files) {
    postgres::command_connection database(postgres::parse_url(url).value());
    return status_of(database, files);
}

constexpr auto with_index =
    "-- no-transaction\ncreate index concurrently if not exists t_a_idx on agente.t (a);\n"
    "create unique index concurrently if not exists t_b_idx on agente.t (b);\n";

TEST(migrate, pending_files_run_in_order_and_once) {
    auto const url = deployed();
    auto const files =
        files_with({"alter table agente.t add c int;", "update agente.t set c = 7;"});
    EXPECT_THAT(up(url, files).applied, ElementsAre("0003_more.sql", "0004_more.sql"));
    EXPECT_EQ(sql(url, "select min(c) from agente.t"), "7");
    EXPECT_THAT(up(url, files).applied, IsEmpty());
}

TEST(migrate, what_ran_before_a_failing_file_stays_and_the_failing_one_leaves_no_trace) {
    auto const url = deployed();
    auto files = files_with({"alter table agente.t add c int;",
                             "alter table agente.t add d int;\nselect no_such_function();"});
    EXPECT_THAT(complaint(url, files), HasSubstr("0004_more.sql, line 2"));
    EXPECT_EQ(sql(url, "select max(version) from agente.migrations"), "3");
    EXPECT_EQ(
        sql(url,
            "select count(*) from pg_attribute where attrelid = 'agente.t'::regclass and attname = 'd'"),
        "0");
}

TEST(migrate, indexes_are_built_outside_of_a_transaction) {
    auto const url = deployed();
    EXPECT_THAT(up(url, files_with({with_index})).applied, ElementsAre("0003_more.sql"));
    EXPECT_EQ(sql(url,
                  "select string_agg(indexrelid::regclass::text, ' ' order by 1) from pg_index"
                  " where indrelid = 'agente.t'::regclass and indisvalid"),
              "agente.t_a_idx agente.t_b_idx");
}

TEST(migrate, an_interrupted_index_is_noticed_dropped_and_built_again) {
    auto const url = deployed();
    sql(url,
        "insert into agente.t values (1, 1)");  // twice 1: the unique index fails, and stays behind
    auto const files = files_with({with_index});
    EXPECT_THAT(complaint(url, files), HasSubstr("0003_more.sql, line 3"));
    ASSERT_EQ(
        sql(url, "select indisvalid from pg_index where indexrelid = 'agente.t_b_idx'::regclass"),
        "f");
    EXPECT_EQ(sql(url, "select max(version) from agente.migrations"), "2");

    sql(url, "delete from agente.t where ctid = (select max(ctid) from agente.t where b = 1)");
    std::vector<std::string> told;
    EXPECT_THAT(up(url, files, &told).applied, ElementsAre("0003_more.sql"));
    EXPECT_THAT(told, testing::Contains(HasSubstr("agente.t_b_idx was left invalid")));
    EXPECT_EQ(
        sql(url, "select bool_and(indisvalid) from pg_index where indrelid = 'agente.t'::regclass"),
        "t");
}

TEST(migrate, statements_that_a_second_run_could_not_repeat_are_refused_before_anything_runs) {
    auto const url = deployed();
    for (auto const* text :
         {"-- no-transaction\ncreate index concurrently t_a_idx on agente.t (a);",
          "-- no-transaction\ncreate index concurrently if not exists t_a_idx on t (a);",
          "-- no-transaction\nalter table agente.t add z int;\ndrop index concurrently agente.x;"})
        EXPECT_THAT(complaint(url, files_with({text})), HasSubstr("0003_more.sql, line"));
    EXPECT_EQ(
        sql(url,
            "select count(*) from pg_attribute where attrelid = 'agente.t'::regclass and attname = 'z'"),
        "0");
}

TEST(migrate, two_at_once_do_it_once) {
    auto const url = deployed();
    postgres::command_connection other(postgres::parse_url(url).value());
    other.ask("begin", "begin");
    keep_others_out(other, std::chrono::milliseconds(1000));
    EXPECT_THAT(complaint(url, files_with({"alter table agente.t add c int;"})),
                HasSubstr("still under way"));
    EXPECT_THAT(complaint(url, files_with({with_index})), HasSubstr("still under way"));
    other.ask("rollback", "rollback");
    EXPECT_THAT(up(url, files_with({with_index})).applied, ElementsAre("0003_more.sql"));
}

TEST(migrate, deploy_says_who_runs_what_it_cannot) {
    auto const url = deployed();
    auto const files = files_with({with_index});
    try {
        deploy(postgres::parse_url(url).value(), files);
        FAIL() << "it ran in a transaction";
    } catch (failure const& e) {
        EXPECT_THAT(e.what(), HasSubstr("db migrate up"));
    }
    up(url, files);
    EXPECT_TRUE(deploy(postgres::parse_url(url).value(), files).schema_applied);
}

TEST(migrate, status_and_verification_tell_applied_pending_changed_and_unknown) {
    auto const url = deployed();
    auto files = files_with({"select 3;"});
    sql(url,
        "insert into agente.migrations (version, name, checksum) values (9, '0009_newer.sql', 'x')");
    files.migrations[1].text += "-- later";
    auto const found = status(url, files);
    std::vector<std::string> states;
    for (auto const& one : found.all)
        states.push_back(one.name + " " + std::string(to_string(one.state)));
    EXPECT_THAT(states, ElementsAre("0001_first.sql applied", "0002_second.sql changed",
                                    "0003_more.sql pending", "0009_newer.sql unknown"));
    EXPECT_FALSE(found.schema_current);
    EXPECT_EQ(worst(verified(found)), severity::fault);
    EXPECT_EQ(worst(verified(status(deployed(), files_with({"select 3;"})))), severity::info);
}

TEST(migrate, a_database_without_bookkeeping_is_told_to_deploy) {
    EXPECT_THAT(complaint(support::fresh_database(false), files_with({})), HasSubstr("db deploy"));
}

TEST(migrate, the_schema_lists_every_file_with_its_checksum) {
    EXPECT_THAT(verified(embedded_schema()), IsEmpty());
    auto files = files_with({"select 3;"});
    files.migrations.back().text = "select 4;";
    auto const found = verified(files);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_THAT(found[0].cure, HasSubstr(files.migrations.back().checksum()));
}

TEST(migrate, a_new_file_gets_the_next_number_and_a_bad_name_none) {
    auto const folder = support::server_folder("new-migration");
    std::filesystem::create_directories(folder / "migrations");
    auto const files = files_with({});
    std::ofstream(folder / "schema.sql") << files.schema.text;
    for (auto const& one : files.migrations)
        std::ofstream(folder / "migrations" / one.name) << one.text;
    auto const path = new_migration(folder, "guest_language", true);
    EXPECT_EQ(path.filename(), "0003_guest_language.sql");
    EXPECT_TRUE(outside_transaction(read_schema(folder)->migrations.back()));
    EXPECT_EQ(new_migration(folder, "next", false).filename(), "0004_next.sql");
    EXPECT_FALSE(outside_transaction(read_schema(folder)->migrations.back()));
    for (auto const* bad : {"", "Two Words", "../x", "a-b"})
        EXPECT_THROW(new_migration(folder, bad, false), failure) << bad;
}

TEST(concurrent_index, is_told_from_other_statements) {
    auto const made = index_made_by(
        "create unique INDEX concurrently\n if not exists \"My idx\" on only agente.t(a)");
    ASSERT_TRUE(made);
    EXPECT_EQ(made->schema + "/" + made->name, "agente/My idx");
    for (auto const* other :
         {"create index x on agente.t (a)", "vacuum agente.t",
          "drop index concurrently if exists agente.x", "create table agente.u (index int)"})
        EXPECT_FALSE(index_made_by(other)) << other;
}

}  // namespace
}  // namespace agente::operations
