// `db deploy`: brings a database to the schema this program was built with. Also used by `demo` and
// by the tests.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "operations/adopt.hpp"
#include "operations/catalog.hpp"
#include "operations/schema_files.hpp"
#include "postgres/command_connection.hpp"

namespace agente::operations {

struct deploy_report {
    bool fresh{false};           // the database was empty of ours before
    bool schema_applied{false};  // schema.sql was run (it is new here, or its text has changed)
    std::vector<std::string> applied;  // migrations that were run now, by file name
    int version{0};                    // the newest migration the database holds
    adoption adopted;                  // of an earlier installation, when there was one
    catalog_changes changes;           // what the run did to the catalogue; only with `compare`

    // An earlier installation that cannot be taken over without a choice: nothing was changed.
    bool refused() const { return adopted.refused(); }
    bool changed() const { return !refused() && (schema_applied || !applied.empty()); }
};

struct deploy_options {
    bool dry_run{false};  // everything is done, and rolled back
    bool compare{false};  // the catalogue is read before and after
    // for another deployment to end, and for the tables of an earlier installation to be free
    std::chrono::milliseconds most_wait{10'000};
    std::chrono::milliseconds statement_limit{10 * 60'000};  // for one statement of a migration
    adoption_options adopt;
};

// Everything happens in one transaction under an advisory lock: all of it or nothing, also when the
// program is killed; instances that start together wait for each other. The connection must be the
// owner's and in session mode. Its answer limit must be longer than `statement_limit`. Throws
// failure:
//   conflict "deploy.changed_migration"   a migration that ran has another text now; it is named
//   conflict "deploy.newer_database"      the database holds migrations this program does not know
//   conflict "deploy.half_a_schema"       schema.sql failed halfway upon an earlier installation
//   conflict "deploy.outside_transaction" a pending migration needs `db migrate up`
//   invalid  "deploy.bad_script"          a file does not parse
//   postgres::error                       of a statement, with the file and line in its message
deploy_report deploy(postgres::command_connection& database,
                     schema_files const& files = embedded_schema(),
                     deploy_options const& options = {});

// The same over a connection of its own.
deploy_report deploy(postgres::conninfo const& where, schema_files const& files = embedded_schema(),
                     deploy_options const& options = {});

}  // namespace agente::operations
