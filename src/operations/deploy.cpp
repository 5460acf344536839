#include "operations/deploy.hpp"

#include <fmt/format.h>
#include <boost/describe/class.hpp>

#include <map>

#include "base/log.hpp"
#include "operations/sql_script.hpp"

namespace agente::operations {
namespace {

using postgres::query;

struct found_row {
    bool bookkeeping{};
    bool foreign{};
};
BOOST_DESCRIBE_STRUCT(found_row, (), (bookkeeping, foreign))

struct migration_row {
    int version{};
    std::string name;
    std::string checksum;
};
BOOST_DESCRIBE_STRUCT(migration_row, (), (version, name, checksum))

constexpr query<void, std::string> limit_lock_waits{"deploy.limit_lock_waits",
                                                    "select set_config('lock_timeout', $1, true)"};

// The number is ours alone: "agente" in ASCII.
constexpr query<void> lock_out_others{"deploy.lock",
                                      "select pg_advisory_xact_lock(x'6167656e7465'::bigint)"};

constexpr query<found_row> look{
    "deploy.look",
    "select to_regclass('agente.migrations') is not null as bookkeeping,"
    "       coalesce(to_regclass('public.tenants'), to_regclass('public.users')) is not null as foreign"};

constexpr query<migration_row> read_migrations{
    "deploy.read_migrations",
    "select version, name, checksum from agente.migrations order by version"};

constexpr query<void, int, std::string, std::string, std::int64_t> record{
    "deploy.record",
    "insert into agente.migrations (version, name, checksum, duration_ms) values ($1, $2, $3, $4)"
    " on conflict (version) do update set name = excluded.name, checksum = excluded.checksum,"
    "     duration_ms = excluded.duration_ms, applied_at = now(), applied_by = current_user"};

constexpr int schema_version = 0;

[[noreturn]] void conflict(std::string_view code, std::string message) {
    throw failure(error(error_kind::conflict, code, std::move(message)));
}

void check_history(std::map<int, migration_row> const& applied, schema_files const& files) {
    for (auto const& [version, row] : applied) {
        if (version == schema_version) continue;
        if (version > static_cast<int>(files.migrations.size()))
            conflict(
                "deploy.newer_database",
                fmt::format(
                    "the database already holds migration {} (\"{}\"), which this program does not "
                    "know: deploy with the newer program",
                    version, row.name));
        auto const& file = files.migrations[static_cast<std::size_t>(version) - 1];
        if (file.checksum() != row.checksum)
            conflict(
                "deploy.changed_migration",
                fmt::format(
                    "migration \"{}\" has changed since it ran here as \"{}\": restore its text, "
                    "and put the change into a new migration",
                    file.name, row.name));
    }
}

task<> run_script(postgres::lease& connection, sql_file const& file) {
    auto const statements = split_script(file.text);
    if (!statements)
        throw failure(error(error_kind::invalid, "deploy.bad_script",
                            fmt::format("{}, {}", file.name, statements.error().message())));
    for (auto const& one : *statements) {
        auto const name = fmt::format("{}, line {}", file.name, one.line);
        std::string const sql(one.sql);  // libpq wants an end of its own
        query<void> const statement{name, sql};
        co_await connection.execute(statement);
    }
}

task<> run_and_record(postgres::lease& connection, sql_file const& file, int version) {
    auto const start = std::chrono::steady_clock::now();
    co_await run_script(connection, file);
    auto const ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                        std::chrono::steady_clock::now() - start)
                        .count();
    auto const checksum = file.checksum();
    co_await connection.execute(record, version, file.name, checksum, ms);
    log::info("deploy.applied", {{"file", file.name}, {"duration_ms", ms}});
}

task<std::map<int, migration_row>> history(postgres::lease& connection) {
    auto rows = co_await connection.rows(read_migrations);
    std::map<int, migration_row> all;
    for (auto& row : rows) all.emplace(row.version, std::move(row));
    co_return all;
}

}  // namespace

task<deploy_report> deploy(postgres::database& database, schema_files given,
                           deploy_options options) {
    auto const files = checked(std::move(given)).value();
    auto const as = postgres::access::owner().with_timeout(options.statement_limit);
    auto connection = co_await database.exclusive(as, options.most_wait);
    auto const lock_limit = fmt::format("{}ms", options.most_wait.count());
    co_await connection.execute(limit_lock_waits, lock_limit);
    co_await connection.execute(lock_out_others);

    deploy_report report;
    auto const looked = co_await connection.row(look);
    auto const found = looked.value();
    if (!found.bookkeeping && found.foreign)
        conflict(
            "deploy.foreign_database",
            "the database holds tables of an earlier installation (public.tenants or public.users) without "
            "agente.migrations: give an empty database, or adopt this one first");
    std::map<int, migration_row> applied;
    if (found.bookkeeping) applied = co_await history(connection);
    check_history(applied, files);

    report.fresh = !found.bookkeeping;
    if (!report.fresh) {
        for (auto const& file : files.migrations) {
            if (applied.contains(file.version())) continue;
            co_await run_and_record(connection, file, file.version());
            report.applied.push_back(file.name);
        }
    }
    // It shows the sum of all migrations: the whole of a fresh database, and what is no step
    // (grants, policies, functions) of others.
    auto const schema_checksum = files.schema.checksum();
    report.schema_applied = !applied.contains(schema_version) ||
                            applied.at(schema_version).checksum != schema_checksum ||
                            !report.applied.empty();
    if (report.schema_applied) {
        co_await run_and_record(connection, files.schema, schema_version);
        auto const after = co_await history(connection);
        check_history(after, files);  // what schema.sql says it holds must be what the files are
    }
    for (auto const& file : files.migrations)
        report.version = std::max(report.version, file.version());
    co_await connection.commit();
    co_return report;
}

}  // namespace agente::operations
