// The SQL that makes the database: db/schema.sql and db/migrations/, from inside the program or
// from a folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace agente::operations {

struct sql_file {
    std::string name;  // "0001_baseline.sql"
    std::string text;

    std::string checksum() const;  // SHA-256 of the text, 64 hexadecimal digits
    int version() const;           // the leading number; 0: it has none
};

struct schema_files {
    sql_file schema;
    std::vector<sql_file> migrations;  // by version
};

schema_files const& embedded_schema();  // as they were when the program was built

// `folder` holds schema.sql and migrations/NNNN_what_it_does.sql. Invalid: a file is missing,
// unreadable or badly named, or the numbers have a gap or a double.
result<schema_files> read_schema(std::filesystem::path const& folder);
// That file as schema.sql, with the migrations/ beside it, or those of the program when there are
// none. An empty name: the program's own files.
result<schema_files> files_of(std::filesystem::path const& schema_file);
result<schema_files> checked(schema_files files);

}  // namespace agente::operations
