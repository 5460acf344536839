// Row level security: on, forced, with policies that mean something and cost little.
#include "operations/lint_rules.hpp"

namespace agente::operations {
namespace {

constexpr lint_rule rules[] = {
    {.id = "rls_init_plan",
     .advisor = "0003",
     .level = severity::warning,
     // Literals go first, then whole sub-selects with up to five levels of brackets in them: a call
     // that is left is made for every row.
     .sql = R"sql(
select p.name as object, pg_catalog.quote_ident(p.polname) as part, found.call as detail
  from policies p
 cross join lateral (
    select pg_catalog.regexp_replace(pg_catalog.regexp_replace(p.reads || ' ; ' || p.writes, '''[^'']*''', '', 'g'),
        '\( SELECT ([^()]|\(([^()]|\(([^()]|\(([^()]|\(([^()]|\([^()]*\))*\))*\))*\))*\))*\)', '', 'g') as rest) as outside
 cross join lateral (select (pg_catalog.regexp_match(outside.rest, '((auth\.(uid|jwt|role|email)|current_setting)\()'))[1] || ')' as call) as found
 where p.relrowsecurity and found.call is not null)sql",
     .sentence = "Policy {part} of {object} calls {detail} anew for every row",
     .cure = "write (select {detail}) in the policy, so that it is called once a statement"},

    {.id = "multiple_policies",
     .advisor = "0006",
     .level = severity::warning,
     .sql = R"sql(
select t.name as object, pg_catalog.string_agg(distinct t.role_name, ', ') as part,
       pg_catalog.string_agg(distinct t.command || ': ' || t.names, '; ') as detail
  from (select p.name, r.rolname as role_name, c.command, pg_catalog.string_agg(p.polname, ', ' order by p.polname) as names
          from policies p
          join pg_catalog.pg_roles r on (p.polroles = '{0}' or r.oid = any (p.polroles))
                                    and not r.rolbypassrls and not r.rolsuper and r.rolname !~ '^(pg_|supabase.*admin$)'
          join (values ('r', 'select'), ('a', 'insert'), ('w', 'update'), ('d', 'delete')) as c (letter, command)
            on p.polcmd in (c.letter::"char", '*')
         where p.polpermissive
         group by p.name, r.rolname, c.command having count(*) > 1) t
 group by t.name)sql",
     .sentence =
         "{object} has several permissive policies for the same role and command, and every row is put "
         "to each: {detail} (roles: {part})",
     .cure = "join them into one policy with OR, or give each a role of its own"},

    {.id = "policy_without_rls",
     .advisor = "0007",
     .level = severity::fault,
     .sql = R"sql(
select p.name as object, '' as part, pg_catalog.string_agg(p.polname, ', ' order by p.polname) as detail
  from policies p where not p.relrowsecurity group by p.name)sql",
     .sentence =
         "{object} has policies ({detail}), but row level security is off: they hold nobody back",
     .cure = "alter table {object} enable row level security"},

    {.id = "rls_without_policy",
     .advisor = "0008",
     .level = severity::warning,
     .sql = R"sql(
select r.name as object, '' as part, '' as detail
  from relations r
 where r.relkind in ('r', 'p') and r.relrowsecurity and not exists (select from policies p where p.relation = r.oid))sql",
     .sentence =
         "{object} has row level security and no policy: only its owner and roles that bypass it see rows",
     .cure =
         "create a policy for the roles that need it; if nobody does, say so: create policy nobody on {object} using (false)"},

    {.id = "rls_disabled",
     .advisor = "0013",
     .level = severity::fault,
     .sql = R"sql(
select r.name as object, '' as part, '' as detail
  from relations r join schemas s on s.nspname = r.nspname
 where r.relkind in ('r', 'p') and not r.relrowsecurity
   and (s.nspname = 'public' or exists (select from outsiders o where pg_catalog.has_schema_privilege(o.oid, s.oid, 'usage'))))sql",
     .sentence = "{object} is in a schema that the data API serves, and row level security is off",
     .cure =
         "alter table {object} enable row level security; alter table {object} force row level security"},

    {.id = "rls_off",
     .advisor = "",
     .level = severity::fault,
     .sql = R"sql(
select r.name as object, '' as part, '' as detail
  from relations r join schemas s on s.nspname = r.nspname
 where r.relkind in ('r', 'p') and not r.relrowsecurity
   and not (s.nspname = 'public' or exists (select from outsiders o where pg_catalog.has_schema_privilege(o.oid, s.oid, 'usage'))))sql",
     .sentence =
         "{object} has no row level security: what keeps one hotel's work from another's rows is off",
     .cure =
         "alter table {object} enable row level security; alter table {object} force row level security"},

    {.id = "rls_not_forced",
     .advisor = "",
     .level = severity::warning,
     .sql = R"sql(
select r.name as object, '' as part, '' as detail
  from relations r where r.relkind in ('r', 'p') and r.relrowsecurity and not r.relforcerowsecurity)sql",
     .sentence = "Row level security of {object} does not hold for its owner",
     .cure = "alter table {object} force row level security"},

    {.id = "user_metadata",
     .advisor = "0015",
     .level = severity::fault,
     .sql = R"sql(
select p.name as object, pg_catalog.quote_ident(p.polname) as part, '' as detail
  from policies p where p.reads || p.writes ~ '(user|raw_user_meta)_?(data|metadata)')sql",
     .sentence =
         "Policy {part} of {object} decides by user_metadata, which users can write themselves",
     .cure = "decide by app_metadata or by a table that users cannot write"},

    {.id = "always_true",
     .advisor = "0024",
     .level = severity::fault,
     .sql = R"sql(
select p.name as object, pg_catalog.quote_ident(p.polname) as part,
       case p.polcmd when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'do everything with' end as detail
  from policies p
 where p.relrowsecurity and p.polpermissive and p.for_outsiders and p.polcmd <> 'r'
   and (pg_catalog.lower(p.reads) ~ '^\(*(true|1 = 1)\)*$' or pg_catalog.lower(p.writes) ~ '^\(*(true|1 = 1)\)*$'
        or p.reads = '' and p.writes = ''))sql",
     .sentence = "Policy {part} of {object} lets anybody {detail} every row",
     .cure =
         "drop policy {part} on {object}, or give it a condition and the roles it is meant for"},

    {.id = "true_without_user",
     .advisor = "0030",
     .level = severity::fault,
     .sql = R"sql(
select p.name as object, pg_catalog.quote_ident(p.polname) as part, '' as detail
  from policies p
 where p.relrowsecurity and p.polpermissive and p.polcmd in ('r', '*')
   and p.reads ~ '(auth\.(uid|jwt|role)\(\)|current_setting\([^()]*, true\))( AS [a-z_"]+)?\)? IS NULL'
   and p.reads ~ ' OR ')sql",
     .sentence =
         "Policy {part} of {object} is true for whoever is nobody: the user or setting it asks for is "
         "NULL then",
     .cure = "ask for IS NOT NULL AND …, or leave that part out"},
};

}  // namespace

std::span<lint_rule const> lint_rules_of_policies() { return rules; }

}  // namespace agente::operations
