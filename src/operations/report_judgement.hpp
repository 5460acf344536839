// What the numbers of the report mean. Used by report.cpp.
#pragma once

#include "operations/report.hpp"

namespace agente::operations {

findings judged(report_overview const& seen, report_options const& options);

}  // namespace agente::operations
