// What the deployed schema lets whom do: on the server itself, as each role.
#include <gmock/gmock.h>

#include "operations/deploy.hpp"
#include "support/run.hpp"
#include "support/servers.hpp"

namespace agente::operations {
namespace {

using support::sql;
using testing::HasSubstr;

constexpr std::string_view six[] = {"users",   "user_sessions",           "password_history",
                                    "tenants", "tenant_user_identifiers", "lock_audit"};

std::string as(std::string const& url, std::string const& role, std::string const& tenant,
               std::string const& statements) {
    try {
        return sql(url, "begin; select set_config('role', '" + role +
                            "', true), set_config('agente.tenant', '" + tenant + "', true);" +
                            statements);
    } catch (std::runtime_error const& e) {
        return e.what();
    }
}
std::string committed(std::string const& url, std::string const& role, std::string const& tenant,
                      std::string const& statement) {
    return as(url, role, tenant, statement + "; commit");
}

std::string two_hotels() {
    auto const url = support::fresh_database();
    sql(url, R"(
        insert into tenants (tenant_id, name) values ('alfa', 'Alfa'), ('beta', 'Beta');
        insert into tenant_user_identifiers (tenant_id, identifier) select id, tenant_id || '@guest.example' from tenants;
        insert into users (username, email, hashed_password, tenant_id) select t, t || '@staff.example', 'h', t from unnest('{alfa,beta}'::text[]) t;
        insert into user_sessions (user_id, token_jti, expires_at) select id, 'jti-' || username, now() - interval '8 days' from users;
        insert into password_history (user_id, password_hash) select id, 'old' from users;
        insert into lock_audit (tenant_id, lock_key, event_type, created_at) select t, 'lock:' || t, 'taken', now() - interval '31 days'
          from unnest('{alfa,beta}'::text[]) t;
        insert into agente.security_events (tenant_id, event_type) values ('alfa', 'x'), ('beta', 'x');
        insert into agente.inbox (id, channel, provider_message_id, tenant_id, guest, recipient, kind, body)
          select gen_random_uuid(), 'whatsapp', t, t, '+1', '2', 'text', '{}' from unnest('{alfa,beta}'::text[]) t;
        insert into agente.outbox (id, inbox_id, tenant_id, channel, sender, guest, message)
          select gen_random_uuid(), id, tenant_id, channel, recipient, guest, '{}' from agente.inbox;
        insert into agente.booking_journal (reference, tenant_id, request_key, state, room_type, arrival, departure, rooms, guest)
          select 'R' || t, t, 'k', 'sent', 1, '2027-01-10', '2027-01-12', 1, '+1' from unnest('{alfa,beta}'::text[]) t;)");
    return url;
}

TEST(schema, the_operators_statements_work) {
    auto const url = two_hotels();
    EXPECT_EQ(
        sql(url,
            "INSERT INTO tenants (tenant_id, name) VALUES ('test-hotel','Test Hotel') RETURNING *;"),
        "3");
    sql(url, "DELETE FROM user_sessions WHERE expires_at < NOW() - INTERVAL '7 days';");
    EXPECT_EQ(sql(url, "select count(*) from user_sessions"), "0");
    sql(url, "DELETE FROM lock_audit WHERE created_at < NOW() - INTERVAL '30 days';");
    EXPECT_EQ(sql(url, "select count(*) from lock_audit"), "0");
}

TEST(schema, columns_are_those_that_existing_deployments_have_and_ours_after_them) {
    auto const url = support::fresh_database();
    auto const columns = [&url](std::string const& table) {
        return sql(
            url,
            "select string_agg(attname, ' ' order by attnum) from pg_attribute where attrelid = 'public." +
                table + "'::regclass and attnum > 0");
    };
    EXPECT_EQ(
        columns("users"),
        "id username email hashed_password full_name is_active is_superuser tenant_id password_last_changed "
        "password_must_change created_at updated_at role");
    EXPECT_EQ(
        columns("user_sessions"),
        "id user_id token_jti expires_at created_at is_revoked user_agent ip_address refresh_hash "
        "previous_refresh_hash rotations refreshed_at revoked_at revoked_reason");
    EXPECT_EQ(columns("password_history"), "id user_id password_hash created_at");
    EXPECT_EQ(
        columns("tenants"),
        "id tenant_id name status business_hours_start business_hours_end business_hours_timezone settings "
        "created_at updated_at");
    EXPECT_EQ(columns("tenant_user_identifiers"), "id tenant_id identifier created_at");
    EXPECT_EQ(columns("lock_audit"), "id tenant_id lock_key event_type details created_at");
}

TEST(schema, updated_at_moves_with_a_change_and_only_then) {
    auto const url = two_hotels();
    auto const updated = [&url] {
        return sql(url, "select updated_at from tenants where tenant_id = 'alfa'");
    };
    auto const before = updated();
    sql(url, "update tenants set name = name");
    EXPECT_EQ(updated(), before);
    sql(url, "update tenants set name = 'Alfa 2' where tenant_id = 'alfa'");
    EXPECT_NE(updated(), before);
}

TEST(schema, a_whatsapp_number_belongs_to_one_hotel) {
    auto const url = two_hotels();
    sql(url,
        R"(update tenants set settings = '{"whatsapp": {"phone_number_id": "77"}}' where tenant_id = 'alfa')");
    EXPECT_THROW(
        sql(url,
            R"(update tenants set settings = '{"whatsapp": {"phone_number_id": "77"}}' where tenant_id = 'beta')"),
        std::runtime_error);
}

TEST(schema, overlapping_nights_of_a_room_type_are_written_to_the_hotels_system_one_at_a_time) {
    auto const url = two_hotels();
    auto const add = [&url](std::string const& values) {
        return sql(
            url,
            "insert into agente.booking_journal (reference, tenant_id, request_key, state, room_type, arrival, departure, rooms,"
            " guest) values " +
                values);
    };
    EXPECT_THROW(add("('2', 'alfa', 'b', 'sent', 1, '2027-01-11', '2027-01-13', 1, '+2')"),
                 std::runtime_error);
    EXPECT_NO_THROW(add("('3', 'alfa', 'c', 'sent', 1, '2027-01-12', '2027-01-13', 1, '+2')"))
        << "they leave when the next arrive";
    EXPECT_NO_THROW(add("('4', 'alfa', 'd', 'sent', 2, '2027-01-11', '2027-01-13', 1, '+2')"))
        << "another room type";
    EXPECT_NO_THROW(add("('5', 'alfa', 'e', 'intended', 1, '2027-01-11', '2027-01-13', 1, '+2')"))
        << "not in flight";
}

std::string foreign_keys_without_index(std::string const& url) {
    return sql(url, R"(
        select string_agg(c.conname, ', ') from pg_constraint c where c.contype = 'f' and not exists (
            select from pg_index i where i.indrelid = c.conrelid and i.indpred is null
               and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] = c.conkey))");
}

std::string indexes_that_begin_another(std::string const& url) {
    return sql(url, R"(
        select string_agg(a.indexrelid::regclass || ' in ' || b.indexrelid::regclass, ', ')
          from pg_index a join pg_index b on a.indrelid = b.indrelid and a.indexrelid <> b.indexrelid
          join pg_class ca on ca.oid = a.indexrelid join pg_class cb on cb.oid = b.indexrelid and cb.relam = ca.relam
         where a.indexprs is null and b.indexprs is null and a.indpred is null and b.indpred is null and not a.indisunique
           and (b.indkey::int2[])[0:a.indnatts - 1] = (a.indkey::int2[])[0:a.indnatts - 1] and a.indrelid >= 16384)");
}

TEST(schema, every_foreign_key_has_its_index_and_no_index_is_another_ones_beginning) {
    auto const url = support::fresh_database();
    EXPECT_EQ(foreign_keys_without_index(url), "");
    EXPECT_EQ(indexes_that_begin_another(url), "");
    sql(url,
        "drop index public.users_tenant_id_idx; create index again on public.tenants (tenant_id)");
    EXPECT_EQ(foreign_keys_without_index(url), "users_tenant_id_fkey")
        << "or this test cannot fail";
    EXPECT_EQ(indexes_that_begin_another(url), "again in tenants_tenant_id_key")
        << "or this test cannot fail";
}

TEST(row_level_security, is_enabled_and_forced_on_every_table) {
    auto const url = support::fresh_database();
    EXPECT_EQ(
        sql(url,
            "select string_agg(relname, ' ') from pg_class where relkind in ('r', 'p') and relnamespace in"
            " ('public'::regnamespace, 'agente'::regnamespace) and not (relrowsecurity and relforcerowsecurity)"),
        "");
    EXPECT_EQ(
        sql(url,
            "select string_agg(rolname, ' ') from pg_roles where rolname in ('agente_app', 'agente_system', 'agente_platform')"
            " and (rolbypassrls or rolcanlogin or rolsuper)"),
        "");
}

TEST(row_level_security, a_tenant_sees_and_touches_its_own_rows_only) {
    auto const url = two_hotels();
    for (auto table :
         {"public.tenants", "public.tenant_user_identifiers", "public.lock_audit",
          "agente.security_events", "agente.inbox", "agente.outbox", "agente.booking_journal"}) {
        EXPECT_EQ(as(url, "agente_app", "alfa", "select count(*) from " + std::string(table)), "1")
            << table;
        EXPECT_EQ(as(url, "agente_app", "nobody", "select count(*) from " + std::string(table)),
                  "0")
            << table;
        EXPECT_EQ(as(url, "agente_app", "", "select count(*) from " + std::string(table)), "0")
            << table << " without a tenant";
    }
    EXPECT_EQ(as(url, "agente_app", "alfa", "select string_agg(username, ' ') from public.users"),
              "alfa");
    EXPECT_THAT(as(url, "agente_app", "alfa", "select hashed_password from public.users"),
                HasSubstr("permission denied"));
    EXPECT_EQ(
        as(url, "agente_app", "alfa",
           "with t as (update agente.outbox set state = 'sent' returning tenant_id) select string_agg(tenant_id, ' ') from t"),
        "alfa");
    EXPECT_THAT(as(url, "agente_app", "alfa", "update agente.outbox set tenant_id = 'beta'"),
                HasSubstr("row-level security"));
    EXPECT_THAT(
        as(url, "agente_app", "alfa",
           "insert into public.lock_audit (tenant_id, lock_key, event_type) values ('beta', 'k', 'e')"),
        HasSubstr("row-level security"));
    EXPECT_THAT(as(url, "agente_app", "alfa",
                   "insert into public.tenant_user_identifiers (tenant_id, identifier)"
                   " select id + 1, 'x' from public.tenants"),
                HasSubstr("row-level security"));
    committed(url, "agente_app", "alfa", "delete from public.tenant_user_identifiers");
    EXPECT_EQ(sql(url, "select string_agg(identifier, ' ') from tenant_user_identifiers"),
              "beta@guest.example");
}

TEST(row_level_security, without_any_setting_there_is_no_row_and_after_one_it_is_gone) {
    auto const url = two_hotels();
    EXPECT_EQ(sql(url, "begin; set local role agente_app; select count(*) from public.tenants"),
              "0")
        << "never set in this session";
    EXPECT_EQ(
        sql(url,
            "begin; select set_config('role', 'agente_app', true), set_config('agente.tenant', 'alfa', true); commit;"
            "begin; set local role agente_app; select count(*) from public.tenants"),
        "0")
        << "the empty string is no tenant";
}

TEST(row_level_security, the_service_role_does_its_own_work_and_no_more) {
    auto const url = two_hotels();
    EXPECT_EQ(as(url, "agente_system", "", "select count(*) from public.tenants"), "2");
    EXPECT_EQ(as(url, "agente_system", "", "select count(*) from agente.inbox"), "2");
    for (auto forbidden :
         {"delete from public.tenants", "update public.tenants set name = 'x'",
          "delete from public.users", "update public.users set is_superuser = true",
          "truncate agente.inbox", "insert into agente.migrations values (9, 'x', 'x')",
          "delete from agente.booking_journal", "create table public.mine (a int)",
          "create table agente.mine (a int)"})
        EXPECT_THAT(as(url, "agente_system", "", forbidden), HasSubstr("permission denied"))
            << forbidden;
    for (
        auto forbidden :
        {"update public.tenants set status = 'suspended'", "delete from public.tenants",
         "update public.users set is_superuser = true", "delete from agente.inbox",
         "update public.users set hashed_password = 'x'",
         "insert into public.users (username, email, hashed_password, is_superuser) values ('x', 'x@y', 'x', true)",
         "select refresh_hash from public.user_sessions", "select * from public.password_history",
         "select * from agente.second_factors", "select * from agente.one_time_links",
         "select * from agente.revocations", "select * from agente.migrations",
         "truncate public.lock_audit"})
        EXPECT_THAT(as(url, "agente_app", "alfa", forbidden), HasSubstr("permission denied"))
            << forbidden;
}

TEST(row_level_security, a_hotels_own_staff_is_all_it_manages) {
    auto const url = two_hotels();
    committed(url, "agente_app", "alfa", "update public.tenants set name = 'Mine'");
    committed(url, "agente_app", "alfa",
              "update public.users set role = 'agent', is_active = false");
    EXPECT_EQ(sql(url, "select string_agg(name, ' ' order by id) from tenants"), "Mine Beta");
    EXPECT_EQ(sql(url, "select string_agg(role, ' ' order by username) from users"),
              "agent viewer");
    EXPECT_THAT(as(url, "agente_app", "alfa",
                   "insert into public.users (username, email, hashed_password, tenant_id)"
                   " values ('x', 'x@y', 'x', 'beta')"),
                HasSubstr("row-level security"));
    EXPECT_THAT(as(url, "agente_app", "alfa", "update public.users set tenant_id = 'beta'"),
                HasSubstr("permission denied"));
}

TEST(schema, whatever_ends_a_session_is_noted_for_the_tokens_that_are_out) {
    auto const url = two_hotels();
    auto const noted = [&url] {
        return sql(
            url,
            "with gone as (delete from agente.revocations returning *) select string_agg(concat_ws('/', "
            "'s ' || session_id, 'u ' || user_id, 't ' || tenant_id), ', ' order by id) from gone");
    };
    sql(url,
        "update users set id = username; delete from user_sessions;"
        "insert into user_sessions (id, user_id, token_jti, expires_at) values"
        " ('s1', 'alfa', 'j1', now() + '1 day'), ('s2', 'alfa', 'j2', now() + '1 day'),"
        " ('s3', 'beta', 'j3', now() - interval '1 day')");
    noted();
    sql(url, "update user_sessions set is_revoked = true where id = 's1'");
    EXPECT_EQ(noted(), "s s1");
    EXPECT_EQ(sql(url, "select revoked_at is not null from user_sessions where id = 's1'"), "t");
    sql(url, "delete from user_sessions where id in ('s1', 's3')");
    EXPECT_EQ(noted(), "") << "they were over already";
    sql(url, "update users set full_name = 'A' where id = 'alfa'");
    EXPECT_EQ(noted(), "");
    sql(url, "update users set is_active = false where id = 'alfa'");
    EXPECT_EQ(noted(), "u alfa");
    sql(url, "update tenants set status = 'suspended' where tenant_id = 'beta'");
    EXPECT_EQ(noted(), "t beta");
    sql(url, "delete from users where id = 'alfa'");
    EXPECT_EQ(noted(), "u alfa, s s2");
}

TEST(row_level_security, a_hotel_signs_out_its_own_people_and_nobody_else) {
    auto const url = two_hotels();
    sql(url,
        "update users set id = username; delete from user_sessions; insert into user_sessions (id, user_id, token_jti, expires_at)"
        " select 's-' || id, id, 'j-' || id, now() + '1 day' from users; delete from agente.revocations");
    for (auto const* own :
         {"update public.user_sessions set is_revoked = true",
          "update public.users set is_active = false", "delete from public.users"})
        EXPECT_EQ(committed(url, "agente_app", "alfa", own), "") << own;
    EXPECT_EQ(
        sql(url,
            "select string_agg(coalesce(session_id, user_id), ' ' order by id) from agente.revocations"),
        "s-alfa alfa alfa");
    for (auto const* others : {"(tenant_id) values ('beta')", "(tenant_id) values ('alfa')",
                               "(user_id) values ('beta')", "(session_id) values ('s-beta')"})
        EXPECT_THAT(committed(url, "agente_app", "alfa",
                              "insert into agente.revocations " + std::string(others)),
                    HasSubstr("row-level security"))
            << others;
}

// As in a Supabase project: a deploying role that is no superuser but may create roles and bypasses
// row level security, and default grants to the roles of the data API.
std::string supabase_project(std::string const& owner_rights) {
    auto& server = support::postgres();
    auto const url = support::fresh_database(false);
    auto const name = url.substr(url.rfind('/') + 1);
    sql(url,
        "do $$ begin create role anon nologin; create role authenticated nologin; exception when duplicate_object then null; end $$;"
        "create schema extensions");
    sql(url, "create role owner_" + name + " login password 'pw' " + owner_rights);
    sql(url, "alter database " + name + " owner to owner_" + name +
                 "; grant all on schema public, extensions to owner_" + name);
    auto const owner = server.url_for("owner_" + name, "pw", name);
    sql(owner,
        "alter default privileges in schema public grant all on tables to anon, authenticated;"
        "alter default privileges in schema public grant all on sequences to anon, authenticated;"
        "alter default privileges in schema public grant all on functions to anon, authenticated");
    sql(url, "grant usage on schema public to anon, authenticated");
    // The service's roles are the server's: those an earlier test's superuser made must be
    // grantable by this owner.
    for (auto role : {"agente_app", "agente_system", "agente_platform"})
        sql(url, std::string("do $$ begin create role ") + role +
                     "; exception when duplicate_object then null; end $$; grant " + role +
                     " to owner_" + name);
    return owner;
}

void expect_nothing_for_outsiders(std::string const& owner) {
    for (auto role : {"anon", "authenticated"}) {
        auto const reach = [&](std::string const& statement) {
            return sql(
                owner,
                "select string_agg(c.oid::regclass::text, ' ') from pg_class c where c.relnamespace in ('public'::regnamespace,"
                " 'agente'::regnamespace) and " +
                    statement);
        };
        auto const quoted = "'" + std::string(role) + "'";
        EXPECT_EQ(reach("relkind = 'r' and has_table_privilege(" + quoted +
                        ", c.oid, 'select,insert,update,delete,truncate,references,trigger')"),
                  "")
            << role;
        EXPECT_EQ(reach("relkind = 'r' and has_any_column_privilege(" + quoted +
                        ", c.oid, 'select,insert,update,references')"),
                  "")
            << role;
        EXPECT_EQ(reach("case relkind when 'S' then has_sequence_privilege(" + quoted +
                        ", c.oid, 'usage,select,update') end"),
                  "")
            << role;
        EXPECT_EQ(sql(owner, "select has_schema_privilege(" + quoted + ", 'agente', 'usage')"), "f")
            << role;
    }
    sql(owner, "create table public.tomorrow (a int); create table agente.tomorrow (a int)");
    EXPECT_EQ(
        sql(owner,
            "select has_table_privilege('anon', 'public.tomorrow', 'select') or has_table_privilege('anon', 'agente.tomorrow', 'select')"),
        "f")
        << "tables to come";
    sql(owner, "drop table public.tomorrow, agente.tomorrow");
}

TEST(schema, on_supabase_the_data_api_reaches_nothing_and_the_extension_is_with_the_others) {
    auto const owner = supabase_project("createrole bypassrls");
    sql(owner, embedded_schema().schema.text);
    sql(owner, embedded_schema().schema.text);
    expect_nothing_for_outsiders(owner);
    EXPECT_EQ(
        sql(owner,
            "select extnamespace::regnamespace from pg_extension where extname = 'btree_gist'"),
        "extensions");
    EXPECT_EQ(
        sql(owner,
            "INSERT INTO tenants (tenant_id, name) VALUES ('test-hotel','Test Hotel') RETURNING *;"),
        "1");
}

TEST(schema, grants_that_an_older_project_gave_are_taken_back) {
    auto const owner = supabase_project("createrole bypassrls");
    sql(owner, embedded_schema().schema.text);
    for (auto table : six)
        sql(owner, "grant all on public." + std::string(table) + " to anon, authenticated, public");
    sql(owner,
        "grant all on all sequences in schema public to anon; grant usage on schema agente to anon");
    sql(owner, embedded_schema().schema.text);
    expect_nothing_for_outsiders(owner);
}

TEST(schema, an_owner_who_does_not_bypass_row_level_security_can_still_operate) {
    auto const owner = supabase_project("createrole");
    sql(owner, embedded_schema().schema.text);
    EXPECT_EQ(
        sql(owner,
            "INSERT INTO tenants (tenant_id, name) VALUES ('test-hotel','Test Hotel') RETURNING *;"),
        "1");
    EXPECT_EQ(as(owner, "agente_app", "test-hotel", "select count(*) from public.tenants"), "1");
    EXPECT_EQ(as(owner, "agente_app", "other", "select count(*) from public.tenants"), "0");
}

TEST(schema, a_service_role_that_could_bypass_its_limits_is_refused) {
    auto const url = support::fresh_database();
    sql(url, "alter role agente_app bypassrls");
    std::string said;
    try {
        sql(url, embedded_schema().schema.text);
    } catch (std::runtime_error const& e) {
        said = e.what();
    }
    sql(url, "alter role agente_app nobypassrls");
    EXPECT_THAT(said, HasSubstr("role agente_app exists, and"));
}

}  // namespace
}  // namespace agente::operations
