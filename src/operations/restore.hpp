// `db restore`: a backup back into a database, in one transaction that commits only when every
// table holds what the backup held.
#pragma once

#include "operations/backup.hpp"
#include "operations/backup_folder.hpp"

namespace agente::operations {

// What is there before.
struct restore_target {
    std::string name;  // what a person types to overwrite it: Supabase's project, else the database
    std::vector<table_sum> tables;  // ours, with their rows
    std::optional<int> schema_version;

    std::int64_t rows() const;  // without the bookkeeping of migrations
};

restore_target look_at_target(postgres::conninfo const& where);

struct restore_options {
    bool overwrite{false};  // the rows that are there may go
    // Exactly the backup's schema, without roles, rights and policies and whatever its version: to
    // look into it, never to run the service on.
    bool as_it_was{false};
};

enum class restore_way {
    created,   // nothing of ours was there
    replaced,  // what was there, of another version, was dropped first
    refilled   // the schema stayed, its tables were emptied
};

std::string_view to_string(restore_way way) noexcept;

struct restore_report {
    restore_way way{restore_way::created};
    backup_manifest manifest;
    std::optional<int> schema_version;  // of the database now
};

// A backup of this program's schema version fills the tables that its schema makes; an older one is
// brought to this program's schema in the same transaction, so that roles, rights and row level
// security are as `db deploy` makes them. The service must not be running. Throws failure:
//   conflict "restore.holds_rows"      and `overwrite` was not given
//   conflict "restore.newer_program"   the backup's schema is newer than this program's
//   conflict "restore.other_schema"    a data backup, and the database has another schema version
//   conflict "rollback.others_depend"  what is there would have to go, and others stand upon it
//   unavailable                        as make_backup; nothing has changed
restore_report restore_backup(postgres::conninfo const& where, backup_file const& backup,
                              restore_options const& options = {}, told const& step = {});

}  // namespace agente::operations
