#include "operations/verify.hpp"

#include <fmt/format.h>

#include "embedded/postgres_server.hpp"
#include "operations/interruption.hpp"
#include "operations/private_place.hpp"
#include "operations/schema_files.hpp"

namespace agente::operations {
namespace {

using namespace std::chrono_literals;

void deploy_for_data(postgres::command_connection& database, backup_manifest const& manifest) {
    auto const& files = embedded_schema();
    if (manifest.schema_version != static_cast<int>(files.migrations.size()))
        throw failure(
            error(error_kind::conflict, "restore.other_schema",
                  fmt::format("the backup holds data alone, of schema version {}, and this "
                              "program makes version {}: verify it with the program that made it",
                              manifest.schema_version.value_or(0), files.migrations.size())));
    database.script("verify.schema", files.schema.text);
}

}  // namespace

verify_report verify_backup(backup_file const& backup, told const& step) {
    if (step) step("starting a private PostgreSQL");
    private_place const place("verify");
    embedded::postgres_server server(
        {.folder = place.path(), .database = "agente", .durable = false});
    auto const where = postgres::parse_url(server.url()).value();
    postgres::command_connection connection(where, {.connect = 15s, .answer = 6h});
    verify_report report;
    report.server_version = connection.server_version();
    report.manifest = backup.manifest;
    if (backup.manifest.scope == backup_scope::data) deploy_for_data(connection, backup.manifest);
    restore_backup(where, backup, {.overwrite = false, .as_it_was = true}, step);

    connection.script("verify.begin", "begin;" + fixed_formats());
    auto const found = table_sums(connection, [&](table_sum const& one) {
        interruption::check();
        if (step) step(fmt::format("comparing {}", one.shown()));
    });
    for (auto const& expected : backup.manifest.tables)
        if (std::ranges::find(found, expected) == found.end())
            throw failure(
                error(error_kind::conflict, "backup.differs",
                      fmt::format("restored, {} is not what it was when the backup was made",
                                  expected.shown())));
    return report;
}

}  // namespace agente::operations
