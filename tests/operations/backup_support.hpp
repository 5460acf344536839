// Databases worth backing up, and folders for their backups.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "operations/backup.hpp"
#include "operations/schema_files.hpp"
#include "postgres/command_connection.hpp"
#include "support/servers.hpp"

namespace agente::operations {

inline postgres::conninfo address(std::string const& url) {
    return postgres::parse_url(url).value();
}

// Rows that break careless tools: quotes, line ends, what COPY escapes, null beside empty.
void add_awkward_rows(std::string const& url);

// Tables, columns, rights, policies, constraints, triggers, functions, indexes, comments:
// everything of ours but rows, as one text.
std::string catalog_of(std::string const& url);

std::vector<table_sum> sums_of(std::string const& url);

// Gone with the test.
class backup_home {
public:
    backup_home();
    ~backup_home();
    std::filesystem::path const& path() const { return path_; }
    std::vector<std::string> names() const;  // of all that is in it, hidden files too

private:
    std::filesystem::path path_;
};

backup_report backed_up(std::string const& url, backup_home const& home,
                        backup_scope scope = backup_scope::everything);

// The message of what `work` throws; "no error".
template <class Work>
std::string complaint_of(Work const& work) {
    try {
        work();
    } catch (failure const& e) {
        return e.what();
    }
    return "no error";
}

}  // namespace agente::operations
