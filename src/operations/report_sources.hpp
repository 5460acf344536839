// Where each section of the report comes from: SQL and columns, by group. Used by report.cpp.
#pragma once

#include <string_view>
#include <vector>

#include "operations/report.hpp"

namespace agente::operations {

enum class section_needs {
    nothing,
    statements,  // the view pg_stat_statements
    everything   // shows less to a role that is no member of pg_read_all_stats
};

struct section_source {
    std::string_view name, title, about;
    std::string_view nothing;  // what it means when there are no rows
    section_needs needs{section_needs::nothing};
    std::vector<report_column> columns;
    // A select of the columns, by name. What stands in braces is filled in (report.cpp):
    // {statements}, {io_ms}, {wal_bytes}, {checkpoints}, {bloat}, {duplicates}.
    std::string_view sql;
    std::string_view order;  // most important row first
};

std::vector<section_source> report_sources_of_storage();
std::vector<section_source> report_sources_of_activity();
std::vector<section_source> report_sources_of_statements();

}  // namespace agente::operations
