#include "operations/history.hpp"

#include <fmt/format.h>

#include <boost/describe/class.hpp>

#include "base/log.hpp"
#include "operations/sql_script.hpp"

namespace agente::operations {

BOOST_DESCRIBE_STRUCT(applied_file, (),
                      (version, name, checksum, applied_at, applied_by, duration_ms))

namespace {

using postgres::query;

constexpr query<void, std::string, std::string> set_limits{
    "deploy.set_limits",
    "select pg_catalog.set_config('lock_timeout', $1, true),"
    "       pg_catalog.set_config('statement_timeout', $2, true),"
    "       pg_catalog.set_config('idle_in_transaction_session_timeout', '0', true)"};

// For the time of the session: where the server's system cannot tell, it refuses.
constexpr query<void> notice_our_end{
    "deploy.notice_our_end",
    "select pg_catalog.set_config('client_connection_check_interval', '2s', false)"};

// The number is ours alone: "agente" in ASCII.
constexpr query<void> lock_out_others{
    "deploy.lock", "select pg_catalog.pg_advisory_xact_lock(x'6167656e7465'::pg_catalog.int8)"};

constexpr query<bool> look{"deploy.look",
                           "select pg_catalog.to_regclass('agente.migrations') is not null"};

constexpr query<applied_file> read_all{
    "deploy.read_migrations",
    "select version, name, checksum, applied_at, applied_by, duration_ms from agente.migrations"
    " order by version"};

constexpr query<void, int, std::string, std::string, std::int64_t> record{
    "deploy.record",
    "insert into agente.migrations (version, name, checksum, duration_ms) values ($1, $2, $3, $4)"
    " on conflict (version) do update set name = excluded.name, checksum = excluded.checksum,"
    "     duration_ms = excluded.duration_ms, applied_at = pg_catalog.now(),"
    "     applied_by = current_user"};

[[noreturn]] void conflict(std::string_view code, std::string message) {
    throw failure(error(error_kind::conflict, code, std::move(message)));
}

}  // namespace

std::optional<history> read_history(postgres::command_connection& database) {
    if (!database.row(look).value()) return std::nullopt;
    history all;
    for (auto& row : database.rows(read_all)) {
        auto const version = row.version;
        all.emplace(version, std::move(row));
    }
    return all;
}

void check_history(history const& applied, schema_files const& files) {
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

void run_file(postgres::command_connection& database, sql_file const& file) {
    auto const statements = split_script(file.text);
    if (!statements)
        throw failure(error(error_kind::invalid, "deploy.bad_script",
                            fmt::format("{}, {}", file.name, statements.error().message())));
    for (auto const& one : *statements)
        database.ask(fmt::format("{}, line {}", file.name, one.line), std::string(one.sql));
}

void record_file(postgres::command_connection& database, sql_file const& file, int version,
                 std::chrono::milliseconds took) {
    database.execute(record, version, file.name, file.checksum(), took.count());
    log::info("deploy.applied", {{"file", file.name}, {"duration_ms", took.count()}});
}

void run_and_record(postgres::command_connection& database, sql_file const& file, int version) {
    auto const start = std::chrono::steady_clock::now();
    run_file(database, file);
    record_file(database, file, version,
                std::chrono::duration_cast<std::chrono::milliseconds>(
                    std::chrono::steady_clock::now() - start));
}

void keep_others_out(postgres::command_connection& database, std::chrono::milliseconds most_wait) {
    try {
        database.execute(lock_out_others);
    } catch (postgres::error const& e) {
        if (e.sqlstate() != "55P03") throw;
        conflict("deploy.busy",
                 fmt::format("another deployment or migration of this database is still under way "
                             "after {} s: wait for it and try again",
                             std::chrono::ceil<std::chrono::seconds>(most_wait).count()));
    }
}

command_transaction::command_transaction(postgres::command_connection& database,
                                         std::chrono::milliseconds lock_wait,
                                         std::chrono::milliseconds statement_limit)
    : database_(database) {
    try {
        database_.execute(notice_our_end);
    } catch (postgres::error const& e) {
        if (e.sqlstate().empty()) throw;
    }
    database_.ask("deploy.begin", "begin");
    database_.execute(set_limits, fmt::format("{}ms", lock_wait.count()),
                      fmt::format("{}ms", statement_limit.count()));
}

command_transaction::~command_transaction() {
    if (!open_ || !database_.open()) return;
    try {
        database_.ask("deploy.rollback", "rollback");
    } catch (postgres::error const&) {
        database_.close();  // whoever uses it next is told
    }
}

void command_transaction::commit() {
    open_ = false;
    database_.ask("deploy.commit", "commit");
}

}  // namespace agente::operations
