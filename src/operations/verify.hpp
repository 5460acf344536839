// `db backup --verify`: is this file a backup one can come back from? Restored into a private
// PostgreSQL, compared table by table.
#pragma once

#include "operations/backup_folder.hpp"
#include "operations/restore.hpp"

namespace agente::operations {

struct verify_report {
    int server_version{0};  // of the private PostgreSQL
    backup_manifest manifest;
};

// The private server lives in the temporary folder, readable by its user only, and is gone when
// this returns or throws; what a killed run left is removed. Throws failure: what restore_backup
// throws, unavailable when no PostgreSQL server is installed, conflict "backup.differs".
verify_report verify_backup(backup_file const& backup, told const& step = {});

}  // namespace agente::operations
