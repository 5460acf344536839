// The report on real servers: one with pg_stat_statements and one without, as roles that may see
// much and little.
#include "operations/report.hpp"

#include <gmock/gmock.h>

#include <atomic>

#include "operations/schema_files.hpp"
#include "support/servers.hpp"

namespace agente::operations {
namespace {

using support::sql;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

postgres::command_connection connected(std::string const& url) {
    return postgres::command_connection(postgres::parse_url(url).value());
}

report report_of(std::string const& url, report_options const& options = {}) {
    auto connection = connected(url);
    return database_report(connection, options);
}

report_section section_of(std::string const& url, std::string const& name, int most_rows = 100) {
    return report_of(url, {.sections = {name}, .most_rows = most_rows}).sections.at(0);
}

report_cell cell(report_section const& section, std::size_t row, std::string_view column) {
    auto const at = std::ranges::find(section.columns, column, &report_column::name);
    if (at == section.columns.end() || row >= section.rows.size()) {
        ADD_FAILURE() << section.name << " has no " << column << " " << row << ": " << section.said;
        return {};
    }
    return section.rows[row][static_cast<std::size_t>(at - section.columns.begin())];
}
std::string text(report_section const& section, std::size_t row, std::string_view column) {
    return shown(cell(section, row, column), measure::text);
}
std::size_t row_with(report_section const& section, std::string_view column,
                     std::string_view part) {
    for (std::size_t row = 0; row < section.rows.size(); ++row)
        if (text(section, row, column).find(part) != std::string::npos) return row;
    ADD_FAILURE() << section.name << " has no row with " << part;
    return section.rows.size();
}
bool has_row(report_section const& section, std::string_view column, std::string_view part) {
    for (std::size_t row = 0; row < section.rows.size(); ++row)
        if (text(section, row, column).find(part) != std::string::npos) return true;
    return false;
}

// A server that counts statements, with our schema in each database asked for.
class counting_server {
public:
    static std::string fresh(bool with_extension = true) {
        static counting_server one;
        static std::atomic<int> count{0};
        auto const name = "report_" + std::to_string(++count);
        sql(one.server_.url("postgres"), "create database " + name);
        auto const url = one.server_.url(name);
        sql(url, "create schema \"exten sions\"");
        sql(url, embedded_schema().schema.text);
        if (with_extension) sql(url, "create extension pg_stat_statements schema \"exten sions\"");
        return url;
    }
    static std::string as(std::string const& url, std::string const& role) {
        return "postgresql://" + role + ":pw@" + url.substr(url.find('@') + 1);
    }

private:
    embedded::postgres_server server_{
        {.folder = support::server_folder("counting"),
         .database = "postgres",
         .durable = false,
         .settings = {{"shared_preload_libraries", "pg_stat_statements"},
                      {"track_io_timing", "on"}}}};
};

TEST(report, every_section_is_read_and_says_what_it_means_to_be_empty) {
    auto const all = report_of(counting_server::fresh());
    std::vector<std::string_view> names;
    for (auto const& section : all.sections) {
        names.push_back(section.name);
        EXPECT_TRUE(!section.rows.empty() || !section.said.empty()) << section.name;
        EXPECT_THAT(section.said, AllOf(Not(HasSubstr("denied")), Not(HasSubstr("given up"))))
            << section.name;
        EXPECT_EQ(section.left_out() > 0, section.in_all > 20) << section.name;
        for (auto const& row : section.rows) EXPECT_EQ(row.size(), section.columns.size());
    }
    EXPECT_EQ(names, report_section_names());
    EXPECT_THAT(names, testing::IsSupersetOf({"bloat", "blocking", "calls", "db-stats",
                                              "index-stats", "locks", "long-running-queries",
                                              "outliers", "role-stats", "table-stats",
                                              "traffic-profile", "unused-indexes", "vacuum-stats"}))
        << "what supabase inspect db shows";
    EXPECT_TRUE(all.overview.sees_everything);
    EXPECT_GT(all.overview.database_bytes, 1'000'000);
    EXPECT_EQ(all.overview.connections, 1);
    EXPECT_EQ(all.judgement.size(), 9u);
    EXPECT_NE(worst(all.judgement), severity::fault);
    auto const& database = all.sections.at(0);
    EXPECT_EQ(database.name, "db-stats");
    EXPECT_GT(std::get<std::int64_t>(cell(database, 0, "wal_bytes")), 0);
    EXPECT_GT(std::get<double>(cell(database, 0, "cache_hit_percent")), 1);
}

TEST(report, statements_are_ordered_counted_and_without_what_they_are_about) {
    auto const url = counting_server::fresh();
    for (int i = 0; i < 7; ++i)
        sql(url, "select count(*) as often from public.tenants where name = 'hunter2'");
    sql(url, "select pg_sleep(0.2) as slow, 'hunter2'");
    sql(url, "create role with_password password 'hunter2'");
    sql(url, "alter role with_password set app.secret = hunter2; drop role with_password");
    report_of(url);

    auto const calls = section_of(url, "calls", 1000);
    auto const often = row_with(calls, "statement", "as often");
    EXPECT_EQ(text(calls, often, "calls"), "7");
    EXPECT_EQ(text(calls, often, "role"), "postgres");
    EXPECT_EQ(often, 0u) << "the most called one comes first";
    EXPECT_TRUE(has_row(calls, "statement", "create role with_password password '…'"));
    EXPECT_TRUE(has_row(calls, "statement", "alter role with_password set app.secret = '…'"));
    EXPECT_FALSE(has_row(calls, "statement", "hunter2"));
    EXPECT_FALSE(has_row(calls, "statement", "as sees_everything"))
        << "the report's own are left out";
    EXPECT_FALSE(has_row(calls, "statement", "transaction_read_only"));

    auto const slowest = section_of(url, "slowest", 1);
    EXPECT_THAT(text(slowest, 0, "statement"), HasSubstr("as slow"));
    EXPECT_GT(std::get<double>(cell(slowest, 0, "mean_ms")), 150);
    EXPECT_EQ(slowest.rows.size(), 1u);
    EXPECT_GT(slowest.left_out(), 5);
    double share = 0;
    auto const outliers = section_of(url, "outliers", 1000);
    for (std::size_t row = 0; row < outliers.rows.size(); ++row)
        share += std::get<double>(cell(outliers, row, "share_percent"));
    EXPECT_NEAR(share, 100, 0.01);
}

TEST(report, what_is_missing_for_statements_is_said) {
    EXPECT_THAT(section_of(counting_server::fresh(false), "outliers").said,
                AllOf(HasSubstr("is not in this database"),
                      HasSubstr("create extension pg_stat_statements schema extensions")));
    auto const not_loaded = support::fresh_database();
    sql(not_loaded, "create extension pg_stat_statements");
    EXPECT_THAT(section_of(not_loaded, "calls").said,
                HasSubstr("put it into shared_preload_libraries"));
    auto const url = counting_server::fresh();
    sql(url, "create role reader login password 'pw'");
    EXPECT_THAT(section_of(counting_server::as(url, "reader"), "calls").said,
                HasSubstr("Role reader may not read \"exten sions\".pg_stat_statements"));
    sql(url, "grant usage on schema \"exten sions\" to reader");
    auto const own = section_of(counting_server::as(url, "reader"), "calls", 1000);
    EXPECT_THAT(own.said, HasSubstr("sees its own sessions and statements only"));
    EXPECT_FALSE(has_row(own, "statement", "tenants"));
    sql(url, "grant pg_monitor to reader");
    auto const more = section_of(counting_server::as(url, "reader"), "calls", 1000);
    EXPECT_EQ(more.said, "");
    EXPECT_TRUE(has_row(more, "statement", "tenants"));
    sql(url, "drop owned by reader; drop role reader");
}

TEST(report, a_role_with_no_rights_gets_what_it_may_see_and_is_told_of_the_rest) {
    auto const url = counting_server::fresh();
    sql(url, "create role visitor login password 'pw'; revoke all on schema public from public");
    auto const all = report_of(counting_server::as(url, "visitor"));
    EXPECT_EQ(all.overview.role, "visitor");
    EXPECT_FALSE(all.overview.sees_everything);
    EXPECT_THAT(all.judgement.back().what, HasSubstr("GRANT pg_monitor TO visitor"));
    for (auto const& section : all.sections) {
        EXPECT_TRUE(!section.rows.empty() || !section.said.empty()) << section.name;
        if (section.name == "db-stats")
            EXPECT_TRUE(std::holds_alternative<std::monostate>(cell(section, 0, "wal_bytes")));
        if (section.name == "table-stats") EXPECT_TRUE(has_row(section, "table", "agente.inbox"));
        if (section.name == "connections")
            EXPECT_THAT(section.said, HasSubstr("sees its own sessions"));
    }
    sql(url, "drop role visitor");
}

TEST(report, sessions_that_hold_and_await_locks_are_named_without_their_values) {
    auto const url = counting_server::fresh();
    sql(url, "insert into tenants (tenant_id, name) values ('alfa', 'Alfa')");
    auto holder = connected(url), waiter = connected(url), visitor = connected(url);
    holder.script("hold",
                  "begin; update public.tenants set name = 'hunter2' where tenant_id = 'alfa'");
    auto const holding = holder.backend_pid(), waiting = waiter.backend_pid();
    std::thread blocked([&waiter] {
        waiter.ask("wait", "update public.tenants set name = 'hunter3' where tenant_id = 'alfa'");
    });
    while (sql(url, "select count(*) from pg_stat_activity where wait_event_type = 'Lock'") == "0")
        std::this_thread::yield();
    auto const all =
        report_of(url, {.sections = {"blocking", "locks", "long-running-queries", "connections"}});
    holder.ask("release", "rollback");
    blocked.join();

    EXPECT_EQ(all.overview.blocked, 1);
    EXPECT_GT(all.overview.oldest_transaction_seconds, 0);
    auto const blocking = std::ranges::find(all.judgement, "report.blocking", &finding::check);
    EXPECT_EQ(blocking->level, severity::warning);
    for (auto const& section : all.sections) {
        if (section.name == "blocking") {
            ASSERT_EQ(section.rows.size(), 1u) << section.said;
            EXPECT_EQ(text(section, 0, "waiting_pid"), std::to_string(waiting));
            EXPECT_EQ(text(section, 0, "blocking_pid"), std::to_string(holding));
            EXPECT_EQ(text(section, 0, "blocking_state"), "idle in transaction");
            EXPECT_EQ(text(section, 0, "waiting_statement"),
                      "update public.tenants set name = '…' where tenant_id = '…'");
        }
        if (section.name == "locks") {
            EXPECT_EQ(text(section, 0, "is_granted"), "no") << "who waits comes first";
            EXPECT_TRUE(has_row(section, "what", "public.tenants"));
        }
        if (section.name == "long-running-queries")
            EXPECT_EQ(text(section, 0, "pid"), std::to_string(holding));
        if (section.name == "connections")
            EXPECT_TRUE(has_row(section, "state", "idle in transaction"));
        for (auto const& row : section.rows)
            for (auto const& one : row)
                EXPECT_THAT(shown(one, measure::text), Not(HasSubstr("hunter")));
    }
}

TEST(report, a_table_that_somebody_changes_keeps_nothing_but_its_section_from_being_read) {
    auto const url = counting_server::fresh();
    auto changer = connected(url);
    changer.script(
        "change",
        "begin; lock table public.tenants in access exclusive mode; lock table agente.inbox in access exclusive mode;"
        "create index on public.tenants (name); alter table public.tenants drop constraint tenants_pkey cascade");
    auto const all = report_of(url, {.sections = {"table-stats", "vacuum-stats", "locks"}});
    changer.ask("end", "rollback");
    for (auto const& section : all.sections) {
        if (section.name == "table-stats")
            EXPECT_THAT(section.said, HasSubstr("something holds a lock on it"));
        if (section.name == "locks") EXPECT_TRUE(has_row(section, "mode", "AccessExclusiveLock"));
        if (section.name == "vacuum-stats") EXPECT_TRUE(has_row(section, "table", "public.users"));
    }
}

TEST(report, tables_indexes_and_dead_rows_are_counted) {
    auto const url = counting_server::fresh();
    sql(url,
        "create table public.big (id int primary key, a text) with (autovacuum_enabled = false);"
        "insert into public.big select i, repeat('x', 400) from generate_series(1, 20000) i;"
        "create index never on public.big (a); create index twin on public.big (id); analyze public.big;"
        "delete from public.big where id % 2 = 0");
    sql(url,
        "select count(*) from public.big where id between 1 and 50; select pg_stat_force_next_flush()");
    while (sql(url, "select n_dead_tup >= 10000 from pg_stat_user_tables where relname = 'big'") !=
           "t")
        std::this_thread::yield();
    sql(url, "analyze public.big");

    auto const tables = section_of(url, "table-stats");
    EXPECT_EQ(text(tables, 0, "table"), "public.big") << "the largest comes first";
    EXPECT_GT(std::get<std::int64_t>(cell(tables, 0, "total_bytes")), 8'000'000);
    auto const indexes = section_of(url, "index-stats");
    EXPECT_TRUE(has_row(indexes, "index", "public.big_pkey"));
    auto const unused = section_of(url, "unused-indexes");
    EXPECT_TRUE(has_row(unused, "index", "public.never"));
    EXPECT_FALSE(has_row(unused, "index", "public.big_pkey"));
    auto const duplicates = section_of(url, "duplicate-indexes");
    ASSERT_EQ(duplicates.rows.size(), 1u);
    EXPECT_EQ(text(duplicates, 0, "index") + " " + text(duplicates, 0, "twin"),
              "public.twin public.big_pkey");
    auto const bloat = section_of(url, "bloat");
    auto const wasted =
        std::get<double>(cell(bloat, row_with(bloat, "name", "public.big"), "wasted_percent"));
    EXPECT_GT(wasted, 35);
    EXPECT_LT(wasted, 65) << "half of its rows are gone";
    auto const vacuum = section_of(url, "vacuum-stats");
    EXPECT_EQ(text(vacuum, 0, "table"), "public.big");
    EXPECT_EQ(text(vacuum, 0, "is_due"), "yes");
    EXPECT_TRUE(std::holds_alternative<std::monostate>(cell(vacuum, 0, "vacuumed_seconds")));
    EXPECT_TRUE(std::holds_alternative<double>(cell(vacuum, 0, "analyzed_seconds")));
    auto const traffic = section_of(url, "traffic-profile");
    EXPECT_EQ(text(traffic, row_with(traffic, "table", "public.big"), "deleted"), "10000");
}

TEST(report, settings_of_roles_are_named_and_only_limits_have_values) {
    auto const url = counting_server::fresh();
    sql(url,
        "create role limited connection limit 3; alter role limited set statement_timeout = '3s';"
        "alter role limited set app.jwt_secret = 'hunter2'");
    auto const roles = section_of(url, "role-stats");
    auto const row = row_with(roles, "role", "limited");
    EXPECT_EQ(text(roles, row, "connection_limit"), "3");
    EXPECT_EQ(text(roles, row, "settings"), "statement_timeout=3s, app.jwt_secret=…");
    sql(url, "drop role limited");
}

TEST(report, an_unknown_section_is_refused_before_anything_is_read) {
    auto connection = connected(support::fresh_database());
    try {
        database_report(connection, {.sections = {"bloat", "nope"}});
        FAIL();
    } catch (failure const& e) {
        EXPECT_EQ(e.reason().code(), "report.unknown_section");
        EXPECT_THAT(e.what(), AllOf(HasSubstr("\"nope\""), HasSubstr("vacuum-stats")));
    }
}

TEST(report, nothing_can_be_written_while_it_reads_and_no_setting_stays) {
    auto connection = connected(support::fresh_database());
    database_report(connection);
    EXPECT_EQ(connection.ask("t", "show transaction_read_only").text(0, 0), "off");
    EXPECT_EQ(connection.ask("t", "show search_path").text(0, 0), "\"$user\", public");
    EXPECT_EQ(connection.ask("t", "show lock_timeout").text(0, 0), "0");
}

}  // namespace
}  // namespace agente::operations
