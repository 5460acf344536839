// agente-hotel db drift: how the database differs from what it should be, as SQL that mends it.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "app/command_db.hpp"
#include "app/command_session.hpp"
#include "app/operating.hpp"
#include "operations/drift.hpp"
#include "operations/interruption.hpp"

namespace agente::app {
namespace {

using operations::change_kind;

std::string_view said(change_kind what) {
    switch (what) {
        case change_kind::create: return "missing";
        case change_kind::alter: return "different";
        case change_kind::drop: return "not ours";
    }
    return "different";
}

std::string one_line(std::string text) {
    for (auto& c : text)
        if (c == '\n') c = ' ';
    return text;
}

// All of it SQL, what is for people in comments: it can be read, edited and run.
void print_sql(operations::drift_report const& report) {
    if (report.changes.empty()) {
        std::cout << "-- No difference: the database is what schema.sql makes.\n";
        return;
    }
    for (auto const& one : report.changes.all) {
        if (one.part_of_table) continue;
        std::cout << fmt::format("-- {:<9}  {} {}", said(one.what), one.kind, one.name);
        if (one.what == change_kind::alter && one.kind != "function")
            std::cout << fmt::format(": {} instead of {}", one_line(one.before),
                                     one_line(one.after));
        std::cout << '\n';
    }
    std::cout << "\nbegin;\n";
    for (auto const& statement : report.changes.sql) std::cout << statement << '\n';
    std::cout << "commit;\n";
}

void print_report(operations::drift_report const& report) {
    boost::json::array changes;
    for (auto const& one : report.changes.all)
        changes.push_back({{"difference", said(one.what)},
                           {"kind", one.kind},
                           {"name", one.name},
                           {"found", one.before},
                           {"expected", one.after}});
    print_json(std::cout,
               {{"different", !report.changes.empty()},
                {"server_version", report.server_major},
                {"compared_with_version", report.private_major},
                {"changes", std::move(changes)},
                {"sql", boost::json::array(report.changes.sql.begin(), report.changes.sql.end())}});
}

int run_drift(common_options const& common, std::string const& schema_file) {
    return operate(common, [&](settings const& s) {
        auto const files = operations::files_of(schema_file).value();
        operations::interruption const stops;
        postgres::command_connection database(session_database(s));
        progress steps(common.json);
        auto const report =
            operations::drift_of(database, files, [&](std::string_view what) { steps.step(what); });
        steps.done();
        if (report.private_major != report.server_major)
            std::cerr << fmt::format(
                "note: the server of PostgreSQL {0} is not installed here, so version {1} was "
                "compared with: the two may write the same thing differently (apt-get install "
                "postgresql-{0})\n",
                report.server_major, report.private_major);
        if (common.json)
            print_report(report);
        else
            print_sql(report);
        return report.changes.empty() ? exit_ok : exit_failure;
    });
}

}  // namespace

void add_db_drift(command const& db) {
    auto const drifting =
        db.add("drift",
               "Compare the database with what schema.sql makes, and print the difference as SQL "
               "that mends it");
    operating_options(drifting);
    auto const schema_file = std::make_shared<std::string>();
    drifting.text("--schema-file", *schema_file,
                  "Another schema.sql (with the migrations/ beside it) than the program's own");
    drifting.run(
        [schema_file](common_options const& common) { return run_drift(common, *schema_file); });
}

}  // namespace agente::app
