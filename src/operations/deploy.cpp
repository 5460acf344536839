#include "operations/deploy.hpp"

#include <fmt/format.h>

#include "operations/history.hpp"
#include "operations/migrate.hpp"

namespace agente::operations {
namespace {

// schema.sql run by a tool that goes on after errors, upon the tables of an earlier installation.
constexpr postgres::query<bool> pasted_over{
    "deploy.pasted_over",
    "select pg_catalog.to_regclass('public.tenants') is not null"
    "   and not exists (select from pg_catalog.pg_attribute a"
    "                    where a.attrelid = pg_catalog.to_regclass('public.tenants')"
    "                      and a.attname = 'settings' and not a.attisdropped)"};

[[noreturn]] void refuse_half_a_schema() {
    throw failure(error(
        error_kind::conflict, "deploy.half_a_schema",
        "schema.sql ran here upon the tables of an earlier installation, and only a part of it "
        "worked. `drop schema agente cascade` takes that part away (it has done no work yet); then "
        "`db deploy` takes the earlier installation over"));
}

void run_pending(postgres::command_connection& database, schema_files const& files,
                 history const& applied, deploy_report& report) {
    for (auto const& file : files.migrations) {
        if (applied.contains(file.version())) continue;
        if (outside_transaction(file))
            throw failure(error(
                error_kind::conflict, "deploy.outside_transaction",
                fmt::format("migration \"{}\" cannot run inside a transaction: run `db migrate up` "
                            "first, then `db deploy`",
                            file.name)));
        run_and_record(database, file, file.version());
        report.applied.push_back(file.name);
    }
}

void run_all(postgres::command_connection& database, schema_files const& files,
             deploy_options const& options, deploy_report& report) {
    auto const found = read_history(database);
    auto const applied = found.value_or(history());
    check_history(applied, files);
    report.fresh = !found;

    if (found && database.row(pasted_over).value()) refuse_half_a_schema();

    adopting earlier(database, options.adopt);
    if (report.fresh && earlier.needed()) report.adopted = earlier.prepare();
    if (report.refused()) return;
    if (!report.fresh) run_pending(database, files, applied, report);

    // It shows the sum of all migrations: the whole of a fresh database, and what is no step
    // (grants, policies, functions) of others.
    report.schema_applied = !applied.contains(schema_version) ||
                            applied.at(schema_version).checksum != files.schema.checksum() ||
                            !report.applied.empty();
    if (report.schema_applied) {
        run_and_record(database, files.schema, schema_version);
        // what schema.sql says it holds must be what the files are
        check_history(read_history(database).value_or(history()), files);
    }
    if (report.adopted.found) earlier.carry_over(report.adopted);
    for (auto const& file : files.migrations)
        report.version = std::max(report.version, file.version());
}

}  // namespace

deploy_report deploy(postgres::command_connection& database, schema_files const& given,
                     deploy_options const& options) {
    auto const files = checked(given).value();
    command_transaction all(database, options.most_wait, options.statement_limit);
    keep_others_out(database, options.most_wait);
    deploy_report report;
    auto const before = options.compare ? read_catalog(database) : catalog();
    run_all(database, files, options, report);
    if (report.refused()) return report;
    if (options.compare) report.changes = difference(before, read_catalog(database));
    if (!options.dry_run) all.commit();
    return report;
}

deploy_report deploy(postgres::conninfo const& where, schema_files const& files,
                     deploy_options const& options) {
    using namespace std::chrono_literals;
    postgres::command_connection database(
        where, {.connect = options.most_wait, .answer = options.statement_limit + 10s});
    return deploy(database, files, options);
}

}  // namespace agente::operations
