// agente-hotel db restore: a backup back into the database.
#include <fmt/format.h>

#include <boost/json/value.hpp>
#include <iostream>

#include "app/command_db.hpp"
#include "app/command_session.hpp"
#include "app/operating.hpp"
#include "operations/interruption.hpp"
#include "operations/restore.hpp"

namespace agente::app {
namespace {

struct restore_flags {
    std::string file, overwrite;
};

std::string_view told(operations::restore_way way) {
    switch (way) {
        case operations::restore_way::created: return "The database held nothing of ours.";
        case operations::restore_way::replaced: return "What was there was dropped.";
        case operations::restore_way::refilled:
            return "The schema stayed, its tables were emptied.";
    }
    return {};
}

int print(operations::restore_report const& report, bool json) {
    auto const& manifest = report.manifest;
    if (json) {
        print_json(std::cout, {{"way", operations::to_string(report.way)},
                               {"rows", manifest.rows()},
                               {"tables", manifest.tables.size()},
                               {"backup_created", to_rfc3339(manifest.created)},
                               {"schema_version", report.schema_version
                                                      ? boost::json::value(*report.schema_version)
                                                      : nullptr}});
        return exit_ok;
    }
    std::cout << fmt::format(
        "Restored {} rows of {} tables, as of {}; rows and checksums are those of the "
        "backup. {}\n",
        manifest.rows(), manifest.tables.size(), to_rfc3339(manifest.created), told(report.way));
    if (report.schema_version)
        std::cout << fmt::format("Schema version {}.\n", *report.schema_version);
    else
        std::cout
            << "These are tables of an earlier installation: agente-hotel db deploy adopts them.\n";
    return exit_ok;
}

int run_restore(common_options const& common, restore_flags const& flags) {
    return operate(common, [&](settings const& s) {
        operations::interruption const interruptible;
        auto const backup = operations::open_backup(flags.file);
        auto const where = session_database(s);
        auto const target = operations::look_at_target(where);
        operations::restore_options options;
        if (target.rows() > 0) {
            options.overwrite = confirmed(
                fmt::format(
                    "{} ({}) holds {} rows, which will be gone. The service must be stopped.",
                    target.name, where.shown(), target.rows()),
                target.name, flags.overwrite);
            if (!options.overwrite) {
                std::cerr << fmt::format(
                    "agente-hotel: {} ({}) holds {} rows: nothing was restored. To overwrite them, take a "
                    "backup first, and give --yes-overwrite {}\n",
                    target.name, where.shown(), target.rows(), target.name);
                return exit_failure;
            }
        }
        progress shown(common.json);
        auto const report = operations::restore_backup(
            where, backup, options, [&](std::string_view what) { shown.step(what); });
        shown.done();
        return print(report, common.json);
    });
}

}  // namespace

void add_db_restore(command const& db) {
    auto const flags = std::make_shared<restore_flags>();
    auto const restore = db.add("restore", "Put a backup back: all of it and checked, or nothing");
    operating_options(restore);
    restore.argument("file", flags->file, "Made by db backup");
    restore.text("--yes-overwrite", flags->overwrite,
                 "Supabase's project, else the database's name: its rows may go");
    restore.run([flags](common_options const& common) { return run_restore(common, *flags); });
}

}  // namespace agente::app
