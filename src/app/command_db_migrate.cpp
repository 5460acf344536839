// agente-hotel db migrate: the files of db/migrations, one by one.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "app/command_db.hpp"
#include "app/command_session.hpp"
#include "app/operating.hpp"
#include "operations/migrate.hpp"
#include "operations/read_only.hpp"

namespace agente::app {
namespace {

struct migrate_words {
    std::string schema_file;
    std::string name;
    std::string folder{"db"};
    bool outside{};
};

operations::migration_status status_of(settings const& s, operations::schema_files const& files) {
    postgres::command_connection database(session_database(s));
    operations::read_only const all(database);
    return operations::status_of(database, files);
}

int run_up(common_options const& common, migrate_words const& given) {
    return operate(common, [&](settings const& s) {
        auto const files = operations::files_of(given.schema_file).value();
        progress steps(common.json);
        auto const report = operations::migrate_up(
            session_database(s), files, {.told = [&](std::string_view what) { steps.step(what); }});
        steps.done();
        if (common.json) {
            print_json(
                std::cout,
                {{"applied", boost::json::array(report.applied.begin(), report.applied.end())},
                 {"schema_current", report.schema_current}});
            return exit_ok;
        }
        for (auto const& name : report.applied) std::cout << "migration " << name << " applied\n";
        if (report.applied.empty()) std::cout << "No migration was pending.\n";
        if (!report.schema_current)
            std::cout
                << "Now run `db deploy`: schema.sql brings grants, policies and functions up to "
                   "date.\n";
        return exit_ok;
    });
}

int run_status(common_options const& common, migrate_words const& given) {
    return operate(common, [&](settings const& s) {
        auto const files = operations::files_of(given.schema_file).value();
        auto const status = status_of(s, files);
        std::vector<std::vector<std::string>> rows;
        boost::json::array lines;
        for (auto const& one : status.all) {
            auto const at = one.run ? shown(one.run->applied_at) : std::string();
            auto const by = one.run ? one.run->applied_by : std::string();
            rows.push_back({one.name, std::string(operations::to_string(one.state)), at, by,
                            one.outside_transaction ? "outside a transaction" : ""});
            lines.push_back({{"version", one.version},
                             {"name", one.name},
                             {"state", operations::to_string(one.state)},
                             {"applied_at", at},
                             {"applied_by", by},
                             {"outside_transaction", one.outside_transaction}});
        }
        if (common.json) {
            print_json(std::cout, {{"migrations", std::move(lines)},
                                   {"schema_current", status.schema_current}});
            return exit_ok;
        }
        print_table(std::cout, {"migration", "state", "when (UTC)", "by", ""}, rows);
        std::cout << (status.schema_current ? "\nschema.sql is what ran here last.\n"
                                            : "\nschema.sql has changed since it ran here: `db "
                                              "deploy` applies it.\n");
        return exit_ok;
    });
}

int run_verify(common_options const& common, migrate_words const& given) {
    return operate(common, [&](settings const& s) {
        auto const files = operations::files_of(given.schema_file).value();
        auto all = operations::verified(status_of(s, files));
        auto const listed = operations::verified(files);
        all.insert(all.end(), listed.begin(), listed.end());
        return print_findings(std::cout, all, common.json);
    });
}

int run_new(common_options const& common, migrate_words const& given) {
    return operate(common, [&](settings const&) {
        auto const path = operations::new_migration(given.folder, given.name, given.outside);
        if (common.json)
            print_json(std::cout, {{"file", path.string()}});
        else
            std::cout << fmt::format(
                "{0} written.\nWrite the change into it, make the same change in {1}/schema.sql, and add the "
                "file to the list at the end of schema.sql. `db migrate verify --schema-file "
                "{1}/schema.sql` says the line, with its checksum.\n",
                path.string(), given.folder);
        return exit_ok;
    });
}

}  // namespace

void add_db_migrate(command const& db) {
    auto const group = db.add_group("migrate", "The files of db/migrations, one by one");
    auto const given = std::make_shared<migrate_words>();
    auto const with_files = [&](command const& one) {
        operating_options(one);
        one.text("--schema-file", given->schema_file,
                 "Another schema.sql (with the migrations/ beside it) than the program's own");
    };
    auto const up = group.add("up", "Run the pending ones, each in a transaction of its own");
    with_files(up);
    up.run([given](common_options const& common) { return run_up(common, *given); });

    auto const status =
        group.add("status", "Which ran here, when and by whom, and which are pending");
    with_files(status);
    status.run([given](common_options const& common) { return run_status(common, *given); });

    auto const verify = group.add("verify", "Compare what ran here with the files, by checksum");
    with_files(verify);
    verify.run([given](common_options const& common) { return run_verify(common, *given); });

    auto const made = group.add("new", "Write the next file, for a change of your own");
    made.argument("NAME", given->name, "A few words: add_guest_language");
    made.text("--folder", given->folder, "Where schema.sql and migrations/ are");
    made.flag("--no-transaction", given->outside,
              "For CREATE INDEX CONCURRENTLY: it runs outside of a transaction");
    made.env_file();
    made.json();
    made.run([given](common_options const& common) { return run_new(common, *given); });
}

}  // namespace agente::app
