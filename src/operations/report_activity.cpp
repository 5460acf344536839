// Sections about what happens now: connections, transactions, locks, roles.
#include "operations/report_sources.hpp"

namespace agente::operations {

using enum measure;

std::vector<section_source> report_sources_of_activity() {
    return {
        {.name = "connections",
         .title = "Connections by state",
         .about = "Clients of all databases of the server, against max_connections.",
         .nothing = "",
         .needs = section_needs::everything,
         .columns = {{"state", "State"},
                     {"connections", "Connections", count},
                     {"percent_of_most", "Of max_connections", percent},
                     {"longest_seconds", "Longest in it", seconds}},
         .sql = R"sql(
select coalesce(a.state, 'not shown to this role') as state, count(*) as connections,
       100.0 * count(*) / pg_catalog.current_setting('max_connections')::int as percent_of_most,
       extract(epoch from max(pg_catalog.clock_timestamp() - a.state_change))::float8 as longest_seconds
  from pg_catalog.pg_stat_activity a
 where coalesce(a.backend_type, 'client backend') = 'client backend' and a.datid is not null
 group by 1)sql",
         .order = "connections desc, 1"},

        {.name = "role-stats",
         .title = "Roles",
         .about =
             "Who may connect, who does, and what is set for them. Values are shown of limits only.",
         .nothing = "",
         .columns = {{"role", "Role"},
                     {"connections", "Connections", count},
                     {"connection_limit", "Limit", count},
                     {"may_sign_in", "Signs in", flag},
                     {"is_superuser", "Superuser", flag},
                     {"bypasses_rls", "Bypasses RLS", flag},
                     {"settings", "Settings"}},
         .sql = R"sql(
select r.rolname::text as role, count(a.pid) as connections, nullif(r.rolconnlimit, -1) as connection_limit, r.rolcanlogin as may_sign_in,
       r.rolsuper as is_superuser, r.rolbypassrls as bypasses_rls,
       (select pg_catalog.string_agg(case when s.setting ~ '^(statement_timeout|lock_timeout|idle_in_transaction_session_timeout'
                                                          '|idle_session_timeout|work_mem|default_transaction_read_only)=' then s.setting
                                          else pg_catalog.split_part(s.setting, '=', 1) || '=…' end, ', ')
          from pg_catalog.unnest(r.rolconfig) as s (setting)) as settings
  from pg_catalog.pg_roles r
  left join pg_catalog.pg_stat_activity a on a.usesysid = r.oid and a.datid is not null and coalesce(a.backend_type, 'client backend') = 'client backend'
 where r.rolname !~ '^pg_'
 group by r.oid, r.rolname, r.rolconnlimit, r.rolcanlogin, r.rolsuper, r.rolbypassrls, r.rolconfig)sql",
         .order = "connections desc, may_sign_in desc, 1"},

        {.name = "long-running-queries",
         .title = "Running now",
         .about =
             "Open transactions, the oldest first. One that stays open keeps dead rows from being swept, "
             "\"idle in transaction\" most of all.",
         .nothing = "Nothing else is running.",
         .needs = section_needs::everything,
         .columns = {{"pid", "Process"},
                     {"role", "Role"},
                     {"application", "Application"},
                     {"state", "State"},
                     {"transaction_seconds", "Transaction", seconds},
                     {"statement_seconds", "Statement", seconds},
                     {"waits_for", "Waits for"},
                     {"statement", "Statement", statement}},
         .sql = R"sql(
select a.pid, a.usename::text as role, a.application_name as application, a.state,
       extract(epoch from pg_catalog.clock_timestamp() - a.xact_start)::float8 as transaction_seconds,
       extract(epoch from pg_catalog.clock_timestamp() - a.query_start)::float8 as statement_seconds,
       a.wait_event_type || ': ' || a.wait_event as waits_for, pg_catalog.left(a.query, 4000) as statement
  from pg_catalog.pg_stat_activity a
 where a.pid <> pg_catalog.pg_backend_pid() and a.backend_type = 'client backend' and a.xact_start is not null)sql",
         .order = "transaction_seconds desc, 1"},

        {.name = "blocking",
         .title = "Who waits for whom",
         .about = "Sessions that wait for a lock, and who holds it.",
         .nothing = "No session waits for another.",
         .needs = section_needs::everything,
         .columns = {{"waiting_pid", "Waits"},
                     {"waiting_role", "As"},
                     {"waiting_seconds", "For", seconds},
                     {"waiting_statement", "What waits", statement},
                     {"blocking_pid", "Blocked by"},
                     {"blocking_role", "Its role"},
                     {"blocking_state", "Its state"},
                     {"blocking_statement", "What blocks (its last statement)", statement}},
         .sql = R"sql(
select w.pid as waiting_pid, w.usename::text as waiting_role,
       extract(epoch from pg_catalog.clock_timestamp() - w.query_start)::float8 as waiting_seconds,
       pg_catalog.left(w.query, 4000) as waiting_statement, b.pid as blocking_pid, b.usename::text as blocking_role,
       b.state as blocking_state, pg_catalog.left(b.query, 4000) as blocking_statement
  from pg_catalog.pg_stat_activity w
 cross join lateral pg_catalog.unnest(pg_catalog.pg_blocking_pids(w.pid)) as by (pid)
  left join pg_catalog.pg_stat_activity b on b.pid = by.pid
 where w.wait_event_type = 'Lock' and w.datname = pg_catalog.current_database())sql",
         .order = "waiting_seconds desc nulls last, 1"},

        {.name = "locks",
         .title = "Locks",
         .about =
             "Locks that stop others: held ones above plain reading, and all that are waited for.",
         .nothing = "Nobody holds or awaits a lock that matters.",
         .columns = {{"pid", "Process"},
                     {"role", "Role"},
                     {"what", "On"},
                     {"mode", "Mode"},
                     {"is_granted", "Held", flag},
                     {"transaction_seconds", "Transaction", seconds},
                     {"statement", "Statement", statement}},
         .sql = R"sql(
select l.pid, a.usename::text as role,
       case l.locktype when 'relation' then coalesce(l.relation::pg_catalog.regclass::text, l.locktype) else l.locktype end as what,
       l.mode, l.granted as is_granted, extract(epoch from pg_catalog.clock_timestamp() - a.xact_start)::float8 as transaction_seconds,
       pg_catalog.left(a.query, 4000) as statement
  from pg_catalog.pg_locks l left join pg_catalog.pg_stat_activity a on a.pid = l.pid
 where l.pid is distinct from pg_catalog.pg_backend_pid()
   and (l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()) or l.database is null)
   and (not l.granted or l.locktype = 'advisory' or (l.locktype = 'relation' and l.mode <> 'AccessShareLock')))sql",
         .order = "is_granted, transaction_seconds desc nulls last, 1"},

        {.name = "replication-slots",
         .title = "Replication slots",
         .about = "A slot nobody reads keeps write-ahead log until the disk is full.",
         .nothing = "There are no replication slots.",
         .columns = {{"slot", "Slot"},
                     {"kind", "Kind"},
                     {"is_active", "Read now", flag},
                     {"log_status", "Log"},
                     {"kept_bytes", "Log kept", bytes}},
         .sql = R"sql(
select s.slot_name::text as slot, s.slot_type as kind, s.active as is_active, s.wal_status as log_status,
       case when not pg_catalog.pg_is_in_recovery() then pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn)::bigint end as kept_bytes
  from pg_catalog.pg_replication_slots s)sql",
         .order = "kept_bytes desc nulls last, 1"},
    };
}

}  // namespace agente::operations
