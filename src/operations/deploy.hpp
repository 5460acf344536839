// `db deploy`: brings a database to the schema this program was built with. Also used by `demo` and
// by the tests.
#pragma once

#include <string>
#include <vector>

#include "net/task.hpp"
#include "operations/schema_files.hpp"
#include "postgres/database.hpp"

namespace agente::operations {

struct deploy_report {
    bool fresh{false};           // the database was empty of ours before
    bool schema_applied{false};  // schema.sql was run (it is new here, or its text has changed)
    std::vector<std::string> applied;  // migrations that were run now, by file name
    int version{0};                    // the newest migration the database holds

    bool changed() const { return schema_applied || !applied.empty(); }
};

struct deploy_options {
    std::chrono::milliseconds most_wait{
        10'000};  // for a connection, and for another deployment to end
    std::chrono::milliseconds statement_limit{10 * 60'000};  // for one statement of a migration
};

// Everything happens in one transaction under an advisory lock: all of it or nothing, and instances
// that start together wait for each other. The connection must be the owner's, and direct or
// session-pooled where a transaction pooler forbids DDL. Throws failure:
//   conflict "deploy.changed_migration"   a migration that ran has another text now; it is named
//   conflict "deploy.newer_database"      the database holds migrations this program does not know
//   conflict "deploy.foreign_database"    tables of ours are there without our bookkeeping: an
//   earlier installation invalid  "deploy.bad_script"          a file does not parse
//   postgres::error                       of a statement, with the file and line in its message
task<deploy_report> deploy(postgres::database& database, schema_files files = embedded_schema(),
                           deploy_options options = {});

}  // namespace agente::operations
