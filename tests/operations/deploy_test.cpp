#include "operations/deploy.hpp"

#include <gmock/gmock.h>

#include <future>

#include "support/servers.hpp"

namespace agente::operations {
namespace {

using support::sql;
using testing::ElementsAre;
using testing::HasSubstr;

deploy_report deploy_to(std::string const& url, schema_files const& files = embedded_schema(),
                        deploy_options const& options = {}) {
    return deploy(postgres::parse_url(url).value(), files, options);
}

std::string complaint(std::string const& url, schema_files files = embedded_schema()) {
    try {
        deploy_to(url, std::move(files));
    } catch (failure const& e) {
        return e.what();
    }
    return "no error";
}

schema_files small_schema(int migrations) {
    std::string schema =
        "create schema if not exists agente;\n"
        "create table if not exists agente.migrations (version int primary key, name text not null, checksum text not null,"
        " applied_at timestamptz default now(), applied_by text default current_user, duration_ms bigint not null default 0);\n"
        "create table if not exists agente.t (a int, b int, c int);\n";
    schema_files all{{"schema.sql", ""}, {}};
    char const* texts[] = {"select 1;", "alter table agente.t add column b int;",
                           "alter table agente.t add column c int;"};
    for (int i = 0; i < migrations; ++i)
        all.migrations.push_back({"000" + std::to_string(i + 1) + "_step.sql", texts[i]});
    for (auto const& one : all.migrations)
        schema += "insert into agente.migrations (version, name, checksum) values (" +
                  std::to_string(one.version()) + ", '" + one.name + "', '" + one.checksum() +
                  "') on conflict do nothing;\n";
    all.schema.text = schema;
    return all;
}

std::string everything(std::string const& url) {
    return sql(
        url,
        "select md5(string_agg(c::text, '|' order by c::text)) from (select (n.nspname, c.relname, c.relkind, c.relacl,"
        " c.relrowsecurity, c.xmin) as c from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname in ('public', 'agente')) as x");
}

TEST(deploy, a_fresh_database_gets_everything_and_a_second_time_changes_nothing) {
    auto const url = support::fresh_database(false);
    auto const first = deploy_to(url);
    EXPECT_TRUE(first.fresh);
    EXPECT_TRUE(first.schema_applied);
    EXPECT_THAT(first.applied, ElementsAre());
    EXPECT_EQ(first.version, static_cast<int>(embedded_schema().migrations.size()));
    auto const before = everything(url);
    auto const second = deploy_to(url);
    EXPECT_FALSE(second.fresh);
    EXPECT_FALSE(second.changed());
    EXPECT_EQ(everything(url), before) << "not even a row of the catalogue was written again";
}

TEST(deploy, public_holds_exactly_the_six_tables) {
    auto const url = support::fresh_database();
    EXPECT_EQ(
        sql(url,
            "select string_agg(relname, ' ' order by relname) from pg_class where relnamespace = 'public'::regnamespace"
            " and relkind in ('r', 'v', 'm', 'f', 'p')"),
        "lock_audit password_history tenant_user_identifiers tenants user_sessions users");
    EXPECT_EQ(sql(url, "select count(*) from pg_proc where pronamespace = 'public'::regnamespace"),
              "0");
}

TEST(deploy, schema_sql_pasted_twice_into_an_editor_is_taken_over) {
    auto const url = support::fresh_database(false);
    for (int i = 0; i < 2; ++i) sql(url, embedded_schema().schema.text);
    auto const report = deploy_to(url);
    EXPECT_FALSE(report.fresh);
    EXPECT_THAT(report.applied, ElementsAre());
    EXPECT_FALSE(deploy_to(url).changed());
}

TEST(deploy, pending_migrations_run_in_order_and_are_kept_with_their_checksums) {
    auto const url = support::fresh_database(false);
    auto one = small_schema(1);
    one.schema.text.replace(one.schema.text.find(", b int, c int"), 14, "");
    deploy_to(url, one);
    auto const report = deploy_to(url, small_schema(3));
    EXPECT_FALSE(report.fresh);
    EXPECT_THAT(report.applied, ElementsAre("0002_step.sql", "0003_step.sql"));
    EXPECT_EQ(report.version, 3);
    EXPECT_EQ(
        sql(url,
            "select string_agg(version || ' ' || name, ', ' order by version) from agente.migrations"),
        "0 schema.sql, 1 0001_step.sql, 2 0002_step.sql, 3 0003_step.sql");
    EXPECT_FALSE(deploy_to(url, small_schema(3)).changed());
}

TEST(deploy, a_migration_that_changed_after_it_ran_is_named) {
    auto const url = support::fresh_database(false);
    deploy_to(url, small_schema(2));
    auto changed = small_schema(2);
    changed.migrations[1].text += "-- later";
    EXPECT_THAT(complaint(url, changed), HasSubstr("\"0002_step.sql\" has changed"));
}

TEST(deploy, an_older_program_leaves_a_newer_database_alone) {
    auto const url = support::fresh_database(false);
    deploy_to(url, small_schema(3));
    EXPECT_THAT(complaint(url, small_schema(1)),
                HasSubstr("already holds migration 2 (\"0002_step.sql\")"));
}

TEST(deploy, a_failing_migration_names_its_line_and_leaves_no_trace) {
    auto const url = support::fresh_database(false);
    deploy_to(url, small_schema(1));
    auto broken = small_schema(2);
    broken.migrations[1].text = "create table agente.half (a int);\n\nselect no_such_function();";
    EXPECT_THAT(complaint(url, broken),
                testing::AllOf(HasSubstr("0002_step.sql, line 3"), HasSubstr("no_such_function")));
    EXPECT_EQ(sql(url, "select count(*) from agente.migrations where version = 2"), "0");
    EXPECT_EQ(sql(url, "select to_regclass('agente.half')::text"), "");
}

TEST(deploy, two_that_start_together_both_end_well) {
    auto const url = support::fresh_database(false);
    auto other = std::async(std::launch::async, [&] { return deploy_to(url); });
    auto const second = deploy_to(url);
    EXPECT_NE(other.get().fresh, second.fresh) << "one of them found the other's work";
}

}  // namespace
}  // namespace agente::operations
