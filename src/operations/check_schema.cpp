#include "operations/check_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/describe/class.hpp>

namespace agente::operations {

BOOST_DESCRIBE_STRUCT(applied_migration, (), (version, name, checksum))
BOOST_DESCRIBE_STRUCT(extension_state, (), (name, installed, schema))

namespace {

using postgres::query;

std::vector<std::string> const six_tables{"users",   "user_sessions",           "password_history",
                                          "tenants", "tenant_user_identifiers", "lock_audit"};

constexpr query<std::string, std::vector<std::string>> ask_tables{
    "check.tables",
    "select c.relname::text from pg_catalog.pg_class c"
    "  join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
    " where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname = any ($1)"};

constexpr query<bool> ask_bookkeeping{
    "check.bookkeeping", "select pg_catalog.to_regclass('agente.migrations') is not null"};

constexpr query<applied_migration> ask_migrations{
    "check.migrations", "select version, name, checksum from agente.migrations order by version"};

constexpr query<extension_state> ask_extensions{
    "check.extensions",
    "select a.name::text, coalesce(e.extversion, '') as installed, coalesce(n.nspname::text, '') as schema"
    "  from pg_catalog.pg_available_extensions a"
    "  left join pg_catalog.pg_extension e on e.extname = a.name"
    "  left join pg_catalog.pg_namespace n on n.oid = e.extnamespace"
    " where a.name in ('btree_gist', 'pg_stat_statements') order by a.name"};

finding of_tables(schema_facts const& facts) {
    std::vector<std::string> missing;
    for (auto const& table : six_tables)
        if (std::ranges::find(facts.tables, table) == facts.tables.end()) missing.push_back(table);
    if (missing.empty())
        return {"schema.tables", severity::ok, "the six tables of public are there", ""};
    if (missing.size() == six_tables.size())
        return {
            "schema.tables", severity::fault,
            "none of the six tables of public is there: the schema is not deployed",
            "run agente-hotel db deploy; if it was, this is another database or another project: check the URL"};
    return {
        "schema.tables", severity::fault,
        fmt::format("of the six tables of public these are missing: {}", fmt::join(missing, ", ")),
        "run agente-hotel db deploy; if somebody dropped them, restore them from a backup (db restore)"};
}

finding migrations_fault(std::string what, std::string cure) {
    return {"schema.migrations", severity::fault, std::move(what), std::move(cure)};
}

finding of_migrations(schema_facts const& facts, schema_files const& files) {
    if (!facts.bookkeeping)
        return migrations_fault(
            facts.tables.empty()
                ? "agente.migrations is not there: nothing was deployed"
                : "agente.migrations is not there: the tables are an earlier installation's",
            facts.tables.empty()
                ? "run agente-hotel db deploy"
                : "run agente-hotel db deploy --dry-run to see what adopting them changes, then without it");
    auto const ran = [&](int version) {
        return std::ranges::find(facts.applied, version, &applied_migration::version);
    };
    std::vector<std::string> pending, changed;
    for (auto const& file : files.migrations) {
        auto const row = ran(file.version());
        if (row == facts.applied.end())
            pending.push_back(file.name);
        else if (row->checksum != file.checksum())
            changed.push_back(file.name);
    }
    auto const newest = files.migrations.empty() ? 0 : files.migrations.back().version();
    if (!facts.applied.empty() && facts.applied.back().version > newest)
        return migrations_fault(
            fmt::format("the database is newer: it holds {}, this program ends at {}",
                        facts.applied.back().name, newest),
            "use the newer program");
    if (!changed.empty())
        return migrations_fault(
            fmt::format("ran with another text than this program has: {}",
                        fmt::join(changed, ", ")),
            "use the program that deployed it, or restore the text and put the change into a new migration");
    if (!pending.empty())
        return migrations_fault(fmt::format("the schema is older than this program, {} pending: {}",
                                            pending.size(), fmt::join(pending, ", ")),
                                "take a backup (db backup), then run agente-hotel db deploy");
    auto const schema = ran(0);
    if (schema == facts.applied.end() || schema->checksum != files.schema.checksum())
        return {
            "schema.migrations", severity::warning,
            "all migrations ran, but schema.sql has another text now (grants, policies or functions differ)",
            "run agente-hotel db deploy"};
    return {"schema.migrations", severity::ok, fmt::format("version {}, nothing pending", newest),
            ""};
}

void of_extensions(schema_facts const& facts, findings& out) {
    auto const of = [&](std::string_view name) {
        auto const at = std::ranges::find(facts.extensions, name, &extension_state::name);
        return at == facts.extensions.end() ? nullptr : &*at;
    };
    auto const* const gist = of("btree_gist");
    if (gist == nullptr)
        out.push_back(
            {"extension.btree_gist", severity::fault,
             "this server has no btree_gist, which the schema needs",
             "install the server's contrib package (postgresql-contrib), or use a server that has it"});
    else if (gist->installed.empty())
        out.push_back({"extension.btree_gist", facts.bookkeeping ? severity::fault : severity::info,
                       "btree_gist is not in this database yet",
                       facts.bookkeeping ? "run agente-hotel db deploy" : ""});
    else
        out.push_back({"extension.btree_gist",
                       gist->schema == "public" ? severity::warning : severity::ok,
                       fmt::format("btree_gist {} in schema {}", gist->installed, gist->schema),
                       gist->schema == "public"
                           ? "ALTER EXTENSION btree_gist SET SCHEMA extensions (or agente)"
                           : ""});
    auto const* const statements = of("pg_stat_statements");
    bool const there = statements != nullptr && !statements->installed.empty();
    out.push_back(
        {"extension.statements", severity::info,
         there ? fmt::format("pg_stat_statements {}: db report can name the slowest statements",
                             statements->installed)
               : "no pg_stat_statements: db report cannot name the slowest statements",
         ""});
}

}  // namespace

schema_facts read_schema_facts(postgres::command_connection& db) {
    schema_facts out;
    out.tables = db.rows(ask_tables, six_tables);
    out.bookkeeping = db.row(ask_bookkeeping).value();
    if (out.bookkeeping) out.applied = db.rows(ask_migrations);
    out.extensions = db.rows(ask_extensions);
    return out;
}

findings judge_schema(schema_facts const& facts, schema_files const& files) {
    findings out{of_tables(facts), of_migrations(facts, files)};
    of_extensions(facts, out);
    return out;
}

}  // namespace agente::operations
