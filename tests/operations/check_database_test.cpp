// What is found out over a connection that works: each state made in a real database.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "operations/check.hpp"
#include "support/servers.hpp"

namespace agente::operations {
namespace {

using support::fresh_database;
using support::sql;
using testing::AllOf;
using testing::HasSubstr;

class result_of_check {
public:
    explicit result_of_check(std::string const& url, check_options options = {}) {
        options.probes = false;
        all_ = check_database(secret(url), options);
    }
    finding operator[](std::string_view check) const {
        auto const at = std::ranges::find(all_, check, &finding::check);
        if (at != all_.end()) return *at;
        ADD_FAILURE() << "nothing was said of " << check;
        return {};
    }
    findings const& all() const { return all_; }

private:
    findings all_;
};

TEST(check_database, a_deployed_database_has_no_fault) {
    auto const all = check_database(secret(fresh_database()));
    for (auto const& one : all) {
        EXPECT_LT(one.level, severity::warning) << one.check << ": " << one.what;
        if (one.level >= severity::warning) EXPECT_NE(one.cure, "");
    }
    for (auto const* check : {"connect",
                              "endpoint.kind",
                              "tls.encrypted",
                              "server.version",
                              "server.writable",
                              "server.settings",
                              "server.round_trip",
                              "server.clock",
                              "role.rights",
                              "role.deployed",
                              "schema.tables",
                              "schema.migrations",
                              "extension.btree_gist",
                              "exposure.row_security",
                              "capacity.size",
                              "capacity.connections",
                              "capacity.budget",
                              "probe.one_sync",
                              "probe.many_syncs",
                              "probe.named_statements",
                              "probe.session_settings"})
        EXPECT_EQ(std::ranges::count(all, check, &finding::check), 1) << check;
}

TEST(check_database, an_empty_database_wants_a_deployment) {
    result_of_check const seen(fresh_database(false));
    EXPECT_EQ(seen["schema.tables"].level, severity::fault);
    EXPECT_THAT(seen["schema.tables"].cure, HasSubstr("db deploy"));
    EXPECT_THAT(seen["schema.migrations"].what, HasSubstr("nothing was deployed"));
}

TEST(check_database, a_missing_table_is_named) {
    auto const url = fresh_database();
    sql(url, "drop table public.lock_audit; drop table public.password_history");
    result_of_check const seen(url);
    EXPECT_THAT(seen["schema.tables"].what, HasSubstr("password_history, lock_audit"));
    EXPECT_EQ(seen["schema.tables"].level, severity::fault);
}

TEST(check_database, an_older_schema_has_its_pending_migrations_named) {
    auto const url = fresh_database();
    auto const newest = sql(
        url,
        "delete from agente.migrations where version = (select max(version) from agente.migrations) returning name");
    result_of_check const seen(url);
    EXPECT_EQ(seen["schema.migrations"].level, severity::fault);
    EXPECT_THAT(seen["schema.migrations"].what, AllOf(HasSubstr("1 pending"), HasSubstr(newest)));
}

TEST(check_database, a_newer_a_changed_and_an_earlier_installations_schema_are_told_apart) {
    auto const url = fresh_database();
    sql(url, "update agente.migrations set checksum = 'other' where version = 0");
    EXPECT_EQ(result_of_check(url)["schema.migrations"].level, severity::warning);
    sql(url, "update agente.migrations set checksum = 'other' where version = 2");
    EXPECT_THAT(result_of_check(url)["schema.migrations"].what, HasSubstr("another text"));
    sql(url,
        "insert into agente.migrations (version, name, checksum) values (9999, '9999_from_tomorrow.sql', 'x')");
    EXPECT_THAT(result_of_check(url)["schema.migrations"].what,
                AllOf(HasSubstr("newer"), HasSubstr("9999_from_tomorrow.sql")));
    auto const earlier = fresh_database(false);
    sql(earlier, "create table public.tenants (id int); create table public.users (id int)");
    result_of_check const seen(earlier);
    EXPECT_THAT(seen["schema.migrations"].what, HasSubstr("earlier installation"));
    EXPECT_THAT(seen["schema.migrations"].cure, HasSubstr("--dry-run"));
}

TEST(check_database, tables_without_row_security_are_named) {
    auto const url = fresh_database();
    sql(url,
        "alter table public.users no force row level security; alter table agente.outbox disable row level security");
    auto const seen = result_of_check(url)["exposure.row_security"];
    EXPECT_EQ(seen.level, severity::fault);
    EXPECT_THAT(seen.what, AllOf(HasSubstr("on 2 of"), HasSubstr("agente.outbox, public.users")));
}

TEST(check_database, what_the_data_api_reaches_is_counted) {
    auto const url = fresh_database();
    sql(url,
        "do $$ begin create role anon nologin; exception when duplicate_object then null; end $$");
    EXPECT_EQ(result_of_check(url)["exposure.data_api"].level, severity::ok);
    sql(url,
        "grant usage on schema public, agente to anon; grant select (name) on public.tenants to anon;"
        "grant truncate on agente.inbox to anon; create function agente.open() returns int language sql as 'select 1'");
    auto const seen = result_of_check(url)["exposure.data_api"];
    EXPECT_EQ(seen.level, severity::fault);
    EXPECT_THAT(seen.what, AllOf(HasSubstr("2 tables (agente.inbox, public.tenants)"),
                                 HasSubstr("agente.open")));
    EXPECT_THAT(seen.cure, HasSubstr("db lint"));
    sql(url, "drop owned by anon");
}

TEST(check_database, a_role_that_cannot_do_the_services_work_is_a_fault) {
    auto const url = fresh_database();
    sql(url, "create role small login password 'zXq7secret'");
    auto const database = url.substr(url.rfind('/') + 1);
    result_of_check const seen(support::postgres().url_for("small", "zXq7secret", database));
    EXPECT_EQ(seen["role.deployed"].level, severity::fault);
    EXPECT_THAT(seen["role.deployed"].what, AllOf(HasSubstr("small"), HasSubstr("agente_app")));
    EXPECT_THAT(seen["role.rights"].what, HasSubstr("no special rights"));
    // It may not read agente.migrations: that is said, and the rest is there.
    EXPECT_EQ(seen["schema.unreadable"].level, severity::fault);
    EXPECT_EQ(seen["capacity.size"].level, severity::info);
    sql(url, "grant agente_app, agente_system, agente_platform to small");
    EXPECT_EQ(result_of_check(
                  support::postgres().url_for("small", "zXq7secret", database))["role.deployed"]
                  .level,
              severity::ok);
    sql(url, "drop role small");
}

TEST(check_database, a_read_only_project_is_a_fault) {
    auto const url = fresh_database();
    sql(url, fmt::format("alter database {} set default_transaction_read_only = on",
                         url.substr(url.rfind('/') + 1)));
    auto const seen = result_of_check(url)["server.writable"];
    EXPECT_EQ(seen.level, severity::fault);
    EXPECT_THAT(seen.what, HasSubstr("disk is full"));
}

TEST(check_database, another_encoding_is_a_fault) {
    sql(support::postgres().url("postgres"),
        "create database latin1 template template0 encoding 'LATIN1' locale 'C'");
    EXPECT_EQ(result_of_check(support::postgres().url("latin1"))["server.encoding"].level,
              severity::fault);
    sql(support::postgres().url("postgres"), "drop database latin1");
}

TEST(check_database, our_connections_are_counted_among_all) {
    auto const url = fresh_database();
    // Those of earlier tests, which the server may still be ending.
    while (
        sql(url, "select count(*) from pg_stat_activity where application_name = 'agente-hotel'") !=
        "0") {
    }
    agente::postgres::command_connection const ours(agente::postgres::parse_url(url).value());
    result_of_check const seen(url, {.instances = 60, .connections_each = 4});
    EXPECT_THAT(seen["capacity.connections"].what, AllOf(HasSubstr(" of 197 server connections"),
                                                         HasSubstr("2 of them by this program")));
    EXPECT_EQ(seen["capacity.budget"].level, severity::fault);
    EXPECT_THAT(seen["capacity.budget"].what, HasSubstr("60 x 4 connections = 240 of 197"));
}

TEST(check_database, a_connection_that_is_cut_half_way_is_a_finding) {
    auto const url = fresh_database();
    check_options options;
    // Between the round trips and the schema.
    options.step = [&](std::string_view what) {
        if (what == "looking at the schema")
            sql(url,
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'agente-hotel' and pid <> pg_backend_pid()");
    };
    result_of_check const seen(url, options);
    EXPECT_EQ(worst(seen.all()), severity::fault);
    EXPECT_EQ(seen["schema.unreadable"].level, severity::fault);
}

TEST(check_database, parameters_of_other_drivers_are_told) {
    EXPECT_THAT(result_of_check(fresh_database() + "?pgbouncer=true")["url.ignored"].what,
                HasSubstr("pgbouncer"));
}

}  // namespace
}  // namespace agente::operations
