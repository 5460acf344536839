// A live database against what a private PostgreSQL makes of schema.sql.
#include "operations/drift.hpp"

#include <gmock/gmock.h>

#include "operations/deploy.hpp"
#include "support/servers.hpp"

namespace agente::operations {
namespace {

using support::sql;
using testing::HasSubstr;
using testing::IsEmpty;

drift_report drift_at(std::string const& url) {
    postgres::command_connection database(postgres::parse_url(url).value());
    return drift_of(database);
}

std::string names(drift_report const& report) {
    std::string out;
    for (auto const& one : report.changes.all)
        out += std::string(to_string(one.what)) + " " + one.kind + " " + one.name + "\n";
    return out;
}

TEST(drift, a_deployed_database_has_none_and_a_spoiled_one_is_mended_by_the_sql) {
    auto const url = support::fresh_database();
    auto const clean = drift_at(url);
    EXPECT_EQ(names(clean), "");
    EXPECT_EQ(clean.private_major, clean.server_major);
    sql(url,
        "drop index public.users_email_key; alter table public.users disable row level security;"
        "grant select on public.users to public");
    auto const found = drift_at(url);
    EXPECT_EQ(names(found),
              "drop grant select on table public.users to public\n"
              "create index public.users_email_key\nalter row level security public.users\n");
    for (auto const& one : found.changes.sql) sql(url, one);
    EXPECT_EQ(names(drift_at(url)), "");
}

// As on Supabase: another owner, its roles with rights by default, a schema for extensions.
TEST(drift, an_owner_of_another_name_and_what_a_platform_grants_are_no_difference) {
    auto const url = support::fresh_database(false);
    auto const name = url.substr(url.rfind('/') + 1);
    sql(url,
        "do $$ begin create role anon nologin; exception when duplicate_object then null; end $$");
    sql(url,
        "do $$ begin create role service_role nologin bypassrls; exception when duplicate_object then null; end $$");
    sql(url,
        "do $$ begin create role drift_owner login createrole bypassrls password 'drift';"
        " exception when duplicate_object then null; end $$");
    sql(url, "grant agente_app, agente_system, agente_platform to drift_owner");
    sql(url,
        "alter database " + name +
            " owner to drift_owner; create schema extensions authorization drift_owner;"
            "alter default privileges for role drift_owner in schema public grant all on tables to anon, service_role;"
            "alter default privileges for role drift_owner in schema public grant all on sequences to anon, service_role;"
            "alter default privileges for role drift_owner in schema public grant all on functions to anon, service_role");
    auto const owner = support::postgres().url_for("drift_owner", "drift", name);
    deploy(postgres::parse_url(owner).value());
    EXPECT_EQ(names(drift_at(owner)), "");
    sql(url, "grant select on public.users to anon");
    EXPECT_THAT(names(drift_at(owner)),
                HasSubstr("drop grant select on table public.users to anon"));
}

TEST(drift, a_database_without_our_schema_is_told_to_deploy) {
    EXPECT_THROW(drift_at(support::fresh_database(false)), failure);
}

}  // namespace
}  // namespace agente::operations
