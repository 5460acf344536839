// Selects over the catalog that lint and report share.
#pragma once

#include <string_view>

namespace agente::operations {

// How much room tables and btree indexes take that their rows do not need: relid, nspname, name,
// kind
// ('table', 'index'), real_bytes, wasted_bytes. Estimated from the planner's statistics, so good to
// a few tens of per cent, and only after ANALYZE. A row is its header and null bitmap, the columns'
// average widths and two bytes of padding each, up to eight, and its line pointer. Relations with
// columns this role has no statistics of are left out.
inline constexpr std::string_view bloat_sql = R"sql(
with block as (select pg_catalog.current_setting('block_size')::float8 as size)
select c.oid as relid, n.nspname, pg_catalog.format('%I.%I', n.nspname, c.relname) as name, 'table' as kind,
       c.relpages * b.size as real_bytes,
       greatest(0, c.relpages - pg_catalog.ceil(c.reltuples * (8 * pg_catalog.ceil((24 + w.nulls + w.bytes + 2 * w.columns) / 8) + 4)
                                                / ((b.size - 24) * f.factor / 100))) * b.size as wasted_bytes
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace cross join block b
 cross join lateral (select pg_catalog.sum((1 - s.null_frac) * s.avg_width) as bytes, count(*) as columns, count(s.attname) as known,
                            case when max(s.null_frac) > 0 then count(*) / 8 else 0 end as nulls
                       from pg_catalog.pg_attribute a
                       left join pg_catalog.pg_stats s on s.schemaname = n.nspname and s.tablename = c.relname and s.attname = a.attname
                                                      and not s.inherited
                      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as w
 cross join lateral (select coalesce(max(o.option_value::float8), 100) as factor
                       from pg_catalog.pg_options_to_table(c.reloptions) o where o.option_name = 'fillfactor') as f
 where c.relkind = 'r' and c.relpages > 0 and c.reltuples >= 0 and w.known = w.columns and w.columns > 0
union all
select c.oid, n.nspname, pg_catalog.format('%I.%I', n.nspname, c.relname), 'index', c.relpages * b.size,
       greatest(0, c.relpages - 1 - pg_catalog.ceil(c.reltuples * (8 * pg_catalog.ceil((8 + w.bytes) / 8) + 4) / ((b.size - 40) * 0.9))) * b.size
  from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid join pg_catalog.pg_class t on t.oid = i.indrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace cross join block b
 cross join lateral (select pg_catalog.sum((1 - s.null_frac) * s.avg_width) as bytes, count(*) as columns, count(s.attname) as known
                       from pg_catalog.pg_attribute x
                       left join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[x.attnum - 1] and a.attnum > 0
                       left join pg_catalog.pg_stats s on s.schemaname = n.nspname and not s.inherited
                             and s.tablename = case when a.attname is null then c.relname else t.relname end
                             and s.attname = coalesce(a.attname, x.attname)
                      where x.attrelid = c.oid) as w
 where c.relkind = 'i' and c.relpages > 2 and c.reltuples >= 0 and w.known = w.columns
   and c.relam = (select m.oid from pg_catalog.pg_am m where m.amname = 'btree')
)sql";

// Indexes that say the same as another of their table, of which one must stay: relid, nspname,
// name, table_name, twin (the one to keep), bytes.
inline constexpr std::string_view duplicate_indexes_sql = R"sql(
with forms as (
    select i.indexrelid, i.indrelid, i.indisunique, n.nspname,
           pg_catalog.format('%I.%I', n.nspname, t.relname) as table_name, pg_catalog.format('%I.%I', n.nspname, c.relname) as name,
           exists (select from pg_catalog.pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')) as kept,
           pg_catalog.concat_ws('/', c.relam, i.indkey, i.indclass, i.indcollation, i.indoption,
                                coalesce(pg_catalog.pg_get_expr(i.indexprs, i.indrelid), '-'),
                                coalesce(pg_catalog.pg_get_expr(i.indpred, i.indrelid), '-')) as form
      from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid join pg_catalog.pg_class t on t.oid = i.indrelid
      join pg_catalog.pg_namespace n on n.oid = t.relnamespace
     where i.indisvalid and n.nspname !~ '^pg_'
)
select a.indrelid as relid, a.nspname, a.name, a.table_name, min(b.name) as twin,
       pg_catalog.pg_relation_size(a.indexrelid) as bytes
  from forms a join forms b on b.indrelid = a.indrelid and b.form = a.form and b.indexrelid <> a.indexrelid
 where not a.kept and (b.indisunique or not a.indisunique)
   and (b.kept or (b.indisunique and not a.indisunique) or b.indexrelid < a.indexrelid)
 group by a.indrelid, a.nspname, a.name, a.table_name, a.indexrelid
)sql";

}  // namespace agente::operations
