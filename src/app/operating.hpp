// What the commands that operate a deployment share: settings, where the database is, findings and
// progress on the terminal, one way of failing.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

#include "app/command_line.hpp"
#include "app/settings.hpp"
#include "operations/endpoint.hpp"
#include "operations/finding.hpp"
#include "postgres/conninfo.hpp"

namespace agente::app {

// The settings as the options every such command has: --env-file, --database-url, --json.
void operating_options(command const& of);

// Reads the settings, runs `work` and returns its exit code. Problems of the settings and what
// `work` throws (failure) are told on standard error: exit_failure.
int operate(common_options const& common, std::function<int(settings const&)> const& work);

// DATABASE_URL; throws failure invalid "config.no_database" or "postgres.bad_url".
postgres::conninfo database_address(settings const& s);
// For what a transaction pooler cannot do: MIGRATIONS_DATABASE_URL, else DATABASE_URL, in session
// mode. What had to be derived is told on standard error.
postgres::conninfo session_database(settings const& s);

// For people a line each, faults last, with its cure, and a summary; with `json` one line for each
// finding: {"check":…,"level":…,"what":…,"cure":…}. Returns exit_failure when there is a fault.
int print_findings(std::ostream& to, operations::findings const& all, bool json);

// Long work on standard error: at a terminal one line that is overwritten, else a line a step;
// nothing with `json`.
class progress {
public:
    explicit progress(bool json);
    ~progress();  // ends the line
    progress(progress const&) = delete;
    progress& operator=(progress const&) = delete;

    void step(std::string_view what);  // "users: 1,200 of 4,000 rows"
    void done();                       // the line stays as it is

private:
    bool silent_, terminal_;
    bool open_{false};
};

// Standard output and standard error as terminals; NO_COLOR is honoured.
bool colours(std::ostream const& to);

// Asks the person at the terminal to type `word`; false when something else came or there is no
// terminal. Nothing is asked with `given` equal to `word` already (a flag of the command).
bool confirmed(std::string_view question, std::string_view word, std::string_view given = {});

}  // namespace agente::app
