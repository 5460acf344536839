// A folder of backups: files that appear whole or not at all, what killed runs left, which ones are
// old enough to go.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "operations/client_program.hpp"
#include "operations/manifest.hpp"
#include "operations/tar_file.hpp"

namespace agente::operations {

// A backup under way: hidden, readable by its owner only, gone with this object unless published.
class backup_in_progress {
public:
    // Makes the folder (0700) when it is missing, and removes what killed runs left there.
    // Throws failure unavailable "backup.folder_unusable".
    explicit backup_in_progress(std::filesystem::path folder);
    ~backup_in_progress();

    int descriptor() const noexcept { return file_.get(); }
    // On disk, under its name or, when that is taken, one with a number; returns its path.
    std::filesystem::path publish(std::string const& name);

private:
    void create();

    std::filesystem::path folder_, hidden_;
    open_file file_;
};

// "agente-hotel_abcdef_postgres_20261124T101500Z.tar"
std::string backup_name(backup_manifest const& of);

struct backup_file {
    open_file file;
    backup_manifest manifest;
    std::vector<tar_member> members;

    tar_member const* member(std::string_view name) const;
};

// Throws failure invalid "backup.not_a_backup", not_found "backup.no_file", or what read_manifest
// says.
backup_file open_backup(std::filesystem::path const& path);

// Removes all but the newest `keep` backups of the same database and scope; others' files, and
// files that are no whole backup, stay. Returns what went.
std::vector<std::filesystem::path> remove_older(std::filesystem::path const& folder,
                                                backup_manifest const& like, std::size_t keep);

// One file of a backup, restored from.
inline constexpr std::string_view manifest_member = "manifest.json";
inline constexpr std::string_view public_member = "public.dump";
inline constexpr std::string_view agente_member = "agente.dump";

}  // namespace agente::operations
