// `db migrate`: the steps of db/migrations one by one, with their state in a database.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "operations/finding.hpp"
#include "operations/history.hpp"
#include "operations/schema_files.hpp"

namespace agente::operations {

// Its first line is "-- no-transaction": for concurrent indexes.
bool outside_transaction(sql_file const& file);

enum class migration_state {
    applied,
    pending,
    changed,  // it ran with another text than the file has now
    unknown   // it ran, and there is no such file: of a newer program
};
std::string_view to_string(migration_state state) noexcept;  // "applied"

struct migration_line {
    int version{0};
    std::string name;
    migration_state state{migration_state::pending};
    bool outside_transaction{false};
    std::optional<applied_file> run;  // when and by whom
};

struct migration_status {
    std::vector<migration_line> all;  // by version
    bool schema_current{false};       // schema.sql ran here with the text it has now
};

// Throws failure conflict "migrate.not_deployed" when the database has no bookkeeping of ours.
migration_status status_of(postgres::command_connection& database, schema_files const& files);

// Changed and unknown files are faults, pending ones a fact.
findings verified(migration_status const& status);
// Whether the last section of schema.sql lists every file with its checksum: faults have the line.
findings verified(schema_files const& files);

struct migrate_options {
    std::chrono::milliseconds most_wait{10'000};             // for another deployment to end
    std::chrono::milliseconds statement_limit{10 * 60'000};  // outside of a transaction: none
    std::function<void(std::string_view)> told;
};

struct migrate_report {
    std::vector<std::string> applied;  // by file name
    bool schema_current{false};  // else `db deploy` has grants, policies or functions to bring
};

// Pending files in order, each in a transaction of its own, or statement by statement outside of
// one; then a run that was cut off leaves an invalid index at most, which the next run drops and
// makes again. Throws failure:
//   conflict "migrate.not_deployed", "deploy.changed_migration", "deploy.newer_database",
//            "deploy.busy", "migrate.index_under_way" (another session is building it)
//   invalid  "migrate.not_repeatable" (a statement that a second run could not repeat)
//   postgres::error of a statement, with the file and line in its message; files before it stay
migrate_report migrate_up(postgres::conninfo const& where, schema_files const& files,
                          migrate_options const& options = {});

// Writes migrations/NNNN_name.sql in `folder`, with the next number; its path. Throws failure
// invalid "migrate.bad_name", or what read_schema says of the folder.
std::filesystem::path new_migration(std::filesystem::path const& folder, std::string_view name,
                                    bool outside);

}  // namespace agente::operations
