// Keys, indexes, functions and extensions, and what an earlier installation left behind.
#include "operations/lint_rules.hpp"

namespace agente::operations {
namespace {

constexpr lint_rule rules[] = {
    {.id = "unindexed_fkey",
     .advisor = "0001",
     .level = severity::warning,
     .sql = R"sql(
select r.name as object, pg_catalog.quote_ident(k.conname) as part,
       (select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by c.position)
          from pg_catalog.unnest(k.conkey) with ordinality as c (attnum, position)
          join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = c.attnum) as detail
  from pg_catalog.pg_constraint k join relations r on r.oid = k.conrelid
 where k.contype = 'f'
   and not exists (select from pg_catalog.pg_index i
                    where i.indrelid = k.conrelid and i.indisvalid and i.indpred is null
                      and (i.indkey::pg_catalog.int2[])[0 : pg_catalog.cardinality(k.conkey) - 1] @> k.conkey))sql",
     .sentence =
         "Foreign key {part} of {object} has no index: deleting or changing what it refers to reads the "
         "whole table",
     .cure = "create index concurrently on {object} ({detail})"},

    {.id = "no_primary_key",
     .advisor = "0004",
     .level = severity::warning,
     .sql = R"sql(
select r.name as object, '' as part, '' as detail
  from relations r
 where r.relkind in ('r', 'p')
   and not exists (select from pg_catalog.pg_index i where i.indrelid = r.oid and i.indisprimary))sql",
     .sentence = "{object} has no primary key: its rows cannot be told apart, nor replicated",
     .cure = "alter table {object} add primary key (…)"},

    {.id = "unused_index",
     .advisor = "0005",
     .level = severity::info,
     // Small tables are read whole, whatever indexes they have.
     .sql = R"sql(
select pg_catalog.format('%I.%I', u.schemaname, u.indexrelname) as object, r.name as part,
       pg_catalog.pg_size_pretty(pg_catalog.pg_relation_size(u.indexrelid)) as detail
  from pg_catalog.pg_stat_all_indexes u join relations r on r.oid = u.relid
  join pg_catalog.pg_index i on i.indexrelid = u.indexrelid
 where u.idx_scan = 0 and not i.indisunique and not i.indisexclusion and i.indisvalid and r.reltuples >= 1000
   and not exists (select from pg_catalog.pg_constraint k where k.conindid = i.indexrelid))sql",
     .sentence =
         "Index {object} on {part} ({detail}) was never read since the statistics were reset",
     .cure = "after a month of normal work: drop index concurrently {object}"},

    {.id = "duplicate_index",
     .advisor = "0009",
     .level = severity::warning,
     .sql = R"sql(
select d.name as object, d.table_name as part, d.twin as detail from duplicates d join relations r on r.oid = d.relid)sql",
     .sentence =
         "Index {object} on {part} says the same as {detail}: it costs room and every write, and brings "
         "nothing",
     .cure = "drop index concurrently {object}"},

    {.id = "mutable_search_path",
     .advisor = "0011",
     .level = severity::warning,
     .sql = R"sql(
select f.name as object, '' as part, '' as detail
  from routines f
 where not exists (select from pg_catalog.unnest(f.proconfig) as s (setting) where s.setting like 'search_path=%')
   and not (f.nspname = 'public' and f.proname = 'update_updated_at_column'))sql",
     .sentence =
         "Function {object} finds names by its caller's search_path, who can put others in their place",
     .cure = "alter function {object} set search_path = '', and name schemas in its body"},

    {.id = "extension_in_public",
     .advisor = "0014",
     .level = severity::warning,
     .sql = R"sql(
select pg_catalog.quote_ident(e.extname) as object, '' as part, '' as detail
  from pg_catalog.pg_extension e join schemas s on s.oid = e.extnamespace where s.nspname = 'public')sql",
     .sentence = "Extension {object} lives in public, where the data API offers its functions",
     .cure = "alter extension {object} set schema extensions"},

    {.id = "reg_type",
     .advisor = "0018",
     .level = severity::warning,
     .sql = R"sql(
select r.name as object, pg_catalog.quote_ident(a.attname) as part, t.typname as detail
  from relations r join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
  join pg_catalog.pg_type t on t.oid = a.atttypid and t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace
 where r.relkind in ('r', 'p', 'm') and t.typname in ('regcollation', 'regconfig', 'regdictionary', 'regnamespace', 'regoper',
                                                      'regoperator', 'regproc', 'regprocedure'))sql",
     .sentence =
         "Column {part} of {object} has type {detail}, with which pg_upgrade refuses to work",
     .cure = "alter table {object} alter column {part} type text"},

    {.id = "table_bloat",
     .advisor = "0020",
     .level = severity::info,
     .sql = R"sql(
select r.name as object, pg_catalog.pg_size_pretty(b.wasted_bytes::bigint) as part, pg_catalog.pg_size_pretty(b.real_bytes::bigint) as detail
  from bloat b join relations r on r.oid = b.relid
 where b.kind = 'table' and b.wasted_bytes > 20 * 1024 * 1024 and b.wasted_bytes > b.real_bytes / 2)sql",
     .sentence = "{object} takes {detail}, of which about {part} are empty",
     .cure = "in a quiet hour (it locks the table): vacuum full {object}"},

    {.id = "fkey_to_auth",
     .advisor = "0021",
     .level = severity::fault,
     .sql = R"sql(
select r.name as object, pg_catalog.quote_ident(k.conname) as part, t.relname as detail
  from pg_catalog.pg_constraint k join relations r on r.oid = k.conrelid
  join pg_catalog.pg_class t on t.oid = k.confrelid
  join pg_catalog.pg_namespace n on n.oid = t.relnamespace and n.nspname = 'auth'
  join pg_catalog.pg_index i on i.indexrelid = k.conindid and not i.indisprimary
 where k.contype = 'f')sql",
     .sentence =
         "Foreign key {part} of {object} holds on to a unique constraint of auth.{detail}, which Supabase "
         "may drop",
     .cure =
         "refer to the primary key of auth.{detail}, or: alter table {object} drop constraint {part}"},

    {.id = "old_extension",
     .advisor = "0022",
     .level = severity::warning,
     .sql = R"sql(
select pg_catalog.quote_ident(e.extname) as object, e.extversion as part, v.default_version as detail
  from pg_catalog.pg_extension e join pg_catalog.pg_available_extensions v on v.name = e.extname
 where v.default_version <> e.extversion)sql",
     .sentence = "Extension {object} is at version {part}; the server has {detail}",
     .cure = "alter extension {object} update"},

    {.id = "invalid_index",
     .advisor = "",
     .level = severity::warning,
     .sql = R"sql(
select x.name as object, r.name as part, '' as detail
  from pg_catalog.pg_index i join relations r on r.oid = i.indrelid join relations x on x.oid = i.indexrelid
 where not i.indisvalid and x.relkind = 'i'
   and not exists (select from pg_catalog.pg_stat_progress_create_index p where p.index_relid = i.indexrelid))sql",
     .sentence =
         "Index {object} on {part} was not built to its end: it costs every write and serves no read",
     .cure = "reindex index concurrently {object}, or drop index concurrently {object}"},

    {.id = "not_validated",
     .advisor = "",
     .level = severity::warning,
     .sql = R"sql(
select r.name as object, pg_catalog.quote_ident(k.conname) as part, pg_catalog.pg_get_constraintdef(k.oid) as detail
  from pg_catalog.pg_constraint k join relations r on r.oid = k.conrelid where not k.convalidated)sql",
     .sentence =
         "Constraint {part} of {object} was never checked for the rows that were there before it",
     .cure = "alter table {object} validate constraint {part}"},

    {.id = "disabled_trigger",
     .advisor = "",
     .level = severity::fault,
     .sql = R"sql(
select r.name as object, pg_catalog.quote_ident(t.tgname) as part, '' as detail
  from pg_catalog.pg_trigger t join relations r on r.oid = t.tgrelid where t.tgenabled = 'D' and not t.tgisinternal)sql",
     .sentence = "Trigger {part} of {object} is switched off",
     .cure = "alter table {object} enable trigger {part}"},

    {.id = "autovacuum_off",
     .advisor = "",
     .level = severity::warning,
     .sql = R"sql(
select r.name as object, '' as part, '' as detail
  from relations r, pg_catalog.pg_options_to_table(r.reloptions) o
 where o.option_name = 'autovacuum_enabled' and not o.option_value::boolean)sql",
     .sentence =
         "{object} is never vacuumed by itself: dead rows pile up and its statistics grow stale",
     .cure = "alter table {object} reset (autovacuum_enabled)"},

    {.id = "numbers_run_out",
     .advisor = "",
     .level = severity::warning,
     .sql = R"sql(
select r.name as object, pg_catalog.format('%s of %s', s.last_value, s.max_value) as part,
       pg_catalog.round(100.0 * s.last_value / s.max_value)::text as detail
  from relations r join pg_catalog.pg_sequences s on s.schemaname = r.nspname and s.sequencename = r.relname
 where r.relkind = 'S' and s.last_value > 0.75 * s.max_value and not s.cycle)sql",
     .sentence = "Sequence {object} has given out {part} numbers ({detail} %)",
     .cure = "make its column and the sequence bigint before it ends"},

    {.id = "leftover_table",
     .advisor = "",
     .level = severity::warning,
     .sql = R"sql(
select r.name as object, '' as part, '' as detail
  from relations r where r.relkind in ('r', 'p') and r.relname in ('alembic_version', '_prisma_migrations'))sql",
     .sentence =
         "{object} is bookkeeping of an earlier installation; migrations are kept in agente.migrations now",
     .cure = "when nothing of the earlier installation runs any more: drop table {object}"},

    {.id = "leftover_function",
     .advisor = "",
     .level = severity::warning,
     .sql = R"sql(
select f.name as object, '' as part,
       coalesce((select pg_catalog.string_agg(pg_catalog.format('%I on %s', t.tgname, t.tgrelid::pg_catalog.regclass), ', ')
                   from pg_catalog.pg_trigger t where t.tgfoid = f.oid), 'nothing') as detail
  from routines f where f.nspname = 'public' and f.proname = 'update_updated_at_column')sql",
     .sentence = "Function {object} is an earlier installation's; used by: {detail}",
     .cure =
         "agente-hotel db deploy puts our triggers in their place; then: drop function {object}"},
};

}  // namespace

std::span<lint_rule const> lint_rules_of_tables() { return rules; }

}  // namespace agente::operations
