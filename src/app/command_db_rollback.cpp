// agente-hotel db rollback: the ways back from a deployment that went wrong.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/json/value.hpp>
#include <iostream>

#include "app/command_db.hpp"
#include "app/command_session.hpp"
#include "app/operating.hpp"
#include "operations/interruption.hpp"
#include "operations/rollback.hpp"

namespace agente::app {
namespace {

struct rollback_flags {
    std::string to, backups{"backups"};
    std::string yes_drop;
    std::string local_url, local_folder, from, yes_overwrite;
};

constexpr std::string_view roles_kept = "agente_app, agente_system, agente_platform";

int usage(std::string_view what) {
    std::cerr << what << '\n';
    return exit_usage;
}

void print_rows(operations::restore_target const& target) {
    std::vector<std::vector<std::string>> rows;
    for (auto const& one : target.tables) rows.push_back({one.shown(), std::to_string(one.rows)});
    print_table(std::cerr, {"table", "rows"}, rows);
}

int drop(settings const& s, rollback_flags const& flags, bool json) {
    operations::interruption const interruptible;
    auto const where = session_database(s);
    auto const target = operations::look_at_target(where);
    if (!json) print_rows(target);
    if (!confirmed(fmt::format("All of this will be dropped from {} ({}), after a backup into {}.",
                               target.name, where.shown(), flags.backups),
                   target.name, flags.yes_drop)) {
        std::cerr << fmt::format(
            "agente-hotel: nothing was dropped. The service must be stopped; then type the name, or give "
            "--yes-drop {}\n",
            target.name);
        return exit_failure;
    }
    progress shown(json);
    auto const report = operations::drop_schema(where, flags.backups,
                                                [&](std::string_view what) { shown.step(what); });
    shown.done();
    if (json) {
        print_json(std::cout,
                   {{"dropped", boost::json::array(report.tables.begin(), report.tables.end())},
                    {"rows", report.backup.manifest.rows()},
                    {"backup", report.backup.file.string()},
                    {"roles_kept", roles_kept}});
        return exit_ok;
    }
    std::cout << fmt::format(
        "Dropped: {} tables of ours with {} rows, and the schema agente; nothing else.\n"
        "Backup, verified: {}\n"
        "The roles {} stay: they are the server's, and another database may use them.\n"
        "Back again: agente-hotel db restore {}\n",
        report.tables.size(), report.backup.manifest.rows(), report.backup.file.string(),
        roles_kept, report.backup.file.string());
    return exit_ok;
}

// A new backup, or the one that was given.
operations::backup_file emergency_backup(std::optional<postgres::conninfo> const& where,
                                         rollback_flags const& flags, std::string& file,
                                         operations::told const& step) {
    file = where ? operations::make_backup(*where, {.folder = flags.backups}, step).file.string()
                 : flags.from;
    return operations::open_backup(file);
}

struct switch_over {
    std::string settings_file;  // of a server in a folder
    std::string start;
    std::string url;  // of a server that was given, without its password
};

int print(std::string const& file, operations::backup_manifest const& manifest,
          switch_over const& to, std::vector<std::string> const& changed, bool json) {
    if (json)
        print_json(std::cout,
                   {{"backup", file},
                    {"rows", manifest.rows()},
                    {"settings_file", to.settings_file},
                    {"start", to.start},
                    {"database", to.url},
                    {"changed_meanwhile", boost::json::array(changed.begin(), changed.end())}});
    if (!json) {
        std::cout << fmt::format("Backup: {}\nRestored {} rows of {} tables, checked.\n", file,
                                 manifest.rows(), manifest.tables.size());
        if (!to.start.empty()) std::cout << "Start the server:\n  " << to.start << '\n';
        if (!to.settings_file.empty())
            std::cout << fmt::format("Switch: put the lines of {} (with the password) into .env\n",
                                     to.settings_file);
        else
            std::cout << fmt::format(
                "Switch, in .env:\n  DATABASE_URL={}\n  MIGRATIONS_DATABASE_URL=\n  USE_SUPABASE=false\n"
                "  POSTGRES_POOL_SIZE=4\n  POSTGRES_MAX_OVERFLOW=4\n",
                to.url);
        std::cout << "Then: agente-hotel db check, and start the service.\n";
    }
    if (changed.empty()) return exit_ok;
    std::cerr << fmt::format(
        "agente-hotel: the old database has changed since the backup ({}): the service still writes there. "
        "Stop it, and run this again.\n",
        fmt::join(changed, ", "));
    return exit_failure;
}

int move_to_local(settings const& s, rollback_flags const& flags, bool json) {
    operations::interruption const interruptible;
    progress shown(json);
    auto const step = [&](std::string_view what) { shown.step(what); };
    std::optional<postgres::conninfo> old;
    if (flags.from.empty()) old = session_database(s);
    std::string file;
    switch_over to;
    std::optional<operations::backup_file> backup;
    if (!flags.local_url.empty()) {
        auto const local = postgres::parse_url(flags.local_url).value();
        auto const target = operations::look_at_target(local);
        bool const meant =
            target.rows() == 0 || confirmed(fmt::format("{} holds {} rows, which will be gone.",
                                                        local.shown(), target.rows()),
                                            target.name, flags.yes_overwrite);
        if (!meant) {
            std::cerr << fmt::format(
                "agente-hotel: {} holds {} rows: nothing was done. To overwrite "
                "them give --yes-overwrite {}\n",
                local.shown(), target.rows(), target.name);
            return exit_failure;
        }
        backup.emplace(emergency_backup(old, flags, file, step));
        operations::restore_backup(local, *backup, {.overwrite = target.rows() > 0}, step);
        to.url = local.shown();
    } else {
        backup.emplace(emergency_backup(old, flags, file, step));
        auto const made = operations::restore_to_folder(flags.local_folder, *backup, step);
        to.settings_file = made.settings.string();
        to.start = made.start_command;
    }
    std::vector<std::string> changed;
    if (old) {
        step("looking whether the old database has changed");
        changed = operations::changed_since(*old, backup->manifest);
    }
    shown.done();
    return print(file, backup->manifest, to, changed, json);
}

int run_rollback(common_options const& common, rollback_flags const& flags) {
    bool const local = flags.to == "local";
    if (!local && flags.to != "drop") return usage("--to is local or drop.");
    if (local && flags.local_url.empty() == flags.local_folder.empty())
        return usage(
            "Give where to: --local-url of a PostgreSQL, or --local-folder for a new one in a folder.");
    if (!local && (!flags.local_url.empty() || !flags.local_folder.empty() || !flags.from.empty()))
        return usage("--local-url, --local-folder and --from belong to --to local.");
    return operate(common, [&](settings const& s) {
        return local ? move_to_local(s, flags, common.json) : drop(s, flags, common.json);
    });
}

}  // namespace

void add_db_rollback(command const& db) {
    auto const flags = std::make_shared<rollback_flags>();
    auto const rollback = db.add(
        "rollback",
        "Ways back from a failed deployment: drop our schema, or move to a local PostgreSQL");
    operating_options(rollback);
    rollback.text("--to", flags->to, "local or drop");
    rollback.text("--backups", flags->backups, "Folder of the backup that is taken first");
    rollback.text("--yes-drop", flags->yes_drop,
                  "With --to drop: Supabase's project, else the database's name");
    rollback.text("--local-url", flags->local_url, "With --to local: the PostgreSQL to move to");
    rollback.text("--local-folder", flags->local_folder,
                  "With --to local: a folder for a PostgreSQL of its own");
    rollback.text("--from", flags->from,
                  "With --to local: this backup, when the old database cannot be reached");
    rollback.text("--yes-overwrite", flags->yes_overwrite,
                  "With --local-url: the name of that database, whose rows may go");
    rollback.run([flags](common_options const& common) { return run_rollback(common, *flags); });
}

}  // namespace agente::app
