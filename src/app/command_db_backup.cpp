// agente-hotel db backup: our tables in one file, and the proof that one can come back from it.
#include <fmt/format.h>

#include <boost/json/value.hpp>
#include <iostream>

#include "app/command_db.hpp"
#include "app/command_session.hpp"
#include "app/operating.hpp"
#include "operations/backup.hpp"
#include "operations/interruption.hpp"
#include "operations/verify.hpp"

namespace agente::app {
namespace {

struct backup_flags {
    std::string file;  // to verify; empty: a new backup is made
    std::string folder{"backups"};
    long long keep{0};
    bool schema_only{}, data_only{}, verify{};
};

int usage(std::string_view what) {
    std::cerr << what << '\n';
    return exit_usage;
}

int print(operations::backup_manifest const& manifest, backup_flags const& flags,
          operations::backup_report const* made, operations::verify_report const* verified,
          bool json) {
    auto const file = made != nullptr ? made->file.string() : flags.file;
    if (json) {
        boost::json::array tables, removed;
        for (auto const& one : manifest.tables)
            tables.push_back({{"table", one.shown()}, {"rows", one.rows}});
        if (made != nullptr)
            for (auto const& one : made->removed) removed.emplace_back(one.string());
        print_json(
            std::cout,
            {{"file", file},
             {"bytes", made != nullptr ? boost::json::value(made->bytes) : nullptr},
             {"scope", operations::to_string(manifest.scope)},
             {"created", to_rfc3339(manifest.created)},
             {"schema_version",
              manifest.schema_version ? boost::json::value(*manifest.schema_version) : nullptr},
             {"rows", manifest.rows()},
             {"tables", std::move(tables)},
             {"verified", verified != nullptr},
             {"removed", std::move(removed)}});
        return exit_ok;
    }
    if (made != nullptr) {
        std::vector<std::vector<std::string>> rows;
        for (auto const& one : manifest.tables)
            rows.push_back({one.shown(), std::to_string(one.rows)});
        print_table(std::cout, {"table", "rows"}, rows);
        std::cout << fmt::format("Backup: {} ({} bytes, {} rows)\n", file, made->bytes,
                                 manifest.rows());
        for (auto const& one : made->removed) std::cout << "removed " << one.string() << '\n';
    }
    if (verified != nullptr)
        std::cout << fmt::format(
            "Verified: {} restored into a private PostgreSQL {}; all {} tables hold the same {} rows.\n",
            file, verified->server_version / 10'000, manifest.tables.size(), manifest.rows());
    return exit_ok;
}

int verify_given(backup_flags const& flags, bool json) {
    operations::interruption const interruptible;
    progress shown(json);
    auto const backup = operations::open_backup(flags.file);
    auto const verified =
        operations::verify_backup(backup, [&](std::string_view what) { shown.step(what); });
    shown.done();
    return print(verified.manifest, flags, nullptr, &verified, json);
}

int make_one(settings const& s, backup_flags const& flags, bool json) {
    operations::interruption const interruptible;
    progress shown(json);
    auto const step = [&](std::string_view what) { shown.step(what); };
    operations::backup_options options;
    options.folder = flags.folder;
    options.keep = static_cast<std::size_t>(flags.keep);
    if (flags.schema_only) options.scope = operations::backup_scope::schema;
    if (flags.data_only) options.scope = operations::backup_scope::data;
    // What is old goes only when the new one is known to be good.
    if (flags.verify) options.keep = 0;
    auto made = operations::make_backup(session_database(s), options, step);
    if (!flags.verify) {
        shown.done();
        return print(made.manifest, flags, &made, nullptr, json);
    }
    auto const verified = operations::verify_backup(operations::open_backup(made.file), step);
    if (flags.keep > 0)
        made.removed = operations::remove_older(made.file.parent_path(), made.manifest,
                                                static_cast<std::size_t>(flags.keep));
    shown.done();
    return print(made.manifest, flags, &made, &verified, json);
}

int run_backup(common_options const& common, backup_flags const& flags) {
    if (flags.schema_only && flags.data_only)
        return usage(
            "--schema-only and --data-only exclude each other: without both, everything is kept.");
    if (!flags.file.empty() && !flags.verify)
        return usage(
            "A file is given to be verified: db backup --verify FILE. A new backup goes to --to DIR.");
    return operate(common, [&](settings const& s) {
        return flags.file.empty() ? make_one(s, flags, common.json)
                                  : verify_given(flags, common.json);
    });
}

}  // namespace

void add_db_backup(command const& db) {
    auto const flags = std::make_shared<backup_flags>();
    auto const backup =
        db.add("backup", "Keep our tables in a file of their own, or verify such a file");
    operating_options(backup);
    backup.text("--to", flags->folder, "Folder of the backups; made when it is missing");
    backup.flag("--schema-only", flags->schema_only, "The tables without their rows");
    backup.flag("--data-only", flags->data_only,
                "The rows alone, for a database that has the same schema");
    backup.number("--keep", flags->keep, 0, 10'000,
                  "Remove older backups of this database in that folder but so many; 0: none");
    backup.flag("--verify", flags->verify,
                "Restore it into a private PostgreSQL and compare every table");
    backup.optional_argument("file", flags->file,
                             "With --verify: the backup, instead of a new one");
    backup.run([flags](common_options const& common) { return run_backup(common, *flags); });
}

}  // namespace agente::app
