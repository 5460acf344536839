// Deletes what the rules say is old: for `db cleanup` and for the running service.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "net/task.hpp"
#include "operations/cleanup_rules.hpp"
#include "postgres/command_connection.hpp"
#include "postgres/database.hpp"

namespace agente::operations {

struct cleaned {
    std::string_view name, table;
    std::int64_t rows{0};
};

struct cleanup_options {
    int batch{1'000};     // rows a statement; each is a transaction of its own
    bool dry_run{false};  // counts what would go
};

// For commands: all of it. A run of the service or of another command is waited for, batch by
// batch. Never goes a message that is not answered, a reply whose fate is not settled, a booking
// that is not settled, one of a person's five newest old passwords, a link that makes an older one
// void. `step` hears of progress. Throws postgres::error, failure "operation.interrupted".
std::vector<cleaned> clean_up(postgres::command_connection& database, retention const& keep,
                              cleanup_options const& options = {},
                              std::function<void(cleaned const&)> const& step = {});

// For the service: the same statements in the service's roles, with pauses, until nothing is left,
// somebody else is at it, or `most` has passed.
task<std::vector<cleaned>> clean_up(postgres::database& database, retention keep,
                                    std::chrono::steady_clock::duration most);

std::vector<postgres::query_text> cleanup_queries();  // for the test that looks at plans

}  // namespace agente::operations
