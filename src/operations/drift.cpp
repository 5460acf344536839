#include "operations/drift.hpp"

#include <fmt/format.h>

#include <boost/describe/class.hpp>

#include "embedded/postgres_server.hpp"
#include "operations/deploy.hpp"
#include "operations/our_objects.hpp"
#include "operations/private_place.hpp"
#include "operations/read_only.hpp"

namespace agente::operations {
namespace {

using postgres::query;
using namespace std::chrono_literals;

// What a deployment finds in a database and depends upon.
struct surroundings {
    std::string owner;
    bool extensions_schema{};
};
BOOST_DESCRIBE_STRUCT(surroundings, (), (owner, extensions_schema))

constexpr query<surroundings> look{
    "drift.look",
    "select pg_catalog.pg_get_userbyid(n.nspowner)::text as owner,"
    "       exists (select from pg_catalog.pg_namespace e where e.nspname = 'extensions') as extensions_schema"
    "  from pg_catalog.pg_namespace n where n.nspname = 'agente'"};

constexpr query<void, std::string> become{"drift.become",
                                          "select pg_catalog.set_config('role', $1, false)"};

std::unique_ptr<embedded::postgres_server> private_server(private_place const& place, int& major) {
    embedded::postgres_options with{
        .folder = place.path(), .version = std::to_string(major), .durable = false};
    try {
        return std::make_unique<embedded::postgres_server>(with);
    } catch (failure const& e) {
        if (e.reason().code() != "embedded.missing_program") throw;
    }
    with.version.clear();
    return std::make_unique<embedded::postgres_server>(with);
}

catalog expected_catalog(embedded::postgres_server const& server, surroundings const& at,
                         schema_files const& files, int& major) {
    postgres::command_connection database(postgres::parse_url(server.url()).value(),
                                          {.connect = 15s, .answer = 11min});
    major = database.server_version() / 10000;
    // A role of the owner's name, so that what belongs to or names the owner is the same text.
    if (at.owner != "postgres")
        database.ask("drift.owner", fmt::format("create role {} superuser", quoted_name(at.owner)));
    database.execute(become, at.owner);
    if (at.extensions_schema) database.ask("drift.extensions", "create schema extensions");
    deploy(database, files);
    read_only const all(database);
    return read_catalog(database);
}

}  // namespace

drift_report drift_of(postgres::command_connection& database, schema_files const& files,
                      std::function<void(std::string_view)> const& told) {
    auto const say = [&](std::string const& what) {
        if (told) told(what);
    };
    drift_report report;
    report.server_major = database.server_version() / 10000;
    say("reading the database's catalogue");
    std::optional<surroundings> at;
    catalog live;
    {
        read_only const all(database);
        at = database.row(look);
        if (!at)
            throw failure(error(error_kind::conflict, "drift.not_deployed",
                                "the database has no schema agente: run `db deploy` first"));
        live = read_catalog(database);
    }
    say(fmt::format("starting a private PostgreSQL {}", report.server_major));
    private_place const place("drift");
    report.private_major = report.server_major;
    auto const server = private_server(place, report.private_major);
    say("deploying into it");
    report.changes = difference(live, expected_catalog(*server, *at, files, report.private_major));
    return report;
}

}  // namespace agente::operations
