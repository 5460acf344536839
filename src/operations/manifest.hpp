// What a backup says about itself: made in the same snapshot as its rows. manifest.json in the
// backup.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "operations/table_sums.hpp"

namespace agente::operations {

enum class backup_scope {
    everything,
    schema,  // and the bookkeeping of migrations
    data     // for a database that has the same schema
};

std::string_view to_string(backup_scope scope) noexcept;  // "everything", "schema", "data"

struct backup_manifest {
    backup_scope scope{backup_scope::everything};
    time_point created{};
    std::string project;    // Supabase's, else the server's host
    std::string database;   // its name there
    int server_version{0};  // 150018
    int client_version{0};  // major of pg_dump
    // The newest migration the database held; nullopt: tables of an earlier installation.
    std::optional<int> schema_version;
    std::vector<table_sum> tables;  // whose rows are in the backup

    std::int64_t rows() const;
};

std::string to_json(backup_manifest const& manifest);
// Invalid "backup.not_a_backup", or "backup.newer_program" for a format this program does not know.
result<backup_manifest> read_manifest(std::string_view json);

}  // namespace agente::operations
