#include "operations/rollback.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>

#include "embedded/binaries.hpp"
#include "embedded/postgres_server.hpp"
#include "operations/our_objects.hpp"
#include "operations/restore_script.hpp"
#include "operations/verify.hpp"

namespace agente::operations {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using postgres::query;

constexpr query<std::string, std::vector<std::string>> others_query{
    "rollback.others",
    "with ours as (select pg_catalog.to_regclass(t.name) as oid from pg_catalog.unnest($1) as t (name))"
    " select 'foreign key ' || k.conname || ' of ' || k.conrelid::regclass::text"
    "   from pg_catalog.pg_constraint k"
    "  where k.contype = 'f' and k.confrelid in (select oid from ours) and k.conrelid not in (select oid from ours where oid is not null)"
    " union"
    " select case c.relkind when 'm' then 'materialized view ' else 'view ' end || c.oid::regclass::text"
    "   from pg_catalog.pg_depend d"
    "   join pg_catalog.pg_rewrite r on d.classid = 'pg_catalog.pg_rewrite'::regclass and r.oid = d.objid"
    "   join pg_catalog.pg_class c on c.oid = r.ev_class"
    "  where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid in (select oid from ours)"
    "    and c.relkind in ('v', 'm')"
    " union"
    " select 'table or view ' || c.oid::regclass::text"
    "   from pg_catalog.pg_class c"
    "  where c.relnamespace = pg_catalog.to_regnamespace('agente') and c.relkind in ('r', 'p', 'v', 'm', 'f')"
    "    and c.oid not in (select oid from ours where oid is not null)"
    " order by 1"};

[[noreturn]] void conflict(std::string_view code, std::string message) {
    throw failure(error(error_kind::conflict, code, std::move(message)));
}

std::string lock_statement(std::vector<table_sum> const& tables) {
    std::vector<std::string> names;
    for (auto const& one : tables)
        names.push_back(fmt::format("{}.{}", quoted_name(one.schema), quoted_name(one.name)));
    return fmt::format("lock table {} in access exclusive mode;\n", fmt::join(names, ", "));
}

// Everything under one lock: what is dropped is what the backup holds.
void drop_as_backed_up(postgres::command_connection& database, backup_manifest const& backup) {
    constexpr std::string_view raised = "P0001", lock_not_available = "55P03";
    try {
        database.script("rollback.drop", begin_restore() + lock_statement(backup.tables) +
                                             check_tables(backup.tables) + drop_script() +
                                             "commit;");
    } catch (postgres::error const& e) {
        if (e.sqlstate() == raised || e.sqlstate() == lock_not_available)
            conflict(
                "rollback.changed",
                fmt::format("somebody still uses the database: stop the service everywhere and run "
                            "this again. Nothing was dropped ({})",
                            e.what()));
        throw;
    }
}

fs::path write_private(fs::path const& file, std::string_view text) {
    ::unlink(file.c_str());
    open_file const out(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!out.open() ||
        ::write(out.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        throw failure(error(error_kind::unavailable, "rollback.cannot_write",
                            fmt::format("{} cannot be written", file.string())));
    return file;
}

std::string start_command(embedded::postgres_server const& server, fs::path const& folder) {
    auto const path = folder.string();
    auto const control = (embedded::postgres_programs(std::to_string(server.major())) / "pg_ctl");
    return fmt::format(
        "{0}{1} -D {2}/data -l {2}/server.log -o \"-c port={3} -c listen_addresses=127.0.0.1"
        " -c unix_socket_directories='' -c hba_file={2}/pg_hba.conf\" start",
        embedded::unprivileged() ? fmt::format("runuser -u {} -- ", embedded::unprivileged()->name)
                                 : std::string(),
        control.string(), path, server.port());
}

}  // namespace

std::vector<std::string> others_upon_ours(postgres::command_connection& database) {
    return database.rows(others_query, objects_of().tables);
}

void refuse_others(postgres::command_connection& database) {
    auto const others = others_upon_ours(database);
    if (!others.empty())
        conflict(
            "rollback.others_depend",
            fmt::format(
                "others have built upon our tables, or a newer version of this program has: {}. "
                "Nothing was dropped; drop or move these first",
                fmt::join(others, ", ")));
}

drop_report drop_schema(postgres::conninfo const& where, fs::path const& folder, told const& step) {
    auto const target = look_at_target(where);
    if (!target.schema_version)
        conflict(
            "rollback.nothing_there",
            target.tables.empty()
                ? "the database holds nothing of this program: there is nothing to drop"
                : "the tables are those of an earlier installation, not this program's: they stay");
    postgres::command_connection database(where, {.connect = 15s, .answer = 1h});
    refuse_others(database);
    drop_report report;
    report.backup = make_backup(where, {.folder = folder}, step);
    verify_backup(open_backup(report.backup.file), step);
    if (step) step("dropping the tables");
    drop_as_backed_up(database, report.backup.manifest);
    for (auto const& one : target.tables) report.tables.push_back(one.shown());
    return report;
}

local_server restore_to_folder(fs::path const& folder, backup_file const& backup,
                               told const& step) {
    if (step) step("starting a private PostgreSQL");
    auto const home = fs::absolute(folder).lexically_normal();
    embedded::postgres_server server({.folder = home, .database = "agente"});
    restore_backup(postgres::parse_url(server.url()).value(), backup, {}, step);
    local_server made;
    made.start_command = start_command(server, home);
    made.settings = write_private(
        home / "agente-hotel.env",
        fmt::format("# Instead of the lines of these names in .env\n"
                    "DATABASE_URL={}\nMIGRATIONS_DATABASE_URL=\nUSE_SUPABASE=false\n"
                    "POSTGRES_POOL_SIZE=4\nPOSTGRES_MAX_OVERFLOW=4\nDB_PIPELINE=auto\n",
                    server.url()));
    return made;
}

std::vector<std::string> changed_since(postgres::conninfo const& where,
                                       backup_manifest const& backup) {
    postgres::command_connection database(where, {.connect = 15s, .answer = 6h});
    database.script("rollback.begin",
                    "begin isolation level repeatable read read only;" + fixed_formats());
    auto const now = table_sums(database);
    std::vector<std::string> names;
    for (auto const& one : backup.tables)
        if (std::ranges::find(now, one) == now.end()) names.push_back(one.shown());
    return names;
}

}  // namespace agente::operations
