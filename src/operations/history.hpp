// agente.migrations: which files ran in a database. Used by deploy and migrate, inside their
// transactions.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "operations/schema_files.hpp"
#include "postgres/command_connection.hpp"

namespace agente::operations {

inline constexpr int schema_version = 0;  // schema.sql's own row

struct applied_file {
    int version{};
    std::string name;
    std::string checksum;
    time_point applied_at;
    std::string applied_by;
    std::int64_t duration_ms{};
};

using history = std::map<int, applied_file>;  // by version

// Nullopt: the database has no such table.
std::optional<history> read_history(postgres::command_connection& database);

// Throws failure conflict "deploy.changed_migration" or "deploy.newer_database".
void check_history(history const& applied, schema_files const& files);

// The statements of a file, one after the other; errors name its line. Throws failure invalid
// "deploy.bad_script" when it does not parse.
void run_file(postgres::command_connection& database, sql_file const& file);
void record_file(postgres::command_connection& database, sql_file const& file, int version,
                 std::chrono::milliseconds took);
// Both, with a line in the log.
void run_and_record(postgres::command_connection& database, sql_file const& file, int version);

// Waits for other deployments and migrations of this database to end, at most `most_wait`, and
// keeps them out until the transaction ends. Throws failure conflict "deploy.busy".
void keep_others_out(postgres::command_connection& database, std::chrono::milliseconds most_wait);

// A transaction that is rolled back unless it was committed.
class command_transaction {
public:
    // For its statements: no waiting for locks longer than `lock_wait`, none running longer than
    // `statement_limit`; a server that notices that we are gone stops.
    command_transaction(postgres::command_connection& database, std::chrono::milliseconds lock_wait,
                        std::chrono::milliseconds statement_limit);
    ~command_transaction();
    command_transaction(command_transaction const&) = delete;
    command_transaction& operator=(command_transaction const&) = delete;

    void commit();

private:
    postgres::command_connection& database_;
    bool open_{true};
};

}  // namespace agente::operations
