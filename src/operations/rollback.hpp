// `db rollback`: the ways back from a deployment that went wrong. Each keeps a backup first.
#pragma once

#include "operations/backup.hpp"
#include "operations/restore.hpp"

namespace agente::operations {

struct drop_report {
    backup_report backup;             // verified
    std::vector<std::string> tables;  // gone
};

// Drops exactly what `db deploy` makes, after a backup that was restored and compared, and only
// while every table still holds what that backup holds. Roles stay: they belong to the server.
// Throws failure, and nothing was dropped:
//   conflict "rollback.nothing_there"  no schema of this program, or an earlier installation's
//   conflict "rollback.others_depend"  views, foreign keys or tables of others are named
//   conflict "rollback.changed"        somebody wrote since the backup
//   what make_backup and verify_backup throw
drop_report drop_schema(postgres::conninfo const& where, std::filesystem::path const& folder,
                        told const& step = {});

// Objects of others that dropping ours would take along: "view public.hotels".
std::vector<std::string> others_upon_ours(postgres::command_connection& database);
// Throws failure conflict "rollback.others_depend" that names them, if there are any.
void refuse_others(postgres::command_connection& database);

struct local_server {
    std::filesystem::path settings;  // a file with DATABASE_URL and the like, mode 0600
    std::string start_command;       // for when this program is gone
};

// A PostgreSQL in a folder of its own, with the backup in it; stopped again when this returns. Its
// settings to switch to are in a file of that folder, its password too. Throws what postgres_server
// and restore_backup throw.
local_server restore_to_folder(std::filesystem::path const& folder, backup_file const& backup,
                               told const& step = {});

// The tables of `where` that are not what the backup holds any more: somebody still writes.
std::vector<std::string> changed_since(postgres::conninfo const& where,
                                       backup_manifest const& backup);

}  // namespace agente::operations
