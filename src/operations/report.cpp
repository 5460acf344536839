#include "operations/report.hpp"

#include <fmt/format.h>
#include <boost/describe/class.hpp>

#include <algorithm>
#include <cmath>

#include "operations/catalog_sql.hpp"
#include "operations/masked_statement.hpp"
#include "operations/report_judgement.hpp"
#include "operations/report_sources.hpp"

namespace agente::operations {

BOOST_DESCRIBE_STRUCT(report_overview, (),
                      (database, role, server_version, taken_at, started_at, counting_since,
                       database_bytes, index_bytes, cache_hit_percent, blocks_asked, connections,
                       most_connections, reserved_connections, blocked, oldest_transaction_seconds,
                       idle_in_transaction_seconds, live_rows, dead_rows, unused_index_bytes,
                       unused_indexes, deadlocks, temporary_bytes, oldest_rows_percent))

namespace {

// Several statements sent at once are one transaction: a read-only one, whose names mean what they
// say, that waits for nobody long.
constexpr std::string_view first =
    "select /* agente-hotel report */ pg_catalog.set_config('transaction_read_only', 'on', true),"
    " pg_catalog.set_config('search_path', '', true), pg_catalog.set_config('lock_timeout', '1s', true),"
    " pg_catalog.set_config('statement_timeout', '30s', true);";

// What this server has and this role may do.
struct abilities {
    bool sees_everything{}, lists_wal{}, has_checkpointer{}, may_add_extension{};
    std::string statements;  // the view, quoted; empty: the extension is not there
    bool reads_statements{}, new_io_names{};
};
BOOST_DESCRIBE_STRUCT(abilities, (),
                      (sees_everything, lists_wal, has_checkpointer, may_add_extension, statements,
                       reads_statements, new_io_names))

constexpr std::string_view ask_abilities = R"sql(
select /* agente-hotel report */ pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'usage') as sees_everything,
       pg_catalog.has_function_privilege('pg_catalog.pg_ls_waldir()', 'execute') as lists_wal,
       pg_catalog.to_regclass('pg_catalog.pg_stat_checkpointer') is not null as has_checkpointer,
       pg_catalog.has_database_privilege(pg_catalog.current_database(), 'create') as may_add_extension,
       coalesce(pg_catalog.quote_ident(v.nspname) || '.pg_stat_statements', '') as statements,
       coalesce(pg_catalog.has_schema_privilege(v.relnamespace, 'usage') and pg_catalog.has_table_privilege(v.oid, 'select'), false)
           as reads_statements,
       exists (select from pg_catalog.pg_attribute a where a.attrelid = v.oid and a.attname = 'shared_blk_read_time') as new_io_names
  from (select) as one
  left join (select c.oid, c.relnamespace, n.nspname
               from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
               join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = 'pg_stat_statements'
              where e.extname = 'pg_stat_statements') as v on true
)sql";

constexpr std::string_view ask_overview = R"sql(
select /* agente-hotel report */ pg_catalog.current_database()::text as database, current_user::text as role,
       pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) as server_version,
       pg_catalog.to_char(pg_catalog.now() at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"') as taken_at,
       pg_catalog.to_char(pg_catalog.pg_postmaster_start_time() at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"') as started_at,
       pg_catalog.to_char(d.stats_reset at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"') as counting_since,
       pg_catalog.pg_database_size(d.datid) as database_bytes,
       (100.0 * d.blks_hit / nullif(d.blks_hit + d.blks_read, 0))::float8 as cache_hit_percent, d.blks_hit + d.blks_read as blocks_asked,
       a.connections, pg_catalog.current_setting('max_connections')::bigint as most_connections,
       pg_catalog.current_setting('superuser_reserved_connections')::bigint
           + coalesce(pg_catalog.current_setting('reserved_connections', true), '0')::bigint as reserved_connections,
       a.blocked, a.oldest_transaction_seconds, a.idle_in_transaction_seconds, t.live_rows, t.dead_rows,
       i.bytes as index_bytes, i.unused_bytes as unused_index_bytes, i.unused as unused_indexes, d.deadlocks, d.temp_bytes as temporary_bytes,
       (select 100.0 * pg_catalog.age(b.datfrozenxid) / 2000000000 from pg_catalog.pg_database b where b.oid = d.datid)::float8
           as oldest_rows_percent
  from pg_catalog.pg_stat_database d
 cross join (select count(*) as connections, count(*) filter (where a.wait_event_type = 'Lock') as blocked,
                    coalesce(extract(epoch from max(pg_catalog.clock_timestamp() - a.xact_start)
                                                filter (where a.pid <> pg_catalog.pg_backend_pid())), 0)::float8 as oldest_transaction_seconds,
                    coalesce(extract(epoch from max(pg_catalog.clock_timestamp() - a.state_change)
                                                filter (where a.state like 'idle in transaction%')), 0)::float8 as idle_in_transaction_seconds
               from pg_catalog.pg_stat_activity a
              where a.datid is not null and coalesce(a.backend_type, 'client backend') = 'client backend') as a
 cross join (select coalesce(pg_catalog.sum(u.n_live_tup), 0)::bigint as live_rows, coalesce(pg_catalog.sum(u.n_dead_tup), 0)::bigint as dead_rows
               from pg_catalog.pg_stat_user_tables u) as t
 cross join (select coalesce(pg_catalog.sum(x.bytes), 0)::bigint as bytes,
                    coalesce(pg_catalog.sum(x.bytes) filter (where x.unused), 0)::bigint as unused_bytes, count(*) filter (where x.unused) as unused
               from (select {index_bytes} as bytes,
                            u.idx_scan < 50 and not k.indisunique and not k.indisexclusion
                            and {index_bytes} > 5 * pg_catalog.current_setting('block_size')::int as unused
                       from pg_catalog.pg_stat_user_indexes u join pg_catalog.pg_index k on k.indexrelid = u.indexrelid
                       join pg_catalog.pg_class c on c.oid = u.indexrelid) as x) as i
 where d.datname = pg_catalog.current_database()
)sql";

postgres::table answer_of(postgres::command_connection& connection, std::string_view name,
                          std::string_view sql) {
    auto tables = connection.script(name, fmt::format("{}{}", first, sql));
    return std::move(tables.back());
}

void replace(std::string& in, std::string_view what, std::string_view by) {
    for (auto at = in.find(what); at != std::string::npos; at = in.find(what, at + by.size()))
        in.replace(at, what.size(), by);
}

// One more column tells how many rows there are; order and limit come last.
std::string complete(section_source const& source, abilities const& can, int most_rows) {
    auto sql = fmt::format(
        "select /* agente-hotel report */ x.*, count(*) over () as in_all from ({}) as x order by {} limit {}",
        source.sql, source.order, most_rows);
    replace(sql, "{statements}", can.statements);
    replace(sql, "{disk_ms}",
            can.new_io_names ? "s.shared_blk_read_time + s.shared_blk_write_time"
                             : "s.blk_read_time + s.blk_write_time");
    replace(sql, "{wal_bytes}",
            can.lists_wal
                ? "(select pg_catalog.sum(w.size)::bigint from pg_catalog.pg_ls_waldir() w)"
                : "null::bigint");
    replace(
        sql, "{checkpoints}",
        can.has_checkpointer
            ? "(select num_timed from pg_catalog.pg_stat_checkpointer) as checkpoints_timed,"
              " (select num_requested from pg_catalog.pg_stat_checkpointer) as checkpoints_asked"
            : "(select checkpoints_timed from pg_catalog.pg_stat_bgwriter) as checkpoints_timed,"
              " (select checkpoints_req from pg_catalog.pg_stat_bgwriter) as checkpoints_asked");
    replace(sql, "{bloat}", bloat_sql);
    replace(sql, "{duplicates}", duplicate_indexes_sql);
    return sql;
}

report_cell cell_of(postgres::table const& from, int row, int column, measure of) {
    using postgres::value;
    constexpr postgres::type_oid numeric = 1700;
    if (from.is_null(row, column)) return std::monostate{};
    auto const text = from.text(row, column);
    auto const type = from.column_type(column);
    if (of == measure::statement) return masked_statement(text);
    if (type == postgres::oid::boolean) return value<bool>::parse(text);
    if (value<std::int64_t>::reads(type)) return value<std::int64_t>::parse(text);
    if (value<double>::reads(type) || type == numeric) return value<double>::parse(text);
    return std::string(text);
}

void fill(report_section& section, postgres::table const& from) {
    std::vector<int> places;
    int in_all = -1;
    for (auto const& column : section.columns)
        for (int c = 0; c < from.column_count(); ++c)
            if (from.column_name(c) == column.name) places.push_back(c);
    for (int c = 0; c < from.column_count(); ++c)
        if (from.column_name(c) == "in_all") in_all = c;
    if (places.size() != section.columns.size() || in_all < 0)
        throw postgres::shape_error(section.name, "has other columns than its section");
    for (int row = 0; row < from.row_count(); ++row) {
        auto& cells = section.rows.emplace_back();
        for (std::size_t c = 0; c < places.size(); ++c)
            cells.push_back(cell_of(from, row, places[c], section.columns[c].of));
        section.in_all = postgres::value<std::int64_t>::parse(from.text(row, in_all));
    }
}

std::string how_to_get_statements(abilities const& can, std::string_view role) {
    if (can.statements.empty())
        return fmt::format(
            "The extension pg_stat_statements is not in this database. {}",
            can.may_add_extension
                ? "On Supabase: create extension pg_stat_statements schema extensions. On your own server "
                  "first put it into shared_preload_libraries and restart."
                : "Ask the database's owner to create it.");
    if (!can.reads_statements)
        return fmt::format("Role {} may not read {}: let its owner grant select on it.", role,
                           can.statements);
    return "";
}

constexpr std::string_view only_own =
    "This role sees its own sessions and statements only; GRANT pg_monitor shows the others'.";

bool given_up(postgres::error const& wrong) {
    return wrong.sqlstate() == "55P03" || wrong.sqlstate() == "57014";
}

// Asking for a size waits for whoever changes the table; then what the last ANALYZE counted must
// do: who is in the way is what the report is wanted for.
report_overview overview_of(postgres::command_connection& connection) {
    auto const with = [&](std::string_view index_bytes) {
        auto sql = std::string(ask_overview);
        replace(sql, "{index_bytes}", index_bytes);
        return postgres::read_row<report_overview>("report.overview",
                                                   answer_of(connection, "report.overview", sql))
            .value();
    };
    try {
        return with("pg_catalog.pg_relation_size(c.oid)");
    } catch (postgres::error const& wrong) {
        if (!given_up(wrong)) throw;
        return with("c.relpages * pg_catalog.current_setting('block_size')::bigint");
    }
}

// Why the server refused, as a sentence; what is no matter of one section is thrown again.
std::string refusal(postgres::error const& wrong) {
    auto const state = wrong.sqlstate();
    if (state == "42501") return "This role may not see it (permission denied).";
    if (given_up(wrong))
        return "It was given up: something holds a lock on it, or it took more than 30 seconds.";
    if (state == "55000")
        return "pg_stat_statements is created but not loaded: put it into "
               "shared_preload_libraries and restart the server.";
    throw;
}

report_section read(postgres::command_connection& connection, section_source const& source,
                    abilities const& can, report_overview const& overview, int most_rows) {
    report_section section{.name = source.name,
                           .title = source.title,
                           .about = source.about,
                           .columns = source.columns};
    if (source.needs == section_needs::statements)
        if (section.said = how_to_get_statements(can, overview.role); !section.said.empty())
            return section;
    try {
        fill(section, answer_of(connection, source.name, complete(source, can, most_rows)));
    } catch (postgres::error const& wrong) {
        section.said = refusal(wrong);
        return section;
    }
    if (source.needs != section_needs::nothing && !can.sees_everything)
        section.said = only_own;
    else if (section.rows.empty())
        section.said = source.nothing;
    return section;
}

// As they are read: what is asked for most comes first.
constexpr std::string_view order[] = {"db-stats",
                                      "connections",
                                      "table-stats",
                                      "outliers",
                                      "slowest",
                                      "calls",
                                      "cache",
                                      "vacuum-stats",
                                      "bloat",
                                      "index-stats",
                                      "unused-indexes",
                                      "duplicate-indexes",
                                      "index-use",
                                      "traffic-profile",
                                      "long-running-queries",
                                      "blocking",
                                      "locks",
                                      "role-stats",
                                      "replication-slots"};

std::vector<section_source> sources() {
    auto all = report_sources_of_storage();
    for (auto group : {report_sources_of_statements(), report_sources_of_activity()})
        all.insert(all.end(), group.begin(), group.end());
    std::ranges::sort(all, {}, [](section_source const& one) {
        return std::ranges::find(order, one.name) - std::begin(order);
    });
    return all;
}

bool wanted(report_options const& options, std::string_view name) {
    return options.sections.empty() ||
           std::ranges::find(options.sections, name) != options.sections.end();
}

void check_names(report_options const& options) {
    auto const known = report_section_names();
    for (auto const& name : options.sections)
        if (std::ranges::find(known, name) == known.end())
            throw failure(
                error(error_kind::invalid, "report.unknown_section",
                      fmt::format("there is no section \"{}\": {}", name, fmt::join(known, ", "))));
}

}  // namespace

std::vector<std::string_view> report_section_names() {
    std::vector<std::string_view> names;
    for (auto const& source : sources()) names.push_back(source.name);
    return names;
}

report database_report(postgres::command_connection& connection, report_options const& options) {
    check_names(options);
    auto const can =
        postgres::read_row<abilities>("report.abilities",
                                      answer_of(connection, "report.abilities", ask_abilities))
            .value();
    report all;
    all.overview = overview_of(connection);
    all.overview.sees_everything = can.sees_everything;
    all.judgement = judged(all.overview, options);
    for (auto const& source : sources())
        if (wanted(options, source.name))
            all.sections.push_back(read(connection, source, can, all.overview, options.most_rows));
    return all;
}

}  // namespace agente::operations
