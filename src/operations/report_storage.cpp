// Sections about what lies in the database: sizes, indexes, caches, dead rows.
#include "operations/report_sources.hpp"

namespace agente::operations {

using enum measure;

std::vector<section_source> report_sources_of_storage() {
    return {
        {.name = "db-stats",
         .title = "Database",
         .about =
             "Size, cache and transactions of the whole database since its statistics were reset.",
         .nothing = "",
         .columns = {{"database_bytes", "Size", bytes},
                     {"table_bytes", "Tables", bytes},
                     {"index_bytes", "Indexes", bytes},
                     {"toast_bytes", "Long values (TOAST)", bytes},
                     {"wal_bytes", "Write-ahead log", bytes},
                     {"cache_hit_percent", "Blocks found in the cache", percent},
                     {"commits", "Commits", count},
                     {"rollbacks", "Rollbacks", count},
                     {"deadlocks", "Deadlocks", count},
                     {"temporary_bytes", "Written to temporary files", bytes},
                     {"checkpoints_timed", "Checkpoints by time", count},
                     {"checkpoints_asked", "Checkpoints forced by writing", count},
                     {"statistics_seconds", "Statistics since", seconds}},
         .sql = R"sql(
select pg_catalog.pg_database_size(d.datid) as database_bytes, s.table_bytes, s.index_bytes, s.toast_bytes, {wal_bytes} as wal_bytes,
       100.0 * d.blks_hit / nullif(d.blks_hit + d.blks_read, 0) as cache_hit_percent, d.xact_commit as commits,
       d.xact_rollback as rollbacks, d.deadlocks, d.temp_bytes as temporary_bytes, {checkpoints},
       extract(epoch from pg_catalog.now() - d.stats_reset)::float8 as statistics_seconds
  from pg_catalog.pg_stat_database d
 cross join (select coalesce(pg_catalog.sum(pg_catalog.pg_relation_size(c.oid)) filter (where c.relkind in ('r', 'm')), 0)::bigint as table_bytes,
                    coalesce(pg_catalog.sum(pg_catalog.pg_relation_size(c.oid)) filter (where c.relkind = 'i'), 0)::bigint as index_bytes,
                    coalesce(pg_catalog.sum(pg_catalog.pg_relation_size(c.oid)) filter (where c.relkind = 't'), 0)::bigint as toast_bytes
               from pg_catalog.pg_class c where c.relkind in ('r', 'm', 'i', 't')) as s
 where d.datname = pg_catalog.current_database())sql",
         .order = "1"},

        {.name = "table-stats",
         .title = "Table sizes",
         .about =
             "What takes the room. A table whose indexes are larger than its rows deserves a look.",
         .nothing = "There are no tables.",
         .columns = {{"table", "Table"},
                     {"rows", "Rows (estimate)", count},
                     {"table_bytes", "Rows take", bytes},
                     {"index_bytes", "Indexes take", bytes},
                     {"toast_bytes", "Long values take", bytes},
                     {"total_bytes", "In all", bytes}},
         .sql = R"sql(
select pg_catalog.format('%I.%I', n.nspname, c.relname) as table, greatest(c.reltuples, 0)::bigint as rows,
       pg_catalog.pg_relation_size(c.oid) as table_bytes, pg_catalog.pg_indexes_size(c.oid) as index_bytes,
       pg_catalog.pg_table_size(c.oid) - pg_catalog.pg_relation_size(c.oid) as toast_bytes,
       pg_catalog.pg_total_relation_size(c.oid) as total_bytes
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema')sql",
         .order = "total_bytes desc, 1"},

        {.name = "index-stats",
         .title = "Index sizes and use",
         .about =
             "How large each index is, and how often it was read since the statistics were reset.",
         .nothing = "There are no indexes.",
         .columns = {{"index", "Index"},
                     {"table", "Table"},
                     {"bytes", "Size", bytes},
                     {"scans", "Times read", count},
                     {"rows_read", "Entries read", count},
                     {"cache_hit_percent", "From the cache", percent},
                     {"is_unique", "Unique", flag}},
         .sql = R"sql(
select pg_catalog.format('%I.%I', u.schemaname, u.indexrelname) as index, pg_catalog.format('%I.%I', u.schemaname, u.relname) as table,
       pg_catalog.pg_relation_size(u.indexrelid) as bytes, u.idx_scan as scans, u.idx_tup_read as rows_read,
       100.0 * s.idx_blks_hit / nullif(s.idx_blks_hit + s.idx_blks_read, 0) as cache_hit_percent, i.indisunique as is_unique
  from pg_catalog.pg_stat_user_indexes u join pg_catalog.pg_statio_user_indexes s on s.indexrelid = u.indexrelid
  join pg_catalog.pg_index i on i.indexrelid = u.indexrelid)sql",
         .order = "bytes desc, 1"},

        {.name = "index-use",
         .title = "How tables are read",
         .about =
             "Large tables that are read whole (not by an index) again and again lack an index.",
         .nothing = "No table was read since the statistics were reset.",
         .columns = {{"table", "Table"},
                     {"rows", "Rows", count},
                     {"index_percent", "Reads by an index", percent},
                     {"whole_reads", "Read whole", count},
                     {"whole_rows", "Rows read so", count},
                     {"index_reads", "Read by index", count}},
         .sql = R"sql(
select pg_catalog.format('%I.%I', u.schemaname, u.relname) as table, u.n_live_tup as rows,
       100.0 * coalesce(u.idx_scan, 0) / nullif(coalesce(u.idx_scan, 0) + u.seq_scan, 0) as index_percent,
       u.seq_scan as whole_reads, u.seq_tup_read as whole_rows, coalesce(u.idx_scan, 0) as index_reads
  from pg_catalog.pg_stat_user_tables u where u.seq_scan + coalesce(u.idx_scan, 0) > 0)sql",
         .order = "whole_rows desc, 1"},

        {.name = "unused-indexes",
         .title = "Unused indexes",
         .about =
             "Larger than five blocks and read fewer than fifty times since the statistics were reset. "
             "Each costs room and every write; replicas and rare reports may still need it.",
         .nothing = "Every index of some size is in use.",
         .columns = {{"index", "Index"},
                     {"table", "Table"},
                     {"bytes", "Size", bytes},
                     {"scans", "Times read", count}},
         .sql = R"sql(
select pg_catalog.format('%I.%I', u.schemaname, u.indexrelname) as index, pg_catalog.format('%I.%I', u.schemaname, u.relname) as table,
       pg_catalog.pg_relation_size(u.indexrelid) as bytes, u.idx_scan as scans
  from pg_catalog.pg_stat_user_indexes u join pg_catalog.pg_index i on i.indexrelid = u.indexrelid
 where u.idx_scan < 50 and not i.indisunique and not i.indisexclusion
   and pg_catalog.pg_relation_size(u.indexrelid) > 5 * pg_catalog.current_setting('block_size')::int)sql",
         .order = "bytes desc, 1"},

        {.name = "duplicate-indexes",
         .title = "Duplicate indexes",
         .about = "Indexes that say the same as another one of their table.",
         .nothing = "No index says the same as another.",
         .columns = {{"index", "Index"},
                     {"table", "Table"},
                     {"twin", "Says the same as"},
                     {"bytes", "Size", bytes}},
         .sql =
             "select d.name as index, d.table_name as table, d.twin, d.bytes from ({duplicates}) as d",
         .order = "bytes desc, 1"},

        {.name = "bloat",
         .title = "Bloat (estimate)",
         .about =
             "Room that tables and indexes take and their rows do not need. Some is normal and used again; "
             "much more than half of a large one is not.",
         .nothing =
             "Nothing of some size wastes room, as far as the statistics tell that this role may see (they come from ANALYZE).",
         .columns = {{"name", "Table or index"},
                     {"kind", "Kind"},
                     {"real_bytes", "Takes", bytes},
                     {"wasted_bytes", "Not needed", bytes},
                     {"wasted_percent", "Share", percent}},
         .sql = R"sql(
select b.name, b.kind, b.real_bytes::bigint as real_bytes, b.wasted_bytes::bigint as wasted_bytes,
       100.0 * b.wasted_bytes / b.real_bytes as wasted_percent
  from ({bloat}) as b where b.wasted_bytes > 0 and b.nspname !~ '^pg_' and b.nspname <> 'information_schema')sql",
         .order = "wasted_bytes desc, 1"},

        {.name = "vacuum-stats",
         .title = "Vacuum",
         .about =
             "Dead rows, and when each table was last swept. Autovacuum comes when the dead rows pass the threshold.",
         .nothing = "There are no tables.",
         .columns = {{"table", "Table"},
                     {"live_rows", "Live rows", count},
                     {"dead_rows", "Dead rows", count},
                     {"dead_percent", "Dead", percent},
                     {"threshold", "Vacuum comes at", count},
                     {"is_due", "Due", flag},
                     {"vacuumed_seconds", "Vacuumed ago", seconds},
                     {"analyzed_seconds", "Analyzed ago", seconds}},
         .sql = R"sql(
select pg_catalog.format('%I.%I', u.schemaname, u.relname) as table, u.n_live_tup as live_rows, u.n_dead_tup as dead_rows,
       100.0 * u.n_dead_tup / nullif(u.n_live_tup + u.n_dead_tup, 0) as dead_percent, t.threshold::bigint as threshold,
       u.n_dead_tup > t.threshold as is_due,
       extract(epoch from pg_catalog.now() - greatest(u.last_vacuum, u.last_autovacuum))::float8 as vacuumed_seconds,
       extract(epoch from pg_catalog.now() - greatest(u.last_analyze, u.last_autoanalyze))::float8 as analyzed_seconds
  from pg_catalog.pg_stat_user_tables u join pg_catalog.pg_class c on c.oid = u.relid
 cross join lateral (
    select coalesce(max(o.option_value::float8) filter (where o.option_name = 'autovacuum_vacuum_threshold'),
                    pg_catalog.current_setting('autovacuum_vacuum_threshold')::float8)
         + coalesce(max(o.option_value::float8) filter (where o.option_name = 'autovacuum_vacuum_scale_factor'),
                    pg_catalog.current_setting('autovacuum_vacuum_scale_factor')::float8) * greatest(c.reltuples, 0) as threshold
      from pg_catalog.pg_options_to_table(c.reloptions) o) as t)sql",
         .order = "dead_rows desc, live_rows desc, 1"},

        {.name = "cache",
         .title = "Cache hits by table",
         .about =
             "How many blocks of a table and its indexes were found in PostgreSQL's cache. Below 95 % on "
             "a busy table, the compute size is small for the data.",
         .nothing = "No block was read since the statistics were reset.",
         .columns = {{"table", "Table"},
                     {"hit_percent", "From the cache", percent},
                     {"blocks_from_cache", "Blocks from the cache", count},
                     {"blocks_from_disk", "Blocks from disk", count}},
         .sql = R"sql(
select pg_catalog.format('%I.%I', s.schemaname, s.relname) as table, 100.0 * b.hit / (b.hit + b.read) as hit_percent,
       b.hit as blocks_from_cache, b.read as blocks_from_disk
  from pg_catalog.pg_statio_user_tables s
 cross join lateral (select s.heap_blks_hit + coalesce(s.idx_blks_hit, 0) + coalesce(s.toast_blks_hit, 0) as hit,
                            s.heap_blks_read + coalesce(s.idx_blks_read, 0) + coalesce(s.toast_blks_read, 0) as read) as b
 where b.hit + b.read > 0)sql",
         .order = "blocks_from_disk desc, 1"},

        {.name = "traffic-profile",
         .title = "Reads and writes",
         .about =
             "Rows read for each row written. HOT updates need no new index entries and are the cheap ones.",
         .nothing = "Nothing was read or written since the statistics were reset.",
         .columns = {{"table", "Table"},
                     {"rows_read", "Rows read", count},
                     {"inserted", "Inserted", count},
                     {"updated", "Updated", count},
                     {"deleted", "Deleted", count},
                     {"hot_percent", "HOT updates", percent},
                     {"profile", "Profile"}},
         .sql = R"sql(
select pg_catalog.format('%I.%I', u.schemaname, u.relname) as table, t.reads as rows_read, u.n_tup_ins as inserted, u.n_tup_upd as updated,
       u.n_tup_del as deleted, 100.0 * u.n_tup_hot_upd / nullif(u.n_tup_upd, 0) as hot_percent,
       case when t.writes = 0 then 'only read' when t.reads = 0 then 'only written'
            when t.reads >= 5 * t.writes then pg_catalog.format('read-heavy, %s : 1', pg_catalog.round(t.reads / t.writes::numeric))
            when t.writes >= 5 * t.reads then pg_catalog.format('write-heavy, 1 : %s', pg_catalog.round(t.writes / t.reads::numeric))
            else 'balanced' end as profile
  from pg_catalog.pg_stat_user_tables u
 cross join lateral (select u.seq_tup_read + coalesce(u.idx_tup_fetch, 0) as reads, u.n_tup_ins + u.n_tup_upd + u.n_tup_del as writes) as t
 where t.reads + t.writes > 0)sql",
         .order = "rows_read + inserted + updated + deleted desc, 1"},
    };
}

}  // namespace agente::operations
