#include "operations/catalog_queries.hpp"

namespace agente::operations {

namespace {

using postgres::query;

// Names in the answers are qualified, because search_path is empty while they are read. Entries of
// a relation `c` in one of our schemas `n` that no extension owns:
#define AGENTE_OUR_RELATIONS                                                               \
    " from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace" \
    "  and n.nspname in ('public', 'agente')"                                              \
    "  and not exists (select from pg_catalog.pg_depend e where e.objid = c.oid"           \
    "                  and e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"         \
    "                  and e.deptype = 'e')"

constexpr query<catalog_entry> schemas{
    "catalog.schemas",
    "select 'schema' as kind, '' as table, n.nspname as name, '' as definition,"
    "       format('create schema %I;', n.nspname) as make, '' as change,"
    "       format('drop schema %I;', n.nspname) as unmake"
    "  from pg_catalog.pg_namespace n where n.nspname = 'agente' order by 3"};

// btree_gist wherever it is, and whatever was put into our schemas.
constexpr query<catalog_entry> extensions{
    "catalog.extensions",
    "select 'extension' as kind, '' as table, e.extname as name, 'in schema ' || n.nspname as definition,"
    "       format('create extension %I schema %I;', e.extname, n.nspname) as make,"
    "       format('alter extension %I set schema %I;', e.extname, n.nspname) as change,"
    "       format('drop extension %I;', e.extname) as unmake"
    "  from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace"
    " where e.extname = 'btree_gist' or n.nspname in ('public', 'agente') order by 3"};

constexpr query<catalog_entry> types{
    "catalog.types",
    "select 'type' as kind, '' as table, format('%I.%I', n.nspname, t.typname) as name,"
    "       case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'r' then 'range' else 'composite' end as definition,"
    "       '' as make, '' as change,"
    "       format('drop %s %I.%I;', case t.typtype when 'd' then 'domain' else 'type' end, n.nspname, t.typname) as unmake"
    "  from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace"
    " where n.nspname in ('public', 'agente') and t.typtype in ('e', 'd', 'r', 'c')"
    "   and (t.typrelid = 0 or exists (select from pg_catalog.pg_class c where c.oid = t.typrelid and c.relkind = 'c'))"
    "   and not exists (select from pg_catalog.pg_depend e where e.objid = t.oid and e.deptype = 'e'"
    "                   and e.classid = 'pg_catalog.pg_type'::pg_catalog.regclass)"
    " order by 3"};

constexpr query<catalog_entry> functions{
    "catalog.functions",
    "select 'function' as kind, '' as table, p.oid::pg_catalog.regprocedure::text as name,"
    "       case when p.prokind in ('f', 'p') then pg_catalog.pg_get_functiondef(p.oid) else 'aggregate' end as definition,"
    "       case when p.prokind in ('f', 'p') then rtrim(pg_catalog.pg_get_functiondef(p.oid), E'\\n') || ';' else '' end as make,"
    "       case when p.prokind in ('f', 'p') then rtrim(pg_catalog.pg_get_functiondef(p.oid), E'\\n') || ';' else '' end as change,"
    "       format('drop %s %s;', case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,"
    "              p.oid::pg_catalog.regprocedure) as unmake"
    "  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace"
    " where n.nspname in ('public', 'agente')"
    "   and not exists (select from pg_catalog.pg_depend e where e.objid = p.oid and e.deptype = 'e'"
    "                   and e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass)"
    " order by 3"};

// A table begins without columns: they are entries of their own.
constexpr query<catalog_entry> tables{
    "catalog.tables",
    "select 'table' as kind, format('%I.%I', n.nspname, c.relname) as table,"
    "       format('%I.%I', n.nspname, c.relname) as name,"
    "       case c.relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'v' then 'view'"
    "                      when 'm' then 'materialized view' else 'foreign table' end"
    "       || case c.relpersistence when 'u' then ', unlogged' else '' end as definition,"
    "       case c.relkind when 'r' then format('create table %I.%I ();', n.nspname, c.relname) else '' end as make,"
    "       case c.relkind when 'r' then format('alter table %I.%I set %s;', n.nspname, c.relname,"
    "            case c.relpersistence when 'u' then 'unlogged' else 'logged' end) else '' end as change,"
    "       format('drop %s %I.%I;', case c.relkind when 'v' then 'view' when 'm' then 'materialized view'"
    "              when 'f' then 'foreign table' else 'table' end, n.nspname, c.relname) as unmake" AGENTE_OUR_RELATIONS
    " where c.relkind in ('r', 'p', 'v', 'm', 'f') order by 3"};

#define AGENTE_COLUMNS                                                                              \
    AGENTE_OUR_RELATIONS                                                                            \
    " join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped" \
    " left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum"           \
    " where c.relkind in ('r', 'p')"
#define AGENTE_COLUMN_NAME                             \
    " format('%I.%I', n.nspname, c.relname) as table," \
    " format('%I.%I.%I', n.nspname, c.relname, a.attname) as name,"

// The default is there from the start, so that rows which exist get it.
constexpr query<catalog_entry> columns{
    "catalog.columns",
    "select 'column' as kind," AGENTE_COLUMN_NAME
    "       pg_catalog.format_type(a.atttypid, a.atttypmod)"
    "       || case when a.attcollation <> t.typcollation then ' collate ' || a.attcollation::pg_catalog.regcollation::text else '' end"
    "       || case a.attgenerated when 's' then ' generated always as (' || pg_catalog.pg_get_expr(d.adbin, d.adrelid) || ') stored' else '' end as definition,"
    "       format('alter table %I.%I add column %I %s%s;', n.nspname, c.relname, a.attname,"
    "              pg_catalog.format_type(a.atttypid, a.atttypmod),"
    "              case a.attgenerated when 's' then ' generated always as (' || pg_catalog.pg_get_expr(d.adbin, d.adrelid) || ') stored'"
    "                   else coalesce(' default ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') end) as make,"
    "       format('alter table %I.%I alter column %I type %s using %I::%s;', n.nspname, c.relname, a.attname,"
    "              pg_catalog.format_type(a.atttypid, a.atttypmod), a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)) as change,"
    "       format('alter table %I.%I drop column %I;', n.nspname, c.relname, a.attname) as unmake" AGENTE_OUR_RELATIONS
    " join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
    " join pg_catalog.pg_type t on t.oid = a.atttypid"
    " left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum"
    " where c.relkind in ('r', 'p') order by 2, a.attnum"};

constexpr query<catalog_entry> defaults{
    "catalog.defaults",
    "select 'default' as kind," AGENTE_COLUMN_NAME
    "       pg_catalog.pg_get_expr(d.adbin, d.adrelid) as definition,"
    "       format('alter table %I.%I alter column %I set default %s;', n.nspname, c.relname, a.attname,"
    "              pg_catalog.pg_get_expr(d.adbin, d.adrelid)) as make,"
    "       format('alter table %I.%I alter column %I set default %s;', n.nspname, c.relname, a.attname,"
    "              pg_catalog.pg_get_expr(d.adbin, d.adrelid)) as change,"
    "       format('alter table %I.%I alter column %I drop default;', n.nspname, c.relname, a.attname) as unmake" AGENTE_COLUMNS
    " and d.oid is not null and a.attgenerated = '' order by 2, a.attnum"};

constexpr query<catalog_entry> not_nulls{
    "catalog.not_nulls",
    "select 'not null' as kind," AGENTE_COLUMN_NAME
    "       'not null' as definition,"
    "       format('alter table %I.%I alter column %I set not null;', n.nspname, c.relname, a.attname) as make,"
    "       '' as change,"
    "       format('alter table %I.%I alter column %I drop not null;', n.nspname, c.relname, a.attname) as unmake" AGENTE_COLUMNS
    " and a.attnotnull order by 2, a.attnum"};

// A column that becomes an identity goes on after its greatest value.
constexpr query<catalog_entry> identities{
    "catalog.identities",
    "select 'identity' as kind," AGENTE_COLUMN_NAME
    "       case a.attidentity when 'a' then 'always' else 'by default' end as definition,"
    "       format('alter table %1$I.%2$I alter column %3$I add generated %4$s as identity; select setval(pg_get_serial_sequence(''%1$I.%2$I'', ''%5$s''), coalesce(max(%3$I), 0) + 1, false) from %1$I.%2$I;',"
    "              n.nspname, c.relname, a.attname, case a.attidentity when 'a' then 'always' else 'by default' end, a.attname) as make,"
    "       format('alter table %I.%I alter column %I set generated %s;', n.nspname, c.relname, a.attname,"
    "              case a.attidentity when 'a' then 'always' else 'by default' end) as change,"
    "       format('alter table %I.%I alter column %I drop identity;', n.nspname, c.relname, a.attname) as unmake" AGENTE_COLUMNS
    " and a.attidentity <> '' order by 2, a.attnum"};

// A sequence of an identity column comes and goes with it.
constexpr query<catalog_entry> sequences{
    "catalog.sequences",
    "select 'sequence' as kind, coalesce(o.oid::pg_catalog.regclass::text, '') as table,"
    "       format('%I.%I', n.nspname, c.relname) as name,"
    "       format('as %s increment %s minvalue %s maxvalue %s start %s%s%s', pg_catalog.format_type(s.seqtypid, null), s.seqincrement,"
    "              s.seqmin, s.seqmax, s.seqstart, case when s.seqcycle then ' cycle' else '' end,"
    "              coalesce(', owned by ' || format('%s.%I', o.oid::pg_catalog.regclass, a.attname), '')) as definition,"
    "       case when d.deptype = 'i' then '' else format('create sequence %I.%I as %s increment %s minvalue %s maxvalue %s start %s%s;',"
    "              n.nspname, c.relname, pg_catalog.format_type(s.seqtypid, null), s.seqincrement, s.seqmin, s.seqmax, s.seqstart,"
    "              coalesce(' owned by ' || format('%s.%I', o.oid::pg_catalog.regclass, a.attname), '')) end as make,"
    "       format('alter sequence %I.%I as %s increment %s minvalue %s maxvalue %s start %s%s%s;', n.nspname, c.relname,"
    "              pg_catalog.format_type(s.seqtypid, null), s.seqincrement, s.seqmin, s.seqmax, s.seqstart,"
    "              case when s.seqcycle then ' cycle' else ' no cycle' end,"
    "              case when d.deptype = 'i' then '' else coalesce(' owned by ' || format('%s.%I', o.oid::pg_catalog.regclass, a.attname), '') end) as change,"
    "       case when d.deptype = 'i' then '' else format('drop sequence %I.%I;', n.nspname, c.relname) end as unmake" AGENTE_OUR_RELATIONS
    " join pg_catalog.pg_sequence s on s.seqrelid = c.oid"
    " left join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid"
    "      and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype in ('a', 'i')"
    " left join pg_catalog.pg_class o on o.oid = d.refobjid"
    " left join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid"
    " where c.relkind = 'S' order by 3"};

#define AGENTE_CONSTRAINTS(KIND, TYPES)                                                                                      \
    "select '" KIND                                                                                                          \
    "' as kind, format('%I.%I', n.nspname, c.relname) as table,"                                                             \
    "       format('%I on %I.%I', k.conname, n.nspname, c.relname) as name,"                                                 \
    "       pg_catalog.pg_get_constraintdef(k.oid) as definition,"                                                           \
    "       format('alter table %I.%I add constraint %I %s;', n.nspname, c.relname, k.conname,"                              \
    "              pg_catalog.pg_get_constraintdef(k.oid)) as make, '' as change,"                                           \
    "       format('alter table %I.%I drop constraint %I;', n.nspname, c.relname, k.conname) as unmake" AGENTE_OUR_RELATIONS \
    " join pg_catalog.pg_constraint k on k.conrelid = c.oid where k.contype in (" TYPES                                      \
    ") order by 3"

constexpr query<catalog_entry> constraints{"catalog.constraints",
                                           AGENTE_CONSTRAINTS("constraint", "'c', 'p', 'u', 'x'")};
constexpr query<catalog_entry> foreign_keys{"catalog.foreign_keys",
                                            AGENTE_CONSTRAINTS("foreign key", "'f'")};

constexpr query<catalog_entry> indexes{
    "catalog.indexes",
    "select 'index' as kind, format('%I.%I', n.nspname, c.relname) as table, i.indexrelid::pg_catalog.regclass::text as name,"
    "       pg_catalog.pg_get_indexdef(i.indexrelid) || case when i.indisvalid then '' else ' (invalid)' end as definition,"
    "       pg_catalog.pg_get_indexdef(i.indexrelid) || ';' as make, '' as change,"
    "       format('drop index %s;', i.indexrelid::pg_catalog.regclass) as unmake" AGENTE_OUR_RELATIONS
    " join pg_catalog.pg_index i on i.indrelid = c.oid"
    " where not exists (select from pg_catalog.pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))"
    " order by 3"};

constexpr query<catalog_entry> triggers{
    "catalog.triggers",
    "select 'trigger' as kind, format('%I.%I', n.nspname, c.relname) as table,"
    "       format('%I on %I.%I', t.tgname, n.nspname, c.relname) as name,"
    "       pg_catalog.pg_get_triggerdef(t.oid) || case t.tgenabled when 'O' then '' else ' (' || t.tgenabled::text || ')' end as definition,"
    "       pg_catalog.pg_get_triggerdef(t.oid) || ';' as make, '' as change,"
    "       format('drop trigger %I on %I.%I;', t.tgname, n.nspname, c.relname) as unmake" AGENTE_OUR_RELATIONS
    " join pg_catalog.pg_trigger t on t.tgrelid = c.oid where not t.tgisinternal order by 3"};

constexpr query<catalog_entry> row_security{
    "catalog.row_security",
    "select 'row level security' as kind, format('%I.%I', n.nspname, c.relname) as table,"
    "       format('%I.%I', n.nspname, c.relname) as name,"
    "       case when c.relforcerowsecurity then 'forced, ' else '' end || case when c.relrowsecurity then 'on' else 'off' end as definition,"
    "       format('alter table %1$I.%2$I %3$s row level security; alter table %1$I.%2$I %4$s row level security;', n.nspname, c.relname,"
    "              case when c.relrowsecurity then 'enable' else 'disable' end, case when c.relforcerowsecurity then 'force' else 'no force' end) as make,"
    "       format('alter table %1$I.%2$I %3$s row level security; alter table %1$I.%2$I %4$s row level security;', n.nspname, c.relname,"
    "              case when c.relrowsecurity then 'enable' else 'disable' end, case when c.relforcerowsecurity then 'force' else 'no force' end) as change,"
    "       '' as unmake" AGENTE_OUR_RELATIONS " where c.relkind in ('r', 'p') order by 3"};

constexpr query<catalog_entry> policies{
    "catalog.policies",
    "select 'policy' as kind, x.target as table, format('%I on %s', x.polname, x.target) as name, x.said as definition,"
    "       format('create policy %I on %s %s;', x.polname, x.target, x.said) as make, '' as change,"
    "       format('drop policy %I on %s;', x.polname, x.target) as unmake"
    "  from (select p.polname, format('%I.%I', n.nspname, c.relname) as target,"
    "               format('as %s for %s to %s%s%s', case when p.polpermissive then 'permissive' else 'restrictive' end,"
    "                      case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,"
    "                      (select string_agg(case r when 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(r)) end, ', ' order by r = 0, pg_catalog.pg_get_userbyid(r))"
    "                         from unnest(p.polroles) r),"
    "                      coalesce(' using (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', ''),"
    "                      coalesce(' with check (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')) as said" AGENTE_OUR_RELATIONS
    " join pg_catalog.pg_policy p on p.polrelid = c.oid) x order by 3"};

constexpr query<catalog_entry> owners{
    "catalog.owners",
    "select 'owner' as kind, case when x.kind in ('schema', 'function') then '' else x.name end as table, x.kind || ' ' || x.name as name,"
    "       pg_catalog.pg_get_userbyid(x.owner)::text as definition,"
    "       format('alter %s %s owner to %I;', x.kind, x.name, pg_catalog.pg_get_userbyid(x.owner)) as make,"
    "       format('alter %s %s owner to %I;', x.kind, x.name, pg_catalog.pg_get_userbyid(x.owner)) as change, '' as unmake"
    "  from (select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' else 'table' end as kind,"
    "               format('%I.%I', n.nspname, c.relname) as name, c.relowner as owner" AGENTE_OUR_RELATIONS
    " where c.relkind in ('r', 'p', 'v', 'm', 'f')"
    "        union all select 'schema', n.nspname, n.nspowner from pg_catalog.pg_namespace n where n.nspname = 'agente'"
    "        union all select 'function', p.oid::pg_catalog.regprocedure::text, p.proowner"
    "          from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace"
    "         where n.nspname in ('public', 'agente') and p.prokind in ('f', 'p')"
    "           and not exists (select from pg_catalog.pg_depend e where e.objid = p.oid and e.deptype = 'e'"
    "                           and e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass)) x order by 3"};

// Whose rights are nobody's fault: the owner's own, and those of the roles a platform works with.
#define AGENTE_FOREIGN_GRANTEE                                                                                \
    " x.grantee <> x.owner and (x.grantee = 0 or (pg_catalog.pg_get_userbyid(x.grantee) not like 'supabase%'" \
    "  and pg_catalog.pg_get_userbyid(x.grantee) not in ('service_role', 'dashboard_user', 'postgres', 'pg_database_owner')))"
#define AGENTE_GRANTEE \
    " case x.grantee when 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) end"

constexpr query<catalog_entry> grants{
    "catalog.grants",
    "select 'grant' as kind, g.of as table, format('%s on %s to %s', g.privilege, g.target, g.role) as name,"
    "       case when g.columns = '' then 'all of it' else g.columns end || case when g.grantable then ', with grant option' else '' end as definition,"
    "       format('grant %s%s on %s to %s%s;', g.privilege, case when g.columns = '' then '' else ' (' || g.columns || ')' end,"
    "              g.target, g.role, case when g.grantable then ' with grant option' else '' end) as make, '' as change,"
    "       format('revoke %s%s on %s from %s;', g.privilege, case when g.columns = '' then '' else ' (' || g.columns || ')' end,"
    "              g.target, g.role) as unmake"
    "  from (select x.of, x.target, lower(x.privilege_type) as privilege, bool_or(x.grantable) as grantable,"
    // on the whole table: then those on columns mean nothing more
    "               case when bool_or(x.columns = '') then '' else max(x.columns) end as columns," AGENTE_GRANTEE
    " as role"
    "          from (select format('%I.%I', n.nspname, c.relname) as of,"
    "                       format('%s %I.%I', case c.relkind when 'S' then 'sequence' else 'table' end, n.nspname, c.relname) as target,"
    "                       a.privilege_type, '' as columns, a.is_grantable as grantable, a.grantee, c.relowner as owner" AGENTE_OUR_RELATIONS
    "                  join lateral aclexplode(c.relacl) a on true where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')"
    "                union all"
    "                select format('%I.%I', n.nspname, c.relname), format('table %I.%I', n.nspname, c.relname), a.privilege_type,"
    "                       string_agg(quote_ident(t.attname), ', ' order by t.attname), bool_or(a.is_grantable), a.grantee, c.relowner" AGENTE_OUR_RELATIONS
    "                  join pg_catalog.pg_attribute t on t.attrelid = c.oid and t.attnum > 0 and not t.attisdropped"
    "                  join lateral aclexplode(t.attacl) a on true"
    "                 group by n.nspname, c.relname, a.privilege_type, a.grantee, c.relowner"
    "                union all"
    "                select '', 'schema ' || quote_ident(n.nspname), a.privilege_type, '', a.is_grantable, a.grantee, n.nspowner"
    "                  from pg_catalog.pg_namespace n, lateral aclexplode(n.nspacl) a"
    "                 where n.nspname = 'agente' or (n.nspname = 'public' and pg_catalog.pg_get_userbyid(a.grantee) like 'agente%')"
    "                union all"
    "                select '', 'function ' || p.oid::pg_catalog.regprocedure::text, a.privilege_type, '', a.is_grantable, a.grantee, p.proowner"
    "                  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace,"
    "                       lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a"
    "                 where n.nspname in ('public', 'agente')"
    "                   and not exists (select from pg_catalog.pg_depend e where e.objid = p.oid and e.deptype = 'e'"
    "                                   and e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass)"
    "               ) x where" AGENTE_FOREIGN_GRANTEE
    " group by x.of, x.target, x.privilege_type, x.grantee) g order by 3, 4"};

// What roles get on things to come, made by whoever owns our schema.
constexpr query<catalog_entry> default_grants{
    "catalog.default_grants",
    "select 'default right' as kind, '' as table, format('%s on %s in schema %s to %s', x.privilege, x.things, x.nspname, x.role) as name,"
    "       x.privilege as definition,"
    "       format('alter default privileges for role %I in schema %I grant %s on %s to %s;', x.maker, x.nspname, x.privilege, x.things, x.role) as make,"
    "       '' as change,"
    "       format('alter default privileges for role %I in schema %I revoke %s on %s from %s;', x.maker, x.nspname, x.privilege, x.things, x.role) as unmake"
    "  from (select lower(x.privilege_type) as privilege, x.nspname, x.maker,"
    "               case x.things when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' else 'types' end as things," AGENTE_GRANTEE
    " as role"
    "          from (select n.nspname, d.defaclobjtype as things, d.defaclrole as owner, pg_catalog.pg_get_userbyid(d.defaclrole) as maker,"
    "                       a.privilege_type, a.grantee"
    "                  from pg_catalog.pg_default_acl d join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace,"
    "                       lateral aclexplode(d.defaclacl) a"
    "                 where n.nspname in ('public', 'agente')"
    "                   and d.defaclrole = (select s.nspowner from pg_catalog.pg_namespace s where s.nspname = 'agente')) x"
    "         where" AGENTE_FOREIGN_GRANTEE ") x order by 3"};

constexpr query<catalog_entry> comments{
    "catalog.comments",
    "select 'comment' as kind, x.of as table, x.what as name, x.description as definition,"
    "       format('comment on %s is %L;', x.what, x.description) as make,"
    "       format('comment on %s is %L;', x.what, x.description) as change, format('comment on %s is null;', x.what) as unmake"
    "  from (select format('%I.%I', n.nspname, c.relname) as of, d.description,"
    "               case when a.attname is null then format('table %I.%I', n.nspname, c.relname)"
    "                    else format('column %I.%I.%I', n.nspname, c.relname, a.attname) end as what" AGENTE_OUR_RELATIONS
    "          join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objoid = c.oid"
    "          left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid and d.objsubid > 0"
    "         where c.relkind in ('r', 'p')) x order by 3"};

#undef AGENTE_OUR_RELATIONS
#undef AGENTE_COLUMNS
#undef AGENTE_COLUMN_NAME
#undef AGENTE_CONSTRAINTS
#undef AGENTE_FOREIGN_GRANTEE
#undef AGENTE_GRANTEE

constexpr catalog_kind all[] = {
    {"schema", schemas, true},
    {"extension", extensions, true},
    {"type", types, true},
    {"table", tables, true},
    {"column", columns, true},
    {"default", defaults},
    {"not null", not_nulls},
    {"identity", identities},
    {"sequence", sequences, true},
    {"constraint", constraints},
    {"foreign key", foreign_keys},
    {"index", indexes},
    {"function", functions},
    {"trigger", triggers},
    {"row level security", row_security},
    {"policy", policies},
    {"owner", owners},
    {"grant", grants},
    {"default right", default_grants},
    {"comment", comments},
};

}  // namespace

std::span<catalog_kind const> catalog_kinds() { return all; }

}  // namespace agente::operations
