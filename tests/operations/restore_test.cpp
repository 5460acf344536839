#include "operations/restore.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "operations/backup_support.hpp"
#include "operations/interruption.hpp"
#include "operations/restore_stream.hpp"

namespace agente::operations {
namespace {

using support::fresh_database;
using support::sql;
using testing::HasSubstr;

restore_report restored(std::filesystem::path const& file, std::string const& url,
                        bool overwrite = false) {
    return restore_backup(address(url), open_backup(file), {.overwrite = overwrite});
}

int newest() { return static_cast<int>(embedded_schema().migrations.size()); }

// What pg_restore 17 begins with.
TEST(restore_header, older_servers_are_not_told_what_they_do_not_know) {
    std::string const before =
        "SET statement_timeout = 0;\nSET lock_timeout = 0;\nSET idle_in_transaction_session_timeout = 0;\n";
    std::string const after = "SET client_encoding = 'UTF8';\n";
    auto const header = before + "SET transaction_timeout = 0;\n" + after;
    EXPECT_EQ(fitting_header(header, 170'002), header);
    EXPECT_EQ(fitting_header(header, 160'004), before + after);
    EXPECT_EQ(fitting_header(before + after, 150'018), before + after);
}

class restore : public testing::Test {
protected:
    restore() { add_awkward_rows(source); }

    std::string const source = fresh_database();
    backup_home home;
};

TEST_F(restore, into_an_empty_database_makes_the_same_one) {
    auto const made = backed_up(source, home);
    auto const target = fresh_database(false);
    EXPECT_EQ(restored(made.file, target).way, restore_way::created);
    EXPECT_EQ(sums_of(target), sums_of(source));
    EXPECT_EQ(catalog_of(target), catalog_of(source));
    // The next row gets a number that is free.
    sql(target,
        "insert into public.password_history (user_id, password_hash) values ('u1', 'next')");
}

TEST_F(restore, into_a_deployed_database_fills_it) {
    auto const made = backed_up(source, home);
    auto const target = fresh_database();
    EXPECT_EQ(restored(made.file, target).way, restore_way::refilled);
    EXPECT_EQ(sums_of(target), sums_of(source));
    EXPECT_EQ(catalog_of(target), catalog_of(source));
}

TEST_F(restore, over_rows_is_refused_until_it_is_meant) {
    auto const made = backed_up(source, home);
    sql(source, "update public.users set full_name = 'changed'; delete from agente.outbox");
    auto const before = sums_of(source);
    EXPECT_THAT(complaint_of([&] { restored(made.file, source); }),
                HasSubstr("nothing was restored"));
    EXPECT_EQ(sums_of(source), before);
    EXPECT_EQ(restored(made.file, source, true).way, restore_way::refilled);
    auto held = made.manifest.tables;
    std::erase_if(held, is_bookkeeping);
    EXPECT_EQ(sums_of(source), held);
}

TEST_F(restore, rows_that_come_after_the_look_are_not_overwritten) {
    auto const made = backed_up(source, home);
    auto const target = fresh_database();
    auto const complaint = complaint_of([&] {
        restore_backup(address(target), open_backup(made.file), {}, [&](std::string_view step) {
            if (step.starts_with("making") || step.starts_with("filling"))
                throw failure(error(error_kind::internal, "test.stop", "stopped"));
        });
    });
    EXPECT_EQ(complaint, "stopped");
    EXPECT_EQ(sql(target, "select count(*) from public.tenants"), "0");
    sql(target, "insert into public.tenants (tenant_id, name) values ('late', 'Late')");
    EXPECT_THAT(complaint_of([&] { restored(made.file, target); }), HasSubstr("holds 1 rows"));
    EXPECT_EQ(sql(target, "select tenant_id from public.tenants"), "late");
}

TEST_F(restore, a_damaged_backup_changes_nothing) {
    auto const made = backed_up(source, home);
    auto const whole = open_backup(made.file);
    auto const* const member = whole.member(agente_member);
    std::fstream file(made.file, std::ios::in | std::ios::out | std::ios::binary);
    // Somewhere in the compressed rows, which fill most of the archive's second half.
    for (std::uint64_t at = member->size * 7 / 10; at < member->size * 7 / 10 + 64; ++at) {
        file.seekp(static_cast<std::streamoff>(member->offset + at));
        file.put('#');
    }
    file.close();
    auto const target = fresh_database();
    sql(target, "insert into public.tenants (tenant_id, name) values ('mine', 'Mine')");
    auto const before = sums_of(target);
    auto const catalog = catalog_of(target);
    EXPECT_NE(complaint_of([&] { restored(made.file, target, true); }), "no error");
    EXPECT_EQ(sums_of(target), before);
    EXPECT_EQ(catalog_of(target), catalog);
}

TEST_F(restore, interrupted_it_changes_nothing) {
    auto const made = backed_up(source, home);
    auto const before = sums_of(source);
    interruption const interruptible;
    auto const complaint = complaint_of([&] {
        restore_backup(address(source), open_backup(made.file), {.overwrite = true},
                       [](std::string_view step) {
                           if (step == "committing") ::raise(SIGTERM);
                       });
    });
    EXPECT_THAT(complaint, HasSubstr("interrupted"));
    EXPECT_EQ(sums_of(source), before);
}

TEST_F(restore, an_older_backup_is_brought_to_this_version) {
    sql(source,
        "delete from agente.migrations where version = 4; drop index public.tenants_words_idx;"
        "alter table public.users drop constraint users_role_check; delete from agente.migrations where version = 3;"
        "alter table public.user_sessions drop constraint user_sessions_rotations_check");
    auto const made = backed_up(source, home);
    EXPECT_EQ(made.manifest.schema_version, 2);
    for (bool const deployed : {false, true}) {
        auto const target = fresh_database(deployed);
        auto const report = restored(made.file, target);
        EXPECT_EQ(report.way, deployed ? restore_way::replaced : restore_way::created);
        EXPECT_EQ(report.schema_version, newest());
        EXPECT_EQ(sums_of(target), sums_of(source));
        EXPECT_EQ(
            sql(target, "select count(*) from pg_indexes where indexname = 'tenants_words_idx'"),
            "1");
        support::deploy(target);
        EXPECT_EQ(sql(target,
                      "select count(*) from pg_policies where schemaname in ('public', 'agente')"),
                  sql(source,
                      "select count(*) from pg_policies where schemaname in ('public', 'agente')"));
    }
}

TEST_F(restore, a_newer_backup_is_left_to_the_newer_program) {
    sql(source, "insert into agente.migrations (version, name, checksum) values (999, 'x', 'y')");
    auto const made = backed_up(source, home);
    EXPECT_THAT(complaint_of([&] { restored(made.file, fresh_database(false)); }),
                HasSubstr("version 999"));
}

TEST_F(restore, the_schema_alone_and_then_the_data_alone_make_the_whole) {
    auto const schema = backed_up(source, home, backup_scope::schema);
    auto const data = backed_up(source, home, backup_scope::data);
    auto const target = fresh_database(false);
    EXPECT_THAT(complaint_of([&] { restored(data.file, target); }), HasSubstr("data alone"));
    restored(schema.file, target);
    EXPECT_EQ(look_at_target(address(target)).rows(), 0);
    restored(data.file, target);
    EXPECT_EQ(sums_of(target), sums_of(source));
    EXPECT_EQ(catalog_of(target), catalog_of(source));
}

// As on Supabase: new tables of public are the data API's, unless somebody takes them back.
TEST_F(restore, outsiders_get_no_right_on_what_is_restored) {
    auto const made = backed_up(source, home);
    auto const target = fresh_database(false);
    sql(target,
        "do $$ begin create role anon nologin; exception when duplicate_object then null; end $$;"
        "alter default privileges in schema public grant all on tables to anon;"
        "alter default privileges in schema public grant all on sequences to anon");
    restored(made.file, target);
    EXPECT_EQ(
        sql(target,
            "select count(*) from pg_class c where relnamespace in ('public'::regnamespace, 'agente'::regnamespace)"
            " and relkind = 'r' and (has_table_privilege('anon', oid, 'select, insert, update, delete, truncate') or not relforcerowsecurity)"),
        "0");
    sql(target,
        "alter default privileges in schema public revoke all on tables from anon;"
        "alter default privileges in schema public revoke all on sequences from anon");
}

TEST_F(restore, works_for_an_owner_who_is_bound_by_row_level_security) {
    auto const role = "owner_" + std::to_string(::getpid());
    auto const admin = support::postgres().url("postgres");
    sql(admin, "create role " + role + " login password 'pw' nosuperuser nobypassrls createrole");
    sql(admin, "grant agente_app, agente_system, agente_platform to " + role);
    std::vector<std::string> urls;
    for (auto const* name : {"owned_one", "owned_two"}) {
        sql(admin, std::string("create database ") + name + " owner " + role);
        urls.push_back(support::postgres().url_for(role, "pw", name));
    }
    support::deploy(urls[0]);
    add_awkward_rows(urls[0]);
    auto const made = backed_up(urls[0], home);
    EXPECT_EQ(made.manifest.rows(), backed_up(source, home).manifest.rows());
    EXPECT_EQ(restored(made.file, urls[1]).way, restore_way::created);
    EXPECT_EQ(sums_of(urls[1]), sums_of(urls[0]));
    EXPECT_EQ(catalog_of(urls[1]), catalog_of(urls[0]));
    sql(urls[1], "delete from agente.outbox");
    EXPECT_EQ(restored(made.file, urls[1], true).way, restore_way::refilled);
    EXPECT_EQ(sums_of(urls[1]), sums_of(urls[0]));
    EXPECT_EQ(catalog_of(urls[1]), catalog_of(urls[0]));
    // And into a database of somebody else, where that role is nobody.
    auto const target = fresh_database(false);
    restored(made.file, target);
    EXPECT_EQ(sums_of(target), sums_of(urls[0]));
    for (auto const* name : {"owned_one", "owned_two"})
        sql(admin, std::string("drop database ") + name + " with (force)");
    sql(admin, "revoke agente_app, agente_system, agente_platform from " + role);
    sql(admin, "drop role " + role);
}

TEST_F(restore, what_others_built_upon_our_tables_is_not_dropped) {
    sql(source, "delete from agente.migrations where version = 4");
    auto const made = backed_up(source, home);
    auto const target = fresh_database();
    sql(target, "create view public.hotels as select name from public.tenants");
    EXPECT_THAT(complaint_of([&] { restored(made.file, target); }), HasSubstr("view hotels"));
    EXPECT_EQ(sql(target, "select count(*) from public.hotels"), "0");
}

}  // namespace
}  // namespace agente::operations
