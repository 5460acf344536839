// A file of SQL taken apart into its statements, so that each can be sent alone and an error can
// name its line.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace agente::operations {

struct script_statement {
    std::string_view
        sql;   // without the semicolon and the comments before it; a part of the script's text
    int line;  // of its first word, from 1
};

// Knows strings, quoted names, dollar quotes and nested comments as PostgreSQL reads them
// (standard_conforming_strings on). Invalid: something is not closed, or a psql command (a line
// that begins with a backslash) stands between statements.
result<std::vector<script_statement>> split_script(std::string_view script);

}  // namespace agente::operations
