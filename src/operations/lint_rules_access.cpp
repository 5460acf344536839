// Who may reach what: rights of the data API's roles and of everybody.
#include "operations/lint_rules.hpp"

namespace agente::operations {
namespace {

constexpr lint_rule rules[] = {
    {.id = "auth_users_exposed",
     .advisor = "0002",
     .level = severity::fault,
     .sql = R"sql(
select distinct r.name as object, '' as part, o.rolname as detail
  from relations r
  join pg_catalog.pg_rewrite w on w.ev_class = r.oid
  join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = w.oid
  join pg_catalog.pg_class t on t.oid = d.refobjid and t.relname = 'users' and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
  join pg_catalog.pg_namespace n on n.oid = t.relnamespace and n.nspname = 'auth'
  join outsiders o on pg_catalog.has_table_privilege(o.oid, r.oid, 'select')
 where r.relkind in ('v', 'm'))sql",
     .sentence = "View {object} shows auth.users to {detail}",
     .cure = "revoke all on {object} from {detail}"},

    {.id = "definer_view",
     .advisor = "0010",
     .level = severity::fault,
     .sql = R"sql(
select r.name as object, '' as part, pg_catalog.string_agg(o.rolname, ', ' order by o.rolname) as detail
  from relations r join outsiders o on pg_catalog.has_any_column_privilege(o.oid, r.oid, 'select')
 where r.relkind = 'v'
   and not exists (select from pg_catalog.pg_options_to_table(r.reloptions) s
                    where s.option_name = 'security_invoker' and s.option_value::boolean)
 group by r.name)sql",
     .sentence =
         "View {object}, open to {detail}, reads with its owner's rights: row level security does "
         "not hold behind it",
     .cure =
         "alter view {object} set (security_invoker = true), or revoke all on {object} from {detail}"},

    {.id = "matview_in_api",
     .advisor = "0016",
     .level = severity::warning,
     .sql = R"sql(
select r.name as object, '' as part, pg_catalog.string_agg(o.rolname, ', ' order by o.rolname) as detail
  from relations r join outsiders o on pg_catalog.has_any_column_privilege(o.oid, r.oid, 'select')
 where r.relkind = 'm' group by r.name)sql",
     .sentence =
         "Materialized view {object} is open to {detail}, and row level security cannot hold on it",
     .cure = "revoke all on {object} from {detail}"},

    {.id = "foreign_table_in_api",
     .advisor = "0017",
     .level = severity::warning,
     .sql = R"sql(
select r.name as object, '' as part, pg_catalog.string_agg(o.rolname, ', ' order by o.rolname) as detail
  from relations r join outsiders o on pg_catalog.has_any_column_privilege(o.oid, r.oid, 'select')
 where r.relkind = 'f' group by r.name)sql",
     .sentence =
         "Foreign table {object} is open to {detail}, and row level security cannot hold on it",
     .cure = "revoke all on {object} from {detail}"},

    {.id = "sensitive_column",
     .advisor = "0023",
     .level = severity::fault,
     .sql = R"sql(
select r.name as object, pg_catalog.string_agg(distinct pg_catalog.quote_ident(a.attname), ', ') as part,
       pg_catalog.string_agg(distinct o.rolname, ', ') as detail
  from relations r
  join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
  join outsiders o on pg_catalog.has_column_privilege(o.oid, r.oid, a.attnum, 'select')
 where r.relkind in ('r', 'p', 'v', 'm', 'f')
   and pg_catalog.lower(pg_catalog.replace(a.attname, '-', '_')) ~
       ('(^|_)(passwords?|passwd|pwd|passphrase|secrets?|tokens?|jwt|jti|hash|hashes|otp|totp|2fa|cvv|cvc|cvn|ssn|iban|bic|imei'
        '|api_?key|auth_key|auth_code|(private|ssh|pgp|gpg|license|activation|session)_key|session_id'
        '|(recovery|backup|verification)_codes?|credit_card|card_number|bank_account|account_number|routing_number|swift_code'
        '|passport(_number|_id)?|national_id|tax_id|social_security(_number)?|drivers?_license|license_number'
        '|(health|medical)_(record|insurance)|insurance_number|patient_id|mac_address|macaddr|device_uuid|certificate)($|_)')
 group by r.name)sql",
     .sentence =
         "{object} shows columns that look like secrets or private data to {detail}: {part}",
     .cure = "revoke all on {object} from {detail}"},

    {.id = "exposed_table",
     .advisor = "0026/0027",
     .level = severity::fault,
     .sql = R"sql(
select r.name as object, pg_catalog.string_agg(distinct p.privilege_type, ', ') as part,
       pg_catalog.string_agg(distinct o.rolname, ', ') as detail
  from relations r cross join outsiders o
 cross join (values ('select'), ('insert'), ('update'), ('delete'), ('truncate'), ('references'), ('trigger')) as p (privilege_type)
 where r.relkind in ('r', 'p', 'v', 'm', 'f') and pg_catalog.has_table_privilege(o.oid, r.oid, p.privilege_type)
 group by r.name)sql",
     .sentence =
         "{object} is open to {detail} through the data API: {part}. Whoever has the project's anon key "
         "is one of them",
     .cure = "revoke all on {object} from {detail}, public"},

    {.id = "exposed_column",
     .advisor = "",
     .level = severity::fault,
     .sql = R"sql(
select r.name as object, pg_catalog.string_agg(distinct pg_catalog.quote_ident(a.attname), ', ') as part,
       pg_catalog.string_agg(distinct o.rolname, ', ') as detail
  from relations r
  join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and a.attacl is not null
 cross join outsiders o cross join (values ('select'), ('insert'), ('update'), ('references')) as p (privilege_type)
 where r.relkind in ('r', 'p', 'v', 'm', 'f')
   and pg_catalog.has_column_privilege(o.oid, r.oid, a.attnum, p.privilege_type)
   and not pg_catalog.has_table_privilege(o.oid, r.oid, p.privilege_type)
 group by r.name)sql",
     .sentence = "Single columns of {object} are open to {detail} through the data API: {part}",
     .cure =
         "revoke select ({part}), insert ({part}), update ({part}), references ({part}) on {object} from {detail}, public"},

    {.id = "exposed_sequence",
     .advisor = "",
     .level = severity::warning,
     .sql = R"sql(
select r.name as object, '' as part, pg_catalog.string_agg(o.rolname, ', ' order by o.rolname) as detail
  from relations r join outsiders o
    on case when r.relkind = 'S' then pg_catalog.has_sequence_privilege(o.oid, r.oid, 'usage, select, update') end
 group by r.name)sql",
     .sentence = "Sequence {object} is open to {detail}, who can use up or set its numbers",
     .cure = "revoke all on sequence {object} from {detail}, public"},

    {.id = "definer_function_anon",
     .advisor = "0028",
     .level = severity::fault,
     .sql = R"sql(
select f.name as object, '' as part, o.rolname as detail
  from routines f join outsiders o on o.rolname = 'anon' and pg_catalog.has_function_privilege(o.oid, f.oid, 'execute')
 where f.prosecdef)sql",
     .sentence =
         "Function {object} runs with its owner's rights and may be called by {detail}: anybody who has "
         "the anon key",
     .cure = "revoke execute on function {object} from {detail}, public"},

    {.id = "definer_function_user",
     .advisor = "0029",
     .level = severity::fault,
     .sql = R"sql(
select f.name as object, '' as part, o.rolname as detail
  from routines f join outsiders o on o.rolname = 'authenticated' and pg_catalog.has_function_privilege(o.oid, f.oid, 'execute')
 where f.prosecdef)sql",
     .sentence =
         "Function {object} runs with its owner's rights and may be called by {detail}: anybody who "
         "signed up",
     .cure = "revoke execute on function {object} from {detail}, public"},

    {.id = "exposed_function",
     .advisor = "",
     .level = severity::warning,
     .sql = R"sql(
select f.name as object, '' as part, pg_catalog.string_agg(o.rolname, ', ' order by o.rolname) as detail
  from routines f join outsiders o on pg_catalog.has_function_privilege(o.oid, f.oid, 'execute')
 where not f.prosecdef and f.prorettype <> 'pg_catalog.trigger'::pg_catalog.regtype group by f.name)sql",
     .sentence = "Function {object} may be called by {detail} through the data API (/rest/v1/rpc)",
     .cure = "revoke execute on function {object} from {detail}, public"},

    {.id = "default_rights",
     .advisor = "",
     .level = severity::warning,
     .sql = R"sql(
select pg_catalog.quote_ident(s.nspname) as object, d.kind as part, pg_catalog.string_agg(distinct d.receiver, ', ') as detail
  from default_rights d join schemas s on s.oid = d.defaclnamespace group by s.nspname, d.kind)sql",
     .sentence = "New {part} in schema {object} will be open to {detail} by default",
     .cure =
         "as the role that owns the tables: alter default privileges in schema {object} revoke all on {part} from {detail}"},

    {.id = "default_rights_all",
     .advisor = "",
     .level = severity::warning,
     .sql = R"sql(
select d.owner as object, d.kind as part, pg_catalog.string_agg(distinct d.receiver, ', ') as detail
  from default_rights d where d.defaclnamespace = 0 group by d.owner, d.kind)sql",
     .sentence = "New {part} of role {object} in any schema will be open to {detail} by default",
     .cure = "alter default privileges for role {object} revoke all on {part} from {detail}"},

    {.id = "open_schema",
     .advisor = "",
     .level = severity::warning,
     .sql = R"sql(
select pg_catalog.quote_ident(s.nspname) as object, pg_catalog.string_agg(distinct p.right_, ', ') as part,
       pg_catalog.string_agg(distinct o.rolname, ', ') as detail
  from schemas s cross join outsiders o cross join (values ('usage'), ('create')) as p (right_)
 where pg_catalog.has_schema_privilege(o.oid, s.oid, p.right_) and (s.nspname <> 'public' or p.right_ = 'create')
 group by s.nspname)sql",
     .sentence = "Schema {object} is open to {detail}: {part}",
     .cure = "revoke {part} on schema {object} from {detail}, public"},

    {.id = "public_rights",
     .advisor = "",
     .level = severity::fault,
     .sql = R"sql(
select r.name as object, '' as part, pg_catalog.string_agg(distinct pg_catalog.lower(given.privilege_type), ', ') as detail
  from relations r join pg_catalog.pg_class c on c.oid = r.oid
  left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attacl is not null
 cross join lateral (select * from pg_catalog.aclexplode(c.relacl) union all select * from pg_catalog.aclexplode(a.attacl)) as given
 where given.grantee = 0 group by r.name)sql",
     .sentence = "Every role of the server may use {object} (granted to PUBLIC): {detail}",
     .cure = "revoke all on {object} from public"},

    {.id = "outsider_is_service",
     .advisor = "",
     .level = severity::fault,
     .sql = R"sql(
select pg_catalog.quote_ident(m.rolname) as object, '' as part, pg_catalog.string_agg(r.rolname, ', ' order by r.rolname) as detail
  from pg_catalog.pg_roles m join pg_catalog.pg_roles r
    on r.rolname in ('agente_app', 'agente_system', 'agente_platform') and pg_catalog.pg_has_role(m.oid, r.oid, 'member')
 where m.rolname in ('anon', 'authenticated', 'authenticator') group by m.rolname)sql",
     .sentence = "Role {object} of the data API may act as {detail}",
     .cure = "revoke {detail} from {object}"},

    {.id = "publication",
     .advisor = "",
     .level = severity::warning,
     .sql = R"sql(
select r.name as object, pg_catalog.quote_ident(p.pubname) as part,
       case when b.puballtables then 'as every table' else 'by name or schema' end as detail
  from relations r
  join pg_catalog.pg_publication_tables p on p.schemaname = r.nspname and p.tablename = r.relname
  join pg_catalog.pg_publication b on b.pubname = p.pubname)sql",
     .sentence =
         "Changes to {object} leave the database through publication {part} ({detail}): Realtime or a "
         "replica receives its rows",
     .cure = "unless you replicate it on purpose: alter publication {part} drop table {object}; a "
             "publication of every table has to be made anew with the tables it is for"},
};

}  // namespace

std::span<lint_rule const> lint_rules_of_access() { return rules; }

}  // namespace agente::operations
