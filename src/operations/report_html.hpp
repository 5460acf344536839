// The report as one page that stands alone: no request to anywhere, no script, light and dark, made
// to be read, printed and heard.
#pragma once

#include <string>

#include "operations/report.hpp"

namespace agente::operations {

// Every text is escaped, and the page forbids itself scripts and requests (a content security
// policy), so that nothing a statement or a name holds can do anything.
std::string report_page(report const& of);

}  // namespace agente::operations
