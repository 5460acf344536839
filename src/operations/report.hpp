// `db report`: how a database is doing, as sections of rows with a judgement at the top. Also used
// by the deployment report. report_html.hpp makes a page of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "operations/finding.hpp"
#include "postgres/command_connection.hpp"

namespace agente::operations {

// How a column's values are meant.
enum class measure { text, count, bytes, milliseconds, seconds, percent, flag, statement };

using report_cell = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

struct report_column {
    std::string_view name;     // for programs: "total_bytes"
    std::string_view heading;  // for people: "Total"
    measure of{measure::text};
};

struct report_section {
    std::string_view name;   // "table-stats"
    std::string_view title;  // "Table sizes"
    std::string_view about;  // a sentence: what it shows and what to look for
    std::vector<report_column> columns;
    std::vector<std::vector<report_cell>> rows;
    std::int64_t in_all{};  // rows there are; more than `rows` holds when it was cut
    std::string said;  // why there is nothing, or less than there should be; empty: all is there

    std::int64_t left_out() const { return in_all - static_cast<std::int64_t>(rows.size()); }
};

// The numbers of the page's head. Nothing: this role may not see it, or nothing was counted yet.
struct report_overview {
    std::string database, role, server_version;
    std::string taken_at;    // "2026-11-24 14:05 UTC"
    std::string started_at;  // the server; the same form
    std::optional<std::string> counting_since;
    std::int64_t database_bytes{}, index_bytes{};
    std::optional<double> cache_hit_percent;
    std::int64_t blocks_asked{};
    std::int64_t connections{}, most_connections{}, reserved_connections{};
    std::int64_t blocked{};
    double oldest_transaction_seconds{}, idle_in_transaction_seconds{};
    std::int64_t live_rows{}, dead_rows{};
    std::int64_t unused_index_bytes{}, unused_indexes{};
    std::int64_t deadlocks{}, temporary_bytes{};
    double oldest_rows_percent{};  // of the two thousand million transactions until wraparound
    bool sees_everything{};        // the role is a member of pg_monitor or a superuser
};

struct report {
    report_overview overview;
    findings
        judgement;  // "report.cache", "report.connections", …: ok, warning or fault, with cures
    std::vector<report_section> sections;
};

struct report_options {
    std::vector<std::string> sections;  // names; empty: all
    int most_rows{20};                  // of a section
    std::int64_t quota_bytes{};         // of the database; 0: none is known
};

std::vector<std::string_view> report_section_names();

// Each section is read in a read-only transaction of its own: one that cannot be read says why and
// leaves the others alone. The texts of statements come without literals and comments. Throws
// failure invalid "report.unknown_section", and postgres::error when the connection fails.
report database_report(postgres::command_connection& connection,
                       report_options const& options = {});

// A cell as people read it: "1.4 MB", "98.2 %", "3 h 12 min", "-" for nothing.
std::string shown(report_cell const& cell, measure of);

}  // namespace agente::operations
