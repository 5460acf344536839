// A database of an earlier installation becomes ours: the same catalogue as a fresh one, every row.
#include <gmock/gmock.h>

#include "operations/adopt_names.hpp"
#include "operations/deploy.hpp"
#include "operations/earlier_installation.hpp"
#include "operations/sql_script.hpp"
#include "support/servers.hpp"
#include "tenancy/identifiers.hpp"

namespace agente::operations {
namespace {

using support::sql;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

adoption_choices const every_choice{.dangling = dangling_tenant::unassign,
                                    .identifier = kept_twin::oldest,
                                    .user = kept_twin::oldest,
                                    .rename_slugs = true,
                                    .mend_values = true,
                                    .drop_orphans = true,
                                    .drop_extra_columns = true};

deploy_report deploy_to(std::string const& url, adoption_choices choices = {},
                        bool dry_run = false) {
    return deploy(postgres::parse_url(url).value(), embedded_schema(),
                  {.dry_run = dry_run,
                   .compare = dry_run,
                   .most_wait = std::chrono::milliseconds(2000),
                   .adopt = {.choices = std::move(choices),
                             .normalise = tenancy::normalise_identifier,
                             .staff_role = "agent"}});
}

std::string earlier(std::string const& rows = ordinary_rows + awkward_rows) {
    auto const url = support::fresh_database(false);
    sql(url, earlier_tables);
    sql(url, rows);
    return url;
}

catalog catalog_of(std::string const& url) {
    postgres::command_connection connection(postgres::parse_url(url).value());
    connection.ask("begin", "begin");
    auto all = read_catalog(connection);
    connection.ask("rollback", "rollback");
    return all;
}

std::string shown(catalog_changes const& changes) {
    std::string out;
    for (auto const& one : changes.all)
        out += std::string(to_string(one.what)) + " " + one.kind + " " + one.name + ": " +
               one.before + " -> " + one.after + "\n";
    return out;
}

// Every row of the six tables, as text.
std::string content(std::string const& url) {
    std::string all;
    for (auto const* table : {"users", "user_sessions", "password_history", "tenants",
                              "tenant_user_identifiers", "lock_audit"})
        all +=
            sql(url, std::string("select string_agg(t::text, '|' order by t::text) from public.") +
                         table + " t");
    return all;
}

std::vector<std::string> checks(deploy_report const& report) {
    std::vector<std::string> all;
    for (auto const& one : report.adopted.obstacles) all.push_back(one.check + ": " + one.what);
    return all;
}

TEST(adoption, the_catalogue_is_that_of_a_fresh_database) {
    auto const url = earlier();
    auto const report = deploy_to(url, every_choice);
    ASSERT_THAT(checks(report), IsEmpty());
    auto const fresh = support::fresh_database();
    EXPECT_EQ(shown(difference(catalog_of(url), catalog_of(fresh))), "");
    auto const order =
        "select string_agg(attrelid::regclass || '.' || attname, ' ' order by attrelid::regclass::text, attnum)"
        " from pg_attribute where attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace"
        " and relkind = 'r') and attnum > 0";
    EXPECT_EQ(sql(url, order), sql(fresh, order));
    EXPECT_EQ(
        sql(url, "select count(*) from pg_attribute where attisdropped and attrelid > 16384"),
        sql(fresh, "select count(*) from pg_attribute where attisdropped and attrelid > 16384"));
    EXPECT_FALSE(deploy_to(url).changed()) << "a second time there is nothing to do";
}

TEST(adoption, rows_that_fit_need_no_choice_and_arrive_as_they_were) {
    auto const url = earlier(ordinary_rows);
    auto const report = deploy_to(url);
    ASSERT_THAT(checks(report), IsEmpty());
    EXPECT_THAT(report.adopted.decided, IsEmpty());
    auto const row = [&](std::string const& of) {
        return sql(url, "set time zone 'UTC'; select " + of);
    };
    EXPECT_EQ(
        row("row(t.*)::text from public.tenants t where id = 1"),
        "(1,hotel-sol,\"Hotel Sol\",active,8,22,America/Argentina/Buenos_Aires,{},\"2024-03-01 12:00:00.123456+00\","
        "\"2024-05-01 00:00:00+00\")");
    EXPECT_EQ(
        row("row(u.*)::text from public.users u where username = 'ana'"),
        "(8c0b3f0e-0000-4000-8000-000000000001,ana,Ana@sol.example,$2b$12$abcdefghijklmnopqrstuv,\"Ana Ñandú\",t,f,hotel-sol,"
        "\"2024-03-02 01:02:03+00\",f,\"2024-03-02 01:02:03+00\",\"2024-03-03 01:02:03+00\",agent)");
    EXPECT_EQ(
        row("string_agg(username || coalesce(tenant_id, ' none'), ',' order by id) from public.users"),
        "anahotel-sol,root none,nobody none");
    EXPECT_EQ(
        row("string_agg(concat_ws('|', id, user_id is not null, token_jti, expires_at, is_revoked, user_agent, ip_address), ';' order by id)"
            " from public.user_sessions"),
        "s1|t|jti-1|2024-03-09 01:02:03+00|t|Firefox \"es\"|2001:db8::1;s2|t|jti-2|infinity|f");
    EXPECT_EQ(
        row("string_agg(concat(id, tenant_id, identifier), ' ' order by id) from public.tenant_user_identifiers"),
        "11+5491155550001 21+5491155550002 32guest@example.com 42+5491155550003 52US.1349-abc");
    EXPECT_EQ(
        row("string_agg(concat_ws('|', id, tenant_id, lock_key, event_type, details, created_at), ';' order by id) from public.lock_audit"),
        "1|lock:hotel-sol:1|acquired|{\"room\": 1}|2024-03-02 23:30:00+00;2|lock:hotel-sol:1|released|{}|2024-03-02 23:31:00+00");
    EXPECT_EQ(row("password_hash || created_at from public.password_history"),
              "$2b$12$older2024-02-02 01:02:03+00");
    EXPECT_EQ(
        sql(url,
            "insert into public.lock_audit (lock_key, event_type) values ('k', 'e') returning id"),
        "43");
    EXPECT_EQ(
        sql(url, "insert into public.tenants (tenant_id, name) values ('new', 'New') returning id"),
        "3");
}

TEST(adoption, of_an_earlier_installation_nothing_is_left_but_a_note) {
    auto const url = earlier(ordinary_rows);
    deploy_to(url);
    EXPECT_EQ(sql(url,
                  "select string_agg(relname, ' ' order by relname) from pg_class"
                  " where relnamespace = 'public'::regnamespace and relkind = 'r'"),
              "lock_audit password_history tenant_user_identifiers tenants user_sessions users");
    EXPECT_EQ(sql(url, "select count(*) from pg_proc where pronamespace = 'public'::regnamespace"),
              "0");
    EXPECT_EQ(sql(url, "select to_regnamespace('agente_adoption')::text"), "");
    EXPECT_EQ(
        sql(url,
            "select details #>> '{alembic_versions,0}' || ' ' || (details #>> '{rows,users,carried}')"
            " from agente.security_events where event_type = 'database.adopted'"),
        "0007_lock_audit 3");
}

TEST(adoption, what_cannot_be_carried_is_listed_and_nothing_changes) {
    auto const url = earlier();
    auto const before = content(url);
    auto const catalogue = catalog_of(url);
    auto const report = deploy_to(url);
    EXPECT_TRUE(report.refused());
    EXPECT_FALSE(report.changed());
    auto const listed = checks(report);
    for (
        auto const* one :
        {"adopt.slug: tenants 3: slug \"Hotel España\"", "it would become \"hotel-espana\"",
         "adopt.dangling_tenant: users u-old (Old): there is no hotel \"gone-hotel\"",
         "adopt.value: tenants 4: name must have 1 to 255 characters",
         "adopt.value: tenants 4: status must be active, inactive or suspended, it is \"closed\"",
         "adopt.value: tenants 4: business_hours_start must be 0 to 23, it is \"-1\"",
         "adopt.value: tenants 4: business_hours_end must be 0 to 24, it is \"31\"",
         "adopt.value: tenants 4: business_hours_timezone",
         "adopt.value: users u-mail: email is no e-mail address",
         "adopt.value: user_sessions s3: token_jti must have 1 to 255 characters",
         "adopt.value: tenant_user_identifiers 8: identifier is empty",
         "adopt.value: lock_audit 43: lock_key", "adopt.value: lock_audit 43: event_type",
         "adopt.identifier_collision: tenant_user_identifiers 1: \"+54 9 11 5555-0001\" of hotel \"hotel-sol\"",
         "adopt.identifier_collision: tenant_user_identifiers 6: \"5491155550001\" of hotel \"Gran_Hotel\"",
         "adopt.identifier_collision: tenant_user_identifiers 3: \"Guest@Example.COM\" of hotel \"Gran_Hotel\"",
         "adopt.user_collision: users u-new: username \"ANA\"", "it would become \"ANA-2\"",
         "adopt.user_collision: users u-new: email \"ana@SOL.example\""})
        EXPECT_THAT(listed, Contains(HasSubstr(one)));
    for (auto const& one : report.adopted.obstacles) EXPECT_NE(one.cure, "") << one.what;
    EXPECT_EQ(content(url), before);
    EXPECT_EQ(shown(difference(catalogue, catalog_of(url))), "");
}

TEST(adoption, one_choice_missing_is_enough_to_refuse) {
    auto const url = earlier();
    auto const before = content(url);
    using change = void (*)(adoption_choices&);
    for (auto const without : {change([](adoption_choices& c) { c.dangling.reset(); }),
                               change([](adoption_choices& c) { c.identifier.reset(); }),
                               change([](adoption_choices& c) { c.user.reset(); }),
                               change([](adoption_choices& c) { c.rename_slugs = false; }),
                               change([](adoption_choices& c) { c.mend_values = false; })}) {
        auto choices = every_choice;
        without(choices);
        EXPECT_TRUE(deploy_to(url, choices).refused());
        EXPECT_EQ(content(url), before);
    }
}

TEST(adoption, the_choices_are_carried_out_and_noted) {
    auto const url = earlier();
    auto const report = deploy_to(url, every_choice);
    EXPECT_EQ(
        sql(url,
            "select string_agg(concat_ws('|', id, tenant_id, name, status, business_hours_start, business_hours_end,"
            " business_hours_timezone), ';' order by id) from public.tenants where id > 2"),
        "3|hotel-espana|Hotel España|active|8|20|Europe/Madrid;4|closed-inn|closed-inn|inactive");
    EXPECT_EQ(
        sql(url,
            "select string_agg(concat_ws('|', id, username, email, tenant_id), ';' order by id) from public.users"
            " where id like 'u-%' or username = 'ana'"),
        "8c0b3f0e-0000-4000-8000-000000000001|ana|Ana@sol.example|hotel-sol;"
        "u-mail|mail|user-u-mail@adopted.invalid;u-new|ANA-2|ana+2@SOL.example|hotel-espana;u-old|Old|old@x.example");
    EXPECT_EQ(
        sql(url,
            "select string_agg(id || ' ' || identifier, ';' order by id) from public.tenant_user_identifiers where id in (1, 3) or id > 5"),
        "1 +5491155550001;3 guest@example.com;8 unknown-8");
    EXPECT_EQ(
        sql(url, "select lock_key || event_type || details from public.lock_audit where id = 43"),
        "unknownunknown[1, null]");
    for (auto const& one : report.adopted.tables) {
        EXPECT_EQ(one.carried, one.before - one.removed + one.added) << one.name;
        EXPECT_EQ(one.removed, one.name == "tenant_user_identifiers" ? 2 : 0) << one.name;
    }
    EXPECT_THAT(
        sql(url,
            "select details ->> 'decided' from agente.security_events where event_type = 'database.adopted'"),
        testing::AllOf(HasSubstr("5491155550001"), HasSubstr("guest@example.com"),
                       HasSubstr("gone-hotel")));
}

TEST(adoption, the_other_choices_do_the_other_thing) {
    auto const url = earlier();
    auto choices = every_choice;
    choices.dangling = dangling_tenant::create;
    choices.identifier = kept_twin::newest;
    choices.user = kept_twin::newest;
    deploy_to(url, choices);
    EXPECT_EQ(
        sql(url,
            "select t.status || t.name from public.tenants t join public.users u using (tenant_id) where u.id = 'u-old'"),
        "inactivegone-hotel");
    EXPECT_EQ(
        sql(url,
            "select string_agg(id || ' ' || identifier, ';' order by id) from public.tenant_user_identifiers where id in (1, 3, 6, 7)"),
        "6 +5491155550001;7 guest@example.com");
    EXPECT_EQ(
        sql(url,
            "select string_agg(username || ' ' || email, ';' order by id) from public.users where lower(username) like 'ana%'"),
        "ana-2 Ana+2@sol.example;ANA ana@SOL.example");
}

TEST(adoption, a_dry_run_shows_all_of_it_and_leaves_the_database_alone) {
    auto const url = earlier();
    auto const before = content(url);
    auto const report = deploy_to(url, every_choice, true);
    auto const changes = shown(report.changes);
    EXPECT_THAT(changes, HasSubstr("create table agente.inbox"));
    EXPECT_THAT(changes, HasSubstr("alter column public.users.id: character varying(255) -> text"));
    EXPECT_THAT(
        changes,
        HasSubstr(
            "alter column public.users.created_at: timestamp without time zone -> timestamp with time zone"));
    EXPECT_THAT(changes, HasSubstr("drop index public.idx_users_email"));
    EXPECT_THAT(changes, HasSubstr("drop table public.alembic_version"));
    EXPECT_EQ(content(url), before);
    EXPECT_EQ(sql(url, "select to_regnamespace('agente')::text"), "");
    EXPECT_FALSE(deploy_to(url, every_choice).refused());
}

TEST(adoption, rights_of_the_data_api_are_taken_back) {
    auto const url = earlier(ordinary_rows);
    sql(url,
        "do $$ begin create role anon nologin; exception when duplicate_object then null; end $$");
    sql(url,
        "grant all on all tables in schema public to anon; grant all on all sequences in schema public to anon;"
        "alter default privileges in schema public grant all on tables to anon;"
        "alter default privileges in schema public grant all on sequences to anon");
    deploy_to(url);
    EXPECT_EQ(
        sql(url,
            "select count(*) from pg_class, aclexplode(relacl) a where a.grantee = 'anon'::regrole"),
        "0");
    EXPECT_EQ(sql(url,
                  "select bool_and(relrowsecurity and relforcerowsecurity) from pg_class"
                  " where relnamespace = 'public'::regnamespace and relkind = 'r'"),
              "t");
}

TEST(adoption, what_others_built_on_the_tables_is_named) {
    auto const url = earlier(ordinary_rows);
    sql(url,
        "create view public.people as select username from public.users;"
        "create table public.notes (id int, tenant_id varchar(255) references public.tenants (tenant_id))");
    auto const report = deploy_to(url, every_choice);
    EXPECT_THAT(checks(report), Contains(HasSubstr("on view people depends")));
    EXPECT_THAT(checks(report), Contains(HasSubstr("notes_tenant_id_fkey")));
    sql(url, "drop view public.people; drop table public.notes");
    EXPECT_FALSE(deploy_to(url).refused());
}

TEST(adoption, columns_of_ones_own_need_a_choice) {
    auto const url = earlier(ordinary_rows);
    sql(url, "alter table public.users add column nickname text default 'x'");
    EXPECT_THAT(checks(deploy_to(url)),
                testing::ElementsAre(HasSubstr("users has a column nickname (text)")));
    EXPECT_FALSE(deploy_to(url, {.drop_extra_columns = true}).refused());
}

TEST(adoption, orphans_of_a_database_without_foreign_keys_need_a_choice) {
    auto const url = earlier(ordinary_rows);
    sql(url,
        "alter table public.user_sessions drop constraint user_sessions_user_id_fkey;"
        "insert into public.user_sessions (id, user_id, token_jti, expires_at) values ('lost', 'who', 'j', now())");
    EXPECT_THAT(checks(deploy_to(url)),
                testing::ElementsAre(HasSubstr("user_sessions lost: there is no user who")));
    EXPECT_FALSE(deploy_to(url, {.drop_orphans = true}).refused());
    EXPECT_EQ(sql(url, "select count(*) from public.user_sessions"), "2");
}

TEST(adoption, newer_lock_audits_keep_their_hotel_and_it_follows_a_renamed_slug) {
    auto const url = earlier();
    sql(url,
        "alter table public.lock_audit add column tenant_id varchar(255);"
        "update public.lock_audit set tenant_id = 'Hotel España' where id = 1");
    deploy_to(url, every_choice);
    EXPECT_EQ(sql(url, "select tenant_id from public.lock_audit where id = 1"), "hotel-espana");
}

TEST(adoption, half_a_schema_pasted_over_the_old_tables_is_told_and_can_be_taken_away) {
    auto const url = earlier(ordinary_rows);
    postgres::command_connection editor(postgres::parse_url(url).value());
    int failed = 0;
    auto const script = split_script(embedded_schema().schema.text).value();
    for (auto const& one : script) {
        try {
            editor.ask("pasted", std::string(one.sql));
        } catch (postgres::error const&) {
            ++failed;
        }
    }
    ASSERT_GT(failed, 0);
    try {
        deploy_to(url);
        FAIL() << "it was taken for ours";
    } catch (failure const& e) {
        EXPECT_EQ(e.reason().code(), "deploy.half_a_schema");
    }
    sql(url, "drop schema agente cascade");
    EXPECT_THAT(checks(deploy_to(url)), IsEmpty());
    EXPECT_EQ(shown(difference(catalog_of(url), catalog_of(support::fresh_database()))), "");
    EXPECT_EQ(sql(url, "select count(*) from public.users"), "3");
}

TEST(adoption, tables_of_another_program_are_refused) {
    auto const url = support::fresh_database(false);
    sql(url, "create table public.users (id serial primary key, login text)");
    try {
        deploy_to(url, every_choice);
        FAIL() << "it was taken for ours";
    } catch (failure const& e) {
        EXPECT_EQ(e.reason().code(), "adopt.not_ours");
        EXPECT_THAT(e.what(), HasSubstr("users.username"));
    }
    EXPECT_EQ(sql(url, "select to_regnamespace('agente')::text"), "");
}

TEST(adoption, tables_in_use_are_waited_for_but_not_for_ever) {
    auto const url = earlier(ordinary_rows);
    postgres::command_connection other(postgres::parse_url(url).value());
    other.script("hold", "begin; select count(*) from public.users");
    try {
        deploy_to(url);
        FAIL() << "it did not wait";
    } catch (failure const& e) {
        EXPECT_EQ(e.reason().code(), "adopt.in_use");
    }
    other.ask("release", "rollback");
    EXPECT_FALSE(deploy_to(url).refused());
}

TEST(adoption, row_level_security_of_the_old_tables_hides_no_row_from_it) {
    auto const url = earlier(ordinary_rows);
    sql(url,
        "do $$ begin create role adopting_owner login password 'adopting' createrole; exception when duplicate_object then null; end $$");
    sql(url, "grant agente_app, agente_system, agente_platform to adopting_owner");
    sql(url,
        "do $$ declare t record; begin for t in select oid::regclass n from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' loop"
        " execute format('alter table %s owner to adopting_owner', t.n); execute format('alter table %s enable row level security', t.n);"
        " execute format('alter table %s force row level security', t.n); end loop; end $$;"
        "alter function public.update_updated_at_column() owner to adopting_owner;"
        "do $$ begin execute format('grant all on database %I to adopting_owner', current_database()); end $$;"
        "grant all on schema public to adopting_owner");
    auto const name = url.substr(url.rfind('/') + 1);
    auto const report = deploy_to(support::postgres().url_for("adopting_owner", "adopting", name));
    ASSERT_THAT(checks(report), IsEmpty());
    EXPECT_EQ(sql(url, "select count(*) from public.users"), "3");
}

TEST(adoption_names, slugs_are_made_of_what_is_left_and_never_twice) {
    std::set<std::string> taken{"hotel-sol"};
    EXPECT_EQ(slug_from("Hotel España & Spa ", 7, taken), "hotel-espana-spa");
    EXPECT_EQ(slug_from("¿¡!", 8, taken), "hotel-8");
    EXPECT_EQ(slug_from("hotel sol", 9, taken), "hotel-sol-9");
    EXPECT_EQ(slug_from("_.x_y", 10, taken), "x_y");
}

TEST(adoption_names, numbers_go_on_until_one_is_free) {
    std::set<std::string> taken{"ana", "ana-2", "ana+2@x.example"};
    EXPECT_EQ(numbered("Ana", taken), "Ana-3");
    EXPECT_EQ(numbered("Ana", taken), "Ana-4");
    EXPECT_EQ(numbered("Ana@X.example", taken), "Ana+3@X.example");
}

}  // namespace
}  // namespace agente::operations
