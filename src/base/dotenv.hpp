// The text of a .env file, read as python-dotenv and docker compose users expect it. No I/O; used
// by base/config and tests.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agente::config {

struct assignment {
    std::string name;
    std::string value;  // quotes removed, escapes and references resolved
    int line{};         // 1-based, of the name
};

struct dotenv {
    std::vector<assignment> assignments;  // in the file's order; a later one of the same name wins
    std::vector<std::string> problems;    // "line 3: …"; never holds a value
};

// Grammar: NAME=value, `export NAME=value`, # comments (after white space in unquoted values),
// 'literal', "with \n \t \" \\ \$ escapes and line breaks". ${NAME} and ${NAME:-default} are
// replaced outside single quotes, from `environment` first, then from earlier lines, else by
// nothing. A value may be 64 KiB, a file 1 MiB.
dotenv parse_dotenv(
    std::string_view text,
    std::function<std::optional<std::string>(std::string const&)> const& environment);

}  // namespace agente::config
