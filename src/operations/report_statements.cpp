// Sections about statements, from pg_stat_statements: the same columns, the most of something
// first.
// What lint and report themselves ask is left out.
#include "operations/report_sources.hpp"

namespace agente::operations {
namespace {

using enum measure;

section_source statements_by(std::string_view name, std::string_view title, std::string_view about,
                             std::string_view order) {
    return {.name = name,
            .title = title,
            .about = about,
            .nothing = "No statement of this database was recorded yet.",
            .needs = section_needs::statements,
            .columns = {{"statement", "Statement", statement},
                        {"role", "Role"},
                        {"calls", "Calls", count},
                        {"total_ms", "Time in all", milliseconds},
                        {"share_percent", "Share", percent},
                        {"mean_ms", "Mean", milliseconds},
                        {"max_ms", "Longest", milliseconds},
                        {"rows", "Rows", count},
                        {"cache_hit_percent", "From the cache", percent},
                        {"disk_ms", "Waiting for disk", milliseconds}},
            .sql = R"sql(
select pg_catalog.left(s.query, 4000) as statement, r.rolname::text as role, s.calls, s.total_exec_time as total_ms,
       100.0 * s.total_exec_time / nullif(pg_catalog.sum(s.total_exec_time) over (), 0) as share_percent,
       s.mean_exec_time as mean_ms, s.max_exec_time as max_ms, s.rows,
       100.0 * s.shared_blks_hit / nullif(s.shared_blks_hit + s.shared_blks_read, 0) as cache_hit_percent, {disk_ms} as disk_ms
  from {statements} s left join pg_catalog.pg_roles r on r.oid = s.userid
 where s.dbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
   and s.query !~ '/\* agente-hotel (report|lint) \*/')sql",
            .order = order};
}

}  // namespace

std::vector<section_source> report_sources_of_statements() {
    return {
        statements_by(
            "outliers", "Statements that take the most time",
            "Where the database's time goes: many calls of a fast statement count as much as a slow one.",
            "total_ms desc, calls desc, statement"),
        statements_by("slowest", "Slowest statements", "By their mean time a call.",
                      "mean_ms desc, calls desc, statement"),
        statements_by("calls", "Most called statements", "What is asked again and again.",
                      "calls desc, total_ms desc, statement"),
    };
}

}  // namespace agente::operations
