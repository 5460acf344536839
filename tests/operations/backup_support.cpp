#include "operations/backup_support.hpp"

#include <algorithm>
#include <cstdlib>

namespace agente::operations {

using support::sql;

void add_awkward_rows(std::string const& url) {
    sql(url, R"sql(
        insert into public.tenants (tenant_id, name, settings) values
            ('sol', E'Hotel "Sol" \\. \\N \t and\nlines', '{"texts": {"greeting": "¡Hola! 😀 \\ \" "}}'),
            ('luna', 'NULL', '{}');
        insert into public.tenant_user_identifiers (tenant_id, identifier) select id, '+54911' || id from public.tenants;
        insert into public.users (id, username, email, hashed_password, full_name, tenant_id) values
            ('u1', 'ana', 'ana@sol.example', 'x', '', 'sol'), ('u2', 'bea', 'bea@luna.example', 'x', null, 'luna');
        insert into public.user_sessions (user_id, token_jti, expires_at, user_agent)
            values ('u1', 'j1', now() + interval '1 day', E'agent\r\n\x01');
        insert into public.password_history (user_id, password_hash) values ('u1', 'a'), ('u1', 'a'), ('u2', 'b');
        insert into public.lock_audit (tenant_id, lock_key, event_type, details) values (null, 'k', 'e', '{"a": 1.50}');
        insert into agente.inbox (id, channel, provider_message_id, guest, recipient, kind, body, done_at, outcome)
            select gen_random_uuid(), 'whatsapp', 'm' || i, '+1', '+2', 'text', jsonb_build_object('text', repeat('ñ', i)), now(), 'replied'
              from generate_series(1, 200) i;
        insert into agente.outbox (id, inbox_id, channel, sender, guest, message, state)
            select gen_random_uuid(), id, 'whatsapp', '+2', '+1', '{}', 'sent' from agente.inbox;
        insert into agente.booking_journal (reference, tenant_id, request_key, state, room_type, arrival, departure, rooms, guest)
            values ('AH-1', 'sol', 'k', 'sent', 3, '2027-03-01', '2027-03-04', 1, '+1');
        insert into agente.second_factors (user_id, sealed_secret, recovery_hashes) values ('u1', 's', '{"a","b,c","d\"e"}');
        insert into agente.one_time_links (token_hash, user_id, purpose, expires_at) values ('t', 'u2', 'reset', now());
        insert into agente.revocations (user_id) values ('u2');
        insert into agente.security_events (event_type) values ('signed_in'))sql");
}

std::string catalog_of(std::string const& url) {
    return sql(url, R"sql(
        with ours as (select oid, nspname from pg_namespace where nspname in ('public', 'agente')),
        told as (
            select 'relation ' || n.nspname || '.' || c.relname || ' ' || c.relkind::text || ' ' || coalesce(c.relacl::text, '-') || c.relrowsecurity || c.relforcerowsecurity
              from pg_class c join ours n on n.oid = c.relnamespace
            union all
            select 'column ' || c.relname || '.' || a.attname || ' ' || coalesce(a.attacl::text, '-') || a.attnotnull || format_type(a.atttypid, a.atttypmod)
                   || coalesce(pg_get_expr(d.adbin, d.adrelid), '') || a.attidentity::text
              from pg_attribute a join pg_class c on c.oid = a.attrelid join ours n on n.oid = c.relnamespace
              left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
             where a.attnum > 0 and not a.attisdropped
            union all
            select 'policy ' || p::text from pg_policies p where schemaname in ('public', 'agente')
            union all
            select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(c.oid) || condeferrable
              from pg_constraint c join ours n on n.oid = c.connamespace
            union all
            select 'trigger ' || pg_get_triggerdef(t.oid) from pg_trigger t where not tgisinternal
            union all
            select 'function ' || p.oid::regprocedure || ' ' || coalesce(p.proacl::text, '-') || p.prosrc
              from pg_proc p join ours n on n.oid = p.pronamespace
             where not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
            union all
            select 'schema ' || nspname || ' ' || coalesce(nspacl::text, '-') from pg_namespace where nspname in ('public', 'agente')
            union all
            select 'index ' || indexdef from pg_indexes where schemaname in ('public', 'agente')
            union all
            select 'comment ' || c.relname || ' ' || d.objsubid || ' ' || d.description
              from pg_description d join pg_class c on c.oid = d.objoid join ours n on n.oid = c.relnamespace
        )
        select string_agg(t.line, E'\n' order by t.line) from told as t (line))sql");
}

std::vector<table_sum> sums_of(std::string const& url) {
    postgres::command_connection connection(address(url));
    connection.script("test.begin", "begin;" + fixed_formats());
    auto all = table_sums(connection);
    std::erase_if(all, is_bookkeeping);  // when it was deployed is no part of the data
    return all;
}

backup_home::backup_home() {
    auto name = (std::filesystem::temp_directory_path() / "agente-backups-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
}

backup_home::~backup_home() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::vector<std::string> backup_home::names() const {
    std::vector<std::string> all;
    for (auto const& entry : std::filesystem::directory_iterator(path_))
        all.push_back(entry.path().filename().string());
    std::ranges::sort(all);
    return all;
}

backup_report backed_up(std::string const& url, backup_home const& home, backup_scope scope) {
    return make_backup(address(url), {.folder = home.path(), .scope = scope});
}

}  // namespace agente::operations
