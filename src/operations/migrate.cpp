#include "operations/migrate.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.hpp"
#include "operations/client_program.hpp"
#include "operations/concurrent_index.hpp"
#include "operations/sql_script.hpp"

namespace agente::operations {
namespace {

using postgres::query;
using namespace std::chrono_literals;

constexpr std::string_view first_line = "-- no-transaction";
constexpr auto longest_build = 24h;  // of an index, outside of a transaction

constexpr query<void> no_limit{"migrate.no_limit",
                               "select pg_catalog.set_config('statement_timeout', '0', false),"
                               "       pg_catalog.set_config('lock_timeout', '0', false)"};

[[noreturn]] void not_deployed() {
    throw failure(error(error_kind::conflict, "migrate.not_deployed",
                        "the database has no agente.migrations: run `db deploy` first"));
}

history deployed_history(postgres::command_connection& database) {
    auto found = read_history(database);
    if (!found) not_deployed();
    return std::move(*found);
}

bool current(history const& applied, schema_files const& files) {
    auto const found = applied.find(schema_version);
    return found != applied.end() && found->second.checksum == files.schema.checksum();
}

void say(migrate_options const& options, std::string const& what) {
    if (options.told) options.told(what);
}

void run_inside(postgres::command_connection& database, sql_file const& file,
                schema_files const& files, migrate_options const& options) {
    command_transaction one(database, options.most_wait, options.statement_limit);
    keep_others_out(database, options.most_wait);
    auto const applied = deployed_history(database);
    check_history(applied, files);
    if (applied.contains(file.version())) return;  // somebody was faster
    run_and_record(database, file, file.version());
    one.commit();
}

// The lock is a transaction's, and must outlast statements that cannot be in one: so a second
// connection holds it, and records the end.
void run_outside(postgres::command_connection& database, postgres::command_connection& guard,
                 sql_file const& file, schema_files const& files, migrate_options const& options) {
    auto const statements = split_script(file.text);
    if (!statements)
        throw failure(error(error_kind::invalid, "deploy.bad_script",
                            fmt::format("{}, {}", file.name, statements.error().message())));
    std::vector<std::optional<concurrent_index>> made;
    for (auto const& one : *statements) {
        try {
            made.push_back(index_made_by(one.sql));
        } catch (failure const& e) {
            throw failure(error(e.reason().kind(), e.reason().code(),
                                fmt::format("{}, line {}: {}", file.name, one.line, e.what())));
        }
    }

    command_transaction locked(guard, options.most_wait, options.statement_limit);
    keep_others_out(guard, options.most_wait);
    auto const applied = deployed_history(guard);
    check_history(applied, files);
    if (applied.contains(file.version())) return;
    // The answered select above is still open and keeps its snapshot, for which a concurrent build
    // would wait for ever; a simple query closes it.
    guard.script("migrate.let_go", "select 1");
    auto const start = std::chrono::steady_clock::now();
    database.execute(no_limit);
    for (std::size_t i = 0; i < statements->size(); ++i) {
        auto const& one = (*statements)[i];
        if (made[i] && drop_when_invalid(database, *made[i]))
            say(options, fmt::format("{}: index {}.{} was left invalid by a run that was cut off: "
                                     "dropped, and made again",
                                     file.name, made[i]->schema, made[i]->name));
        database.ask(fmt::format("{}, line {}", file.name, one.line), std::string(one.sql));
    }
    record_file(guard, file, file.version(),
                std::chrono::duration_cast<std::chrono::milliseconds>(
                    std::chrono::steady_clock::now() - start));
    locked.commit();
}

std::string listed_line(sql_file const& file) {
    return fmt::format("({}, '{}', '{}')", file.version(), file.name, file.checksum());
}

}  // namespace

bool outside_transaction(sql_file const& file) {
    std::string_view const text = file.text;
    return text::trim(text.substr(0, text.find('\n'))) == first_line;
}

std::string_view to_string(migration_state state) noexcept {
    switch (state) {
        case migration_state::applied: return "applied";
        case migration_state::pending: return "pending";
        case migration_state::changed: return "changed";
        case migration_state::unknown: return "unknown";
    }
    return "unknown";
}

migration_status status_of(postgres::command_connection& database, schema_files const& files) {
    auto const applied = deployed_history(database);
    migration_status out;
    out.schema_current = current(applied, files);
    for (auto const& file : files.migrations) {
        migration_line line{file.version(), file.name, migration_state::pending,
                            outside_transaction(file), std::nullopt};
        if (auto const ran = applied.find(file.version()); ran != applied.end()) {
            line.run = ran->second;
            line.state = ran->second.checksum == file.checksum() ? migration_state::applied
                                                                 : migration_state::changed;
        }
        out.all.push_back(std::move(line));
    }
    for (auto const& [version, ran] : applied)
        if (version > static_cast<int>(files.migrations.size()))
            out.all.push_back({version, ran.name, migration_state::unknown, false, ran});
    return out;
}

findings verified(migration_status const& status) {
    findings all;
    for (auto const& one : status.all) {
        switch (one.state) {
            case migration_state::applied:
                all.push_back({"migrate.applied", severity::ok,
                               fmt::format("{} is what ran here", one.name), ""});
                break;
            case migration_state::pending:
                all.push_back({"migrate.pending", severity::info,
                               fmt::format("{} has not run here yet", one.name), ""});
                break;
            case migration_state::changed:
                all.push_back({"migrate.changed", severity::fault,
                               fmt::format("{} has another text than what ran here", one.name),
                               "restore its text, and put the change into a new migration"});
                break;
            case migration_state::unknown:
                all.push_back(
                    {"migrate.unknown", severity::fault,
                     fmt::format("{} ran here, and this program does not know it", one.name),
                     "use the newer program"});
                break;
        }
    }
    return all;
}

findings verified(schema_files const& files) {
    findings all;
    for (auto const& file : files.migrations)
        if (files.schema.text.find(listed_line(file)) == std::string::npos)
            all.push_back(
                {"migrate.schema_list", severity::fault,
                 fmt::format("{} does not list {} as it is", files.schema.name, file.name),
                 fmt::format(
                     "make its change in schema.sql too, and put this into its last section: {}",
                     listed_line(file))});
    return all;
}

migrate_report migrate_up(postgres::conninfo const& where, schema_files const& given,
                          migrate_options const& options) {
    auto const files = checked(given).value();
    postgres::command_connection database(where,
                                          {.connect = options.most_wait, .answer = longest_build});
    migrate_report report;
    auto const applied = deployed_history(database);
    check_history(applied, files);
    std::optional<postgres::command_connection> guard;
    for (auto const& file : files.migrations) {
        if (applied.contains(file.version())) continue;
        say(options, fmt::format("running {}", file.name));
        if (outside_transaction(file)) {
            if (!guard)
                guard.emplace(where, postgres::command_limits{
                                         .connect = options.most_wait,
                                         .answer = options.most_wait + options.statement_limit});
            run_outside(database, *guard, file, files, options);
        } else {
            run_inside(database, file, files, options);
        }
        report.applied.push_back(file.name);
    }
    report.schema_current = current(applied, files) && report.applied.empty();
    return report;
}

std::filesystem::path new_migration(std::filesystem::path const& folder, std::string_view name,
                                    bool outside) {
    bool const fits = !name.empty() && name.size() <= 60 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!fits)
        throw failure(error(error_kind::invalid, "migrate.bad_name",
                            "a migration's name is a few words in small letters, digits and "
                            "underscores: add_guest_language"));
    auto const files = read_schema(folder).value();
    auto const path =
        folder / "migrations" / fmt::format("{:04}_{}.sql", files.migrations.size() + 1, name);
    std::string const text = fmt::format(
        "{}-- What changes for a database that exists, and why. One change a file, never edited "
        "after it ran anywhere.\n",
        outside ? fmt::format("{}\n-- Every statement must be one that can be repeated: "
                              "create index concurrently if not exists …\n",
                              first_line)
                : std::string());
    open_file const file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (!file.open() ||
        ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        throw failure(error(error_kind::unavailable, "migrate.not_written",
                            fmt::format("{} cannot be written", path.string())));
    return path;
}

}  // namespace agente::operations
