#include "operations/deployment_facts.hpp"

#include <boost/describe/class.hpp>

#include "operations/read_only.hpp"

namespace agente::operations {

BOOST_DESCRIBE_STRUCT(deployed_migration, (), (version, name, applied_at, applied_by))
BOOST_DESCRIBE_STRUCT(deployed_table, (), (name, rows, bytes))

namespace {

using postgres::query;

struct place {
    std::string database, role;
    std::int64_t bytes{};
    bool bookkeeping{};
};
BOOST_DESCRIBE_STRUCT(place, (), (database, role, bytes, bookkeeping))

constexpr query<place> where{
    "deployment.where",
    "select pg_catalog.current_database()::text as database, current_user::text as role,"
    "       pg_catalog.pg_database_size(pg_catalog.current_database()) as bytes,"
    "       pg_catalog.to_regclass('agente.migrations') is not null as bookkeeping"};

constexpr query<deployed_migration> migrations{
    "deployment.migrations",
    "select version, name, applied_at, applied_by::text as applied_by from agente.migrations order by version"};

constexpr query<deployed_table> tables{
    "deployment.tables",
    "select pg_catalog.format('%I.%I', n.nspname, c.relname) as name,"
    "       coalesce(s.n_live_tup, 0) as rows, pg_catalog.pg_total_relation_size(c.oid) as bytes"
    "  from pg_catalog.pg_class c"
    "  join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
    "  left join pg_catalog.pg_stat_all_tables s on s.relid = c.oid"
    " where n.nspname in ('public', 'agente') and c.relkind in ('r', 'p') order by bytes desc, name"};

}  // namespace

deployment_facts read_deployment(postgres::command_connection& connection) {
    read_only const nothing_changes(connection);
    auto const here = connection.row(where).value();
    deployment_facts out{here.database, here.role, here.bytes, {}, {}};
    if (here.bookkeeping) out.migrations = connection.rows(migrations);
    out.tables = connection.rows(tables);
    return out;
}

}  // namespace agente::operations
