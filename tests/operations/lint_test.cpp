// Faults planted one at a time in a database like a Supabase project's, with our schema in it: each
// is found, and nothing else.
#include "operations/lint.hpp"

#include <gmock/gmock.h>

#include <set>

#include "operations/schema_files.hpp"
#include "support/servers.hpp"

namespace agente::operations {
namespace {

using support::sql;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAreArray;

// As Supabase made them for years: every new table, sequence and function in public is the data
// API's. The deploying role is no superuser.
std::string const& project_template() {
    static std::string const made = [] {
        auto& server = support::postgres();
        std::string const name = "lint_template";
        auto const root = server.url("postgres");
        sql(root,
            "create role anon nologin; create role authenticated nologin; create role authenticator nologin");
        for (auto role : {"agente_app", "agente_system", "agente_platform"})
            sql(root, std::string("create role ") + role);
        sql(root,
            "create role operator login password 'pw' createrole bypassrls;"
            "grant agente_app, agente_system, agente_platform to operator");
        sql(root, "create database " + name + " owner operator");
        sql(server.url(name),
            "create schema extensions; create schema auth; create extension citext schema extensions version '1.5';"
            "alter extension citext update;"
            "create table auth.users (id uuid primary key, email text unique);"
            "create function auth.uid() returns uuid language sql stable as 'select null::uuid';"
            "create function auth.jwt() returns jsonb language sql stable as 'select null::jsonb';"
            "grant all on schema public, extensions to operator; grant usage on schema public to anon, authenticated;"
            "grant usage on schema auth to operator; grant select, references on auth.users to operator");
        sql(server.url_for("operator", "pw", name),
            "alter default privileges in schema public grant all on tables to anon, authenticated;"
            "alter default privileges in schema public grant all on sequences to anon, authenticated;"
            "alter default privileges in schema public grant all on functions to anon, authenticated");
        sql(server.url_for("operator", "pw", name), embedded_schema().schema.text);
        return name;
    }();
    return made;
}

// A new project for one test; the operator's URL.
class project {
public:
    project() {
        static int count = 0;
        auto const& from = project_template();
        name_ = "lint_" + std::to_string(++count);
        sql(root(), "create database " + name_ + " template " + from + " owner operator");
    }
    ~project() { sql(root(), "drop database " + name_ + " with (force)"); }

    std::string url() const { return support::postgres().url_for("operator", "pw", name_); }
    std::string as_superuser() const { return support::postgres().url(name_); }

    findings lint(std::vector<std::string> schemas = {"public", "agente"}) const {
        postgres::command_connection connection(postgres::parse_url(url()).value());
        return operations::lint(connection, {.schemas = std::move(schemas)});
    }

private:
    static std::string root() { return support::postgres().url("postgres"); }
    std::string name_;
};

findings faults(findings all) {
    std::erase_if(all, [](finding const& one) { return one.check == "lint.looked"; });
    return all;
}
std::vector<std::string> checks(findings const& all) {
    std::vector<std::string> names;
    for (auto const& one : all) names.push_back(one.check.substr(5));
    return names;
}

void expect_nothing(findings const& all) {
    for (auto const& one : faults(all)) ADD_FAILURE() << one.check << ": " << one.what;
}

TEST(lint, our_own_schema_is_clean_in_a_project_with_supabases_default_grants) {
    project const here;
    expect_nothing(here.lint());
    auto const all = here.lint();
    EXPECT_THAT(all.front().what, HasSubstr("14 tables and 4 functions in public, agente"));
}

// A table as it should be, in schema public; the rows below spoil it.
constexpr auto sound = R"sql(
    create table public.t (id bigint primary key, a text, b text, owner_id uuid);
    revoke all on public.t from anon, authenticated;
    alter table public.t enable row level security; alter table public.t force row level security;
    create policy mine on public.t to agente_app using (id = 1);
    insert into public.t select i, 'x', 'y', null from generate_series(1, 10) i;
    analyze public.t;
)sql";

TEST(lint, a_sound_table_beside_ours_is_clean_too) {
    project const here;
    sql(here.url(), sound);
    expect_nothing(here.lint());
}

struct planted {
    char const* name;
    char const* statements;  // after `sound`
    std::vector<std::string> found;
    char const* says;       // a part of the first one's sentence
    char const* cure{""};   // a part of its cure
    bool superuser{false};  // who plants it
};

void PrintTo(planted const& row, std::ostream* to) { *to << row.name; }

class planted_faults : public testing::TestWithParam<planted> {};

TEST_P(planted_faults, are_found_and_nothing_else) {
    project const here;
    sql(here.url(), sound);
    sql(GetParam().superuser ? here.as_superuser() : here.url(), GetParam().statements);

    auto const found = faults(here.lint());
    EXPECT_THAT(checks(found), UnorderedElementsAreArray(GetParam().found));
    auto const first =
        std::ranges::find(found, "lint." + GetParam().found.front(), &finding::check);
    ASSERT_NE(first, found.end());
    EXPECT_THAT(first->what, HasSubstr(GetParam().says));
    EXPECT_THAT(first->cure, HasSubstr(GetParam().cure));
    EXPECT_NE(first->cure, "");
    for (auto const& one : found) EXPECT_THAT(one.what + one.cure, testing::Not(HasSubstr("{")));
}

planted const all_planted[] = {
    // ------------------------------------------------------------------------------------- access
    {"auth_users_in_a_view",
     "create view public.people with (security_invoker) as select email from auth.users; "
     "revoke all on public.people from anon, authenticated; grant select (email) on public.people to anon;"
     "revoke select (email) on public.people from anon; grant select on public.people to anon",
     {"auth_users_exposed", "exposed_table"},
     "View public.people shows auth.users to anon (advisor 0002)",
     "revoke all on public.people from anon"},
    {"definer_view",
     "create view public.v as select id from public.t; revoke all on public.v from anon, authenticated;"
     "grant select (id) on public.v to authenticated",
     {"definer_view", "exposed_column"},
     "View public.v, open to authenticated, reads with its owner's rights",
     "security_invoker"},
    {"matview",
     "create materialized view public.v as select id from public.t; revoke all on public.v from anon, authenticated;"
     "grant select (id) on public.v to anon",
     {"matview_in_api", "exposed_column"},
     "Materialized view public.v is open to anon"},
    {"foreign_table",
     "create extension file_fdw schema extensions; create server files foreign data wrapper file_fdw;"
     "create foreign table public.f (a text) server files options (filename '/dev/null');"
     "revoke all on public.f from anon, authenticated; grant select (a) on public.f to anon",
     {"foreign_table_in_api", "exposed_column"},
     "and row level security cannot hold on it (advisor 0017)",
     "revoke all",
     true},
    {"sensitive_column",
     "alter table public.t add column \"Recovery-Code\" text; grant select (\"Recovery-Code\") on public.t to anon",
     {"sensitive_column", "exposed_column"},
     "public.t shows columns that look like secrets or private data to anon: \"Recovery-Code\" (advisor 0023)"},
    {"our_secrets",
     "grant select on public.users, public.user_sessions to authenticated",
     {"sensitive_column", "sensitive_column", "exposed_table", "exposed_table"},
     "advisor 0023"},
    {"open_table",
     "grant select, delete on public.t to anon",
     {"exposed_table"},
     "public.t is open to anon through the data API: delete, select",
     "revoke all on public.t from anon, public"},
    {"truncate_goes_past_policies",
     "grant truncate on public.t to authenticated",
     {"exposed_table"},
     "open to authenticated through the data API: truncate."},
    {"open_column",
     "grant update (a), select (b) on public.t to anon",
     {"exposed_column"},
     "Single columns of public.t are open to anon through the data API: a, b",
     "revoke select (a, b)"},
    {"open_sequence",
     "create sequence public.s; grant usage on public.s to anon",
     {"exposed_sequence"},
     "Sequence public.s is open to anon",
     "revoke all on sequence public.s"},
    {"definer_function",
     "create function public.f(a int) returns int language sql security definer set search_path = '' as 'select 1';"
     "revoke execute on function public.f from public; grant execute on function public.f to anon, authenticated",
     {"definer_function_anon", "definer_function_user"},
     "Function public.f(a integer) runs with its owner's rights",
     "revoke execute on function public.f(a integer) from anon"},
    {"definer_function_for_users",
     "create function public.f() returns int language sql security definer set search_path = '' as 'select 1';"
     "revoke execute on function public.f from public; grant execute on function public.f to authenticated",
     {"definer_function_user"},
     "(advisor 0029)"},
    {"open_function",
     "create function public.f() returns int language sql set search_path = '' as 'select 1'",
     {"exposed_function"},
     "Function public.f() may be called by anon, authenticated"},
    {"rights_on_tables_to_come",
     "alter default privileges in schema public grant select on tables to anon",
     {"default_rights"},
     "New tables in schema public will be open to anon by default",
     "alter default privileges in schema public revoke all on tables from anon"},
    {"rights_on_functions_to_come",
     "alter default privileges in schema agente grant execute on functions to authenticated",
     {"default_rights"},
     "New functions in schema agente"},
    {"rights_on_sequences_everywhere",
     "alter default privileges grant usage on sequences to anon",
     {"default_rights_all"},
     "New sequences of role operator in any schema will be open to anon by default",
     "alter default privileges for role operator revoke all on sequences from anon"},
    {"open_schema",
     "grant usage on schema agente to anon",
     {"open_schema"},
     "Schema agente is open to anon: usage",
     "revoke usage on schema agente from anon"},
    {"anybody_creates",
     "grant create on schema public to public",
     {"open_schema"},
     "Schema public is open to anon, authenticated: create",
     "",
     true},
    {"rights_for_everybody",
     "grant references (a) on public.t to public",
     {"public_rights", "exposed_column"},
     "Every role of the server may use public.t (granted to PUBLIC): references",
     "revoke all on public.t from public"},
    {"published",
     "create publication supabase_realtime for table public.t",
     {"publication"},
     "Changes to public.t leave the database through publication supabase_realtime",
     "drop table public.t"},

    // ----------------------------------------------------------------------------------- policies
    {"user_asked_for_every_row",
     "create policy slow on public.t for select to agente_system using (owner_id = auth.uid())",
     {"rls_init_plan"},
     "Policy slow of public.t calls auth.uid() anew for every row (advisor 0003)",
     "(select auth.uid())"},
    {"setting_asked_for_every_row",
     "create policy slow on public.t for insert to agente_system with check (a = current_setting('agente.tenant', true)"
     " and b = (select upper(current_setting('agente.b', true))))",
     {"rls_init_plan"},
     "calls current_setting() anew"},
    {"several_policies",
     "create policy more on public.t for select to agente_app using (id = 2)",
     {"multiple_policies"},
     "select: mine, more (roles: agente_app)"},
    {"policy_without_rls",
     "alter table public.t disable row level security",
     {"policy_without_rls", "rls_disabled"},
     "public.t has policies (mine), but row level security is off",
     "alter table public.t enable row level security"},
    {"rls_without_policy",
     "drop policy mine on public.t",
     {"rls_without_policy"},
     "(advisor 0008)"},
    {"rls_off_in_public",
     "drop policy mine on public.t; alter table public.t disable row level security",
     {"rls_disabled"},
     "(advisor 0013)",
     "enable row level security"},
    {"rls_off_elsewhere",
     "create table agente.n (id int primary key)",
     {"rls_off"},
     "agente.n has no row level security"},
    {"rls_not_forced",
     "alter table public.t no force row level security",
     {"rls_not_forced"},
     "does not hold for its owner"},
    {"users_word_taken",
     "create policy meta on public.t for select to agente_system using (b = (select auth.jwt() -> 'user_metadata' ->> 'b'))",
     {"user_metadata"},
     "Policy meta of public.t decides by user_metadata"},
    {"always_true",
     "create policy yes on public.t for update to authenticated using (true)",
     {"always_true"},
     "Policy yes of public.t lets anybody update every row",
     "drop policy yes on public.t"},
    {"true_for_nobody",
     "create policy odd on public.t for select to authenticated using ((select auth.uid()) is null or id = 3)",
     {"true_without_user"},
     "Policy odd of public.t is true for whoever is nobody"},

    // ------------------------------------------------------------------------------------- tables
    {"unindexed_key",
     "alter table public.t add column x text, add column y int; alter table public.t add unique (a, id), "
     "add foreign key (x, y) references public.t (a, id) not valid; alter table public.t validate constraint t_x_y_fkey;"
     "create index on public.t (id, x, y)",
     {"unindexed_fkey"},
     "Foreign key t_x_y_fkey of public.t",
     "create index concurrently on public.t (x, y)",
     true},
    {"no_key",
     "alter table public.t drop constraint t_pkey",
     {"no_primary_key"},
     "public.t has no primary key"},
    {"unused_index",
     "create index never on public.t (b); insert into public.t select i from generate_series(100, 2000) i; analyze public.t",
     {"unused_index"},
     "Index public.never on public.t",
     "drop index concurrently public.never"},
    {"twin_of_a_constraint",
     "update public.t set b = id; alter table public.t add unique (a, b); create index twin on public.t (a, b);"
     "create index other on public.t (a, b) where a > 'm'; create index turned on public.t (a, b desc)",
     {"duplicate_index"},
     "Index public.twin on public.t says the same as public.t_a_b_key",
     "drop index concurrently public.twin"},
    {"three_of_a_kind",
     "create index i1 on public.t (lower(a)); create index i2 on public.t (lower(a)); create index i3 on public.t (lower(a))",
     {"duplicate_index", "duplicate_index"},
     "says the same as public.i1"},
    {"search_path",
     "create function agente.f() returns int language sql as 'select 1'; revoke execute on function agente.f from public",
     {"mutable_search_path"},
     "Function agente.f() finds names by its caller's search_path"},
    {"extension_in_public",
     "create extension hstore schema public",
     {"extension_in_public"},
     "Extension hstore lives in public",
     "alter extension hstore set schema extensions",
     true},
    {"reg_type",
     "alter table public.t add column c regproc",
     {"reg_type"},
     "Column c of public.t has type regproc"},
    {"bloat",
     "insert into public.t select i, repeat(md5(i::text), 20) from generate_series(100, 60100) i; delete from public.t where id % 10 > 0;"
     "analyze public.t",
     {"table_bloat"},
     "public.t takes",
     "vacuum full public.t"},
    {"key_to_auth",
     "alter table public.t add constraint to_auth foreign key (a) references auth.users (email) not valid; update public.t set a = null;"
     "alter table public.t validate constraint to_auth; create index on public.t (a)",
     {"fkey_to_auth"},
     "Foreign key to_auth of public.t holds on to a unique constraint of auth.users"},
    {"old_extension",
     "create extension hstore schema extensions version '1.7'",
     {"old_extension"},
     "Extension hstore is at version 1.7; the server has 1.8",
     "alter extension hstore update",
     true},
    {"broken_index",
     "create index half on public.t (b); update pg_index set indisvalid = false where indexrelid = 'public.half'::regclass",
     {"invalid_index"},
     "Index public.half on public.t was not built to its end",
     "reindex index concurrently public.half",
     true},
    {"unchecked",
     "alter table public.t add constraint later check (id > 3) not valid",
     {"not_validated"},
     "Constraint later of public.t",
     "alter table public.t validate constraint later"},
    {"trigger_off",
     "alter table public.users disable trigger note_user_changed",
     {"disabled_trigger"},
     "Trigger note_user_changed of public.users is switched off",
     "enable trigger note_user_changed"},
    {"autovacuum_off",
     "alter table public.t set (autovacuum_enabled = false)",
     {"autovacuum_off"},
     "public.t is never vacuumed"},
    {"numbers_run_out",
     "select setval(pg_get_serial_sequence('public.tenants', 'id'), 2000000000)",
     {"numbers_run_out"},
     "Sequence public.tenants_id_seq has given out 2000000000 of 2147483647 numbers (93 %)"},
    {"alembic",
     "create table public.alembic_version (version_num varchar(32) primary key); alter table public.alembic_version enable row level security;"
     "alter table public.alembic_version force row level security; create policy none on public.alembic_version using (false)",
     {"leftover_table"},
     "public.alembic_version is bookkeeping of an earlier installation"},
    {"old_trigger",
     "create function public.update_updated_at_column() returns trigger language plpgsql as 'begin return new; end';"
     "create trigger old before update on public.t for each row execute function public.update_updated_at_column()",
     {"leftover_function"},
     "used by: old on public.t",
     "drop function public.update_updated_at_column()"},
};

INSTANTIATE_TEST_SUITE_P(lint, planted_faults, testing::ValuesIn(all_planted),
                         [](auto const& row) { return std::string(row.param.name); });

TEST(lint, every_rule_has_a_planted_fault) {
    std::set<std::string> planted{"outsider_is_service"};  // a test of its own, below
    for (auto const& row : all_planted) planted.insert(row.found.begin(), row.found.end());
    for (auto const& rule : lint_rules()) EXPECT_THAT(planted, Contains(std::string(rule.id)));
    EXPECT_EQ(planted.size(), lint_rules().size());
}

// https://supabase.github.io/splinter; the last two numbers are not published yet.
TEST(lint, every_number_of_the_advisor_is_covered_but_for_what_is_not_in_the_schemas) {
    std::set<std::string> numbers{"0012",   // anonymous sign-ins: a setting of Supabase Auth
                                  "0019",   // pgmq's queues
                                  "0025",   // public storage buckets
                                  "0031"};  // replication slots: db report shows them
    for (auto const& rule : lint_rules())
        for (std::string_view rest = rule.advisor; rest.size() >= 4;
             rest.remove_prefix(std::min<std::size_t>(5, rest.size())))
            EXPECT_TRUE(numbers.insert(std::string(rest.substr(0, 4))).second) << rule.id;
    for (int n = 1; n <= 31; ++n)
        EXPECT_THAT(numbers, Contains((n < 10 ? "000" : "00") + std::to_string(n)));
}

TEST(lint, a_role_of_the_data_api_that_may_act_as_ours_is_a_fault) {
    project const here;
    sql(here.as_superuser(), "grant agente_system to authenticator");
    auto const found = faults(here.lint());
    sql(here.as_superuser(), "revoke agente_system from authenticator");
    ASSERT_THAT(checks(found), testing::ElementsAre("outsider_is_service"));
    EXPECT_EQ(found[0].what, "Role authenticator of the data API may act as agente_system");
    EXPECT_EQ(found[0].cure, "revoke agente_system from authenticator");
}

TEST(lint, looks_at_the_schemas_it_is_told_and_names_those_that_are_not_there) {
    project const here;
    sql(here.url(),
        "create schema \"Odd, one\"; create table \"Odd, one\".\"T\" (a int); create table public.u (a int)");
    auto const found = faults(here.lint({"Odd, one", "nowhere"}));
    EXPECT_THAT(checks(found),
                testing::UnorderedElementsAre("no_schema", "no_primary_key", "rls_off"));
    for (auto const& one : found)
        EXPECT_THAT(one.what,
                    testing::AnyOf(HasSubstr("\"Odd, one\".\"T\""), HasSubstr("nowhere")));
}

TEST(lint, an_empty_database_is_told_to_be_deployed_and_nothing_is_changed_by_looking) {
    project_template();
    auto const url = support::fresh_database(false);
    postgres::command_connection connection(postgres::parse_url(url).value());
    auto const found = faults(lint(connection));
    ASSERT_THAT(checks(found), Contains("no_schema"));
    EXPECT_THAT(found[0].cure, HasSubstr("db deploy"));
    EXPECT_EQ(connection.ask("t", "show transaction_read_only").text(0, 0), "off")
        << "no transaction was left open";
}

TEST(lint, a_role_without_any_right_can_look) {
    project const here;
    sql(here.as_superuser(), "create role visitor login password 'pw'");
    sql(here.url(), sound);
    sql(here.url(), "alter table public.t no force row level security");
    auto const visitor = here.as_superuser().substr(here.as_superuser().rfind('/') + 1);
    postgres::command_connection connection(
        postgres::parse_url(support::postgres().url_for("visitor", "pw", visitor)).value());
    EXPECT_THAT(checks(faults(lint(connection))), testing::ElementsAre("rls_not_forced"));
}

}  // namespace
}  // namespace agente::operations
