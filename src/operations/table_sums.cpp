#include "operations/table_sums.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/describe/class.hpp>

#include "operations/our_objects.hpp"

namespace agente::operations {
namespace {

using postgres::query;

struct table_row {
    std::string schema, name;
    std::vector<std::string> columns;
    bool all_rows_seen{};
};
BOOST_DESCRIBE_STRUCT(table_row, (), (schema, name, columns, all_rows_seen))

struct count_row {
    std::int64_t rows{};
    std::string checksum;
};
BOOST_DESCRIBE_STRUCT(count_row, (), (rows, checksum))

// A forced policy without conditions shows every row, as the one the schema makes for its owner.
constexpr query<table_row, std::vector<std::string>> tables_query{
    "backup.tables",
    "select n.nspname::text as schema, c.relname::text as name,"
    "       (select coalesce(pg_catalog.array_agg(a.attname::text order by a.attname::text collate \"C\"), '{}')"
    "          from pg_catalog.pg_attribute a"
    "         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,"
    "       (r.rolsuper or r.rolbypassrls or not c.relrowsecurity"
    "        or (not c.relforcerowsecurity and pg_catalog.pg_has_role(c.relowner, 'usage'))"
    "        or exists (select from pg_catalog.pg_policy p"
    "                    where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('*', 'r')"
    "                      and pg_catalog.pg_get_expr(p.polqual, p.polrelid) = 'true'"
    "                      and exists (select from pg_catalog.unnest(p.polroles) as t (role)"
    "                                   where t.role = 0 or pg_catalog.pg_has_role(t.role, 'usage')))"
    "       ) as all_rows_seen"
    "  from pg_catalog.pg_class c"
    "  join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
    "  join pg_catalog.pg_roles r on r.rolname = current_user"
    " where c.relkind = 'r'"
    "   and (n.nspname = 'agente' or (n.nspname = 'public' and c.relname = any ($1)))"
    " order by n.nspname, c.relname"};

std::string full_name(table_sum const& of) {
    return fmt::format("{}.{}", quoted_name(of.schema), quoted_name(of.name));
}

// Sums do not mind the order of rows, and unlike exclusive-or they count doubles. SHA-256, because
// servers in FIPS mode have no MD5.
std::string sum_select(table_sum const& of) {
    std::vector<std::string> columns;
    for (auto const& column : of.columns) columns.push_back("t." + quoted_name(column));
    return fmt::format(
        "select pg_catalog.count(*) as rows,"
        " coalesce(pg_catalog.sum(('x' || pg_catalog.substr(s.h, 1, 16))::bit(64)::bigint), 0)::text || ':' ||"
        " coalesce(pg_catalog.sum(('x' || pg_catalog.substr(s.h, 17, 16))::bit(64)::bigint), 0)::text as checksum"
        " from (select pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(row({})::text, 'UTF8')), 'hex') as h"
        " from only {} t) s",
        fmt::join(columns, ", "), full_name(of));
}

template <class Fill>
std::vector<table_sum> each_table(postgres::command_connection& database, Fill const& fill) {
    auto all = our_tables(database);
    for (auto& one : all) fill(one);
    return all;
}

}  // namespace

bool is_bookkeeping(table_sum const& one) {
    return one.schema == "agente" && one.name == "migrations";
}

std::vector<table_sum> our_tables(postgres::command_connection& database) {
    auto const& in_public = our_public_tables();
    std::vector<std::string> const names(in_public.begin(), in_public.end());
    std::vector<table_sum> all;
    for (auto& row : database.rows(tables_query, names)) {
        if (!row.all_rows_seen)
            throw failure(error(
                error_kind::conflict, "backup.hidden_rows",
                fmt::format(
                    "row level security hides rows of {}.{} from the role that signed in: use "
                    "the role that owns the tables, or one with BYPASSRLS",
                    row.schema, row.name)));
        all.push_back({row.schema, row.name, std::move(row.columns), 0, {}});
    }
    return all;
}

std::vector<table_sum> table_sums(postgres::command_connection& database,
                                  std::function<void(table_sum const&)> const& before) {
    return each_table(database, [&](table_sum& one) {
        if (before) before(one);
        auto const sql = sum_select(one);
        auto const name = "backup.sum of " + one.shown();
        auto const found = database.row(query<count_row>{name, sql});
        one.rows = found->rows;
        one.checksum = found->checksum;
    });
}

std::vector<table_sum> table_rows(postgres::command_connection& database) {
    return each_table(database, [&](table_sum& one) {
        auto const sql = fmt::format("select pg_catalog.count(*) from only {}", full_name(one));
        auto const name = "backup.count of " + one.shown();
        one.rows = *database.row(query<std::int64_t>{name, sql});
    });
}

std::string fixed_formats() {
    return "select set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true),"
           " set_config('IntervalStyle', 'postgres', true), set_config('extra_float_digits', '1', true),"
           " set_config('bytea_output', 'hex', true)";
}

std::string check_statement(table_sum const& expected) {
    return fmt::format(
        "do $agente_check$\ndeclare found record;\nbegin\n    {} into found;\n"
        "    if found.rows <> {} or found.checksum <> {} then\n"
        "        raise exception 'table % is not what the backup held: {} rows, and % there', {}, found.rows;\n"
        "    end if;\nend\n$agente_check$;\n",
        sum_select(expected), expected.rows, quoted_text(expected.checksum), expected.rows,
        quoted_text(expected.shown()));
}

}  // namespace agente::operations
