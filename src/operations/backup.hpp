// `db backup`: our tables, and nothing else of the database, as pg_dump writes them, in one file
// with a manifest made in the same snapshot.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

#include "operations/manifest.hpp"
#include "postgres/conninfo.hpp"

namespace agente::operations {

using told = std::function<void(std::string_view)>;  // a step of long work, for people

struct backup_options {
    std::filesystem::path folder;
    backup_scope scope{backup_scope::everything};
    std::size_t keep{0};  // of this database and scope, this one among them; 0: all
};

struct backup_report {
    std::filesystem::path file;
    std::uintmax_t bytes{0};
    backup_manifest manifest;
    std::vector<std::filesystem::path> removed;
};

// `where` must be in session mode. The file is a tar of public.dump and agente.dump (pg_restore
// reads them) and manifest.json; it appears whole or not at all. Throws failure:
//   unavailable   no pg_dump that is new enough, pg_dump failed, the disk is full, interrupted
//   conflict      "backup.hidden_rows" (see our_tables), "backup.nothing_there"
//   postgres::error
backup_report make_backup(postgres::conninfo const& where, backup_options const& options,
                          told const& step = {});

}  // namespace agente::operations
