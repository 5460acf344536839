// What the catalogue says, what differs, and that the SQL of a difference mends it.
#include "operations/catalog.hpp"

#include <gmock/gmock.h>

#include "support/servers.hpp"

namespace agente::operations {
namespace {

using support::sql;
using testing::Contains;
using testing::HasSubstr;

catalog catalog_of(std::string const& url) {
    postgres::command_connection connection(postgres::parse_url(url).value());
    connection.ask("begin", "begin");
    auto all = read_catalog(connection);
    connection.ask("rollback", "rollback");
    return all;
}

std::vector<std::string> shown(catalog_changes const& changes) {
    std::vector<std::string> out;
    for (auto const& one : changes.all)
        out.push_back(std::string(to_string(one.what)) + " " + one.kind + " " + one.name);
    return out;
}

catalog const& as_deployed() {
    static auto const one = catalog_of(support::fresh_database());
    return one;
}

// Spoils a deployed database, mends it with the SQL the comparison gives, and looks again.
class spoiled : public testing::TestWithParam<std::pair<char const*, char const*>> {};

TEST_P(spoiled, is_found_and_mended_by_the_sql_given) {
    auto const& expected = as_deployed();
    auto const url = support::fresh_database();
    auto const [how, seen] = GetParam();
    sql(url, how);
    auto const found = difference(catalog_of(url), expected);
    EXPECT_THAT(shown(found), Contains(HasSubstr(seen)));
    std::string script;
    for (auto const& one : found.sql) script += one + "\n";
    sql(url, script);
    EXPECT_THAT(shown(difference(catalog_of(url), expected)), testing::IsEmpty()) << script;
}

INSTANTIATE_TEST_SUITE_P(
    catalog, spoiled,
    testing::Values(
        std::pair("alter table public.users drop column full_name",
                  "create column public.users.full_name"),
        std::pair("alter table public.tenants drop column status cascade",
                  "create column public.tenants.status"),
        std::pair("alter table public.users alter column full_name type varchar(100)",
                  "alter column public.users.full_name"),
        std::pair("alter table public.user_sessions alter column expires_at drop not null",
                  "create not null public.user_sessions.expires_at"),
        std::pair("alter table public.users alter column full_name set not null",
                  "drop not null public.users.full_name"),
        std::pair("alter table public.users alter column is_active drop default",
                  "create default public.users.is_active"),
        std::pair("alter table public.users alter column role set default 'owner'",
                  "alter default public.users.role"),
        std::pair("alter table public.tenants alter column id drop identity",
                  "create identity public.tenants.id"),
        std::pair("alter table public.tenants alter column id set generated always",
                  "alter identity public.tenants.id"),
        std::pair("alter sequence public.tenants_id_seq increment 7",
                  "alter sequence public.tenants_id_seq"),
        std::pair("alter table public.users drop constraint users_role_check",
                  "create constraint users_role_check on public.users"),
        std::pair("alter table public.users add constraint mine check (role <> 'x')",
                  "drop constraint mine on public.users"),
        std::pair(
            "alter table public.users drop constraint users_role_check, add constraint users_role_check check (role <> '')",
            "alter constraint users_role_check on public.users"),
        std::pair("alter table public.users drop constraint users_tenant_id_fkey",
                  "create foreign key users_tenant_id_fkey"),
        std::pair("drop index public.users_email_key", "create index public.users_email_key"),
        std::pair("create index mine on public.users (email)", "drop index public.mine"),
        std::pair("drop trigger note_user_changed on public.users",
                  "create trigger note_user_changed on public.users"),
        std::pair("alter table public.users disable trigger note_user_changed",
                  "alter trigger note_user_changed"),
        std::pair(
            "create or replace function agente.touch_updated_at() returns trigger language plpgsql as 'begin return new; end'",
            "alter function agente.touch_updated_at()"),
        std::pair("create function public.mine() returns int language sql as 'select 1'",
                  "drop function public.mine()"),
        std::pair("alter table public.users disable row level security",
                  "alter row level security public.users"),
        std::pair("alter table public.users no force row level security",
                  "alter row level security public.users"),
        std::pair("drop policy tenant_own on public.users",
                  "create policy tenant_own on public.users"),
        std::pair("create policy mine on public.users using (true)",
                  "drop policy mine on public.users"),
        std::pair("alter policy tenant_own on public.users using (true)",
                  "alter policy tenant_own on public.users"),
        std::pair("grant select on public.users to public",
                  "drop grant select on table public.users to public"),
        std::pair("grant select (hashed_password) on public.users to agente_app",
                  "alter grant select on table public.users to agente_app"),
        std::pair("grant select on public.users to agente_app",
                  "alter grant select on table public.users to agente_app"),
        std::pair("revoke insert on public.lock_audit from agente_app",
                  "create grant insert on table public.lock_audit"),
        std::pair("grant execute on function agente.touch_updated_at() to public",
                  "drop grant execute on function agente.touch_updated_at()"),
        std::pair("revoke usage on schema agente from agente_app",
                  "create grant usage on schema agente"),
        std::pair("alter default privileges in schema public grant select on tables to agente_app",
                  "drop default right select on tables"),
        std::pair("drop table agente.revocations cascade", "create table agente.revocations"),
        std::pair("comment on column public.users.role is 'else'",
                  "alter comment column public.users.role"),
        std::pair("alter table agente.inbox owner to agente_system",
                  "alter owner table agente.inbox")));

TEST(catalog, nothing_that_may_hold_rows_is_dropped_by_the_sql) {
    auto const& expected = as_deployed();
    auto const url = support::fresh_database();
    sql(url, "create table public.mine (id serial); alter table public.users add column mine text");
    auto const found = difference(catalog_of(url), expected);
    EXPECT_THAT(shown(found), Contains("drop table public.mine"));
    EXPECT_THAT(shown(found), Contains("drop column public.users.mine"));
    std::string script;
    for (auto const& one : found.sql) script += one + "\n";
    script += "select 1";
    EXPECT_THAT(script, HasSubstr("-- would lose what is in it: drop table public.mine;"));
    sql(url, script);
    EXPECT_EQ(sql(url, "select to_regclass('public.mine')::text"), "mine");
}

TEST(catalog, reading_it_leaves_the_search_path_as_it_was) {
    postgres::command_connection connection(postgres::parse_url(support::fresh_database()).value());
    connection.script("begin", "begin; set local search_path = agente, public");
    read_catalog(connection);
    EXPECT_EQ(connection.ask("look", "select current_setting('search_path')").text(0, 0),
              "agente, public");
}

}  // namespace
}  // namespace agente::operations
