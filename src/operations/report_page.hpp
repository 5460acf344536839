// The pieces report_html.cpp makes its page of.
#pragma once

#include <string>
#include <string_view>

#include "operations/report.hpp"

namespace agente::operations {

std::string escaped(std::string_view text);  // for text and for quoted attributes

std::string_view report_style();  // CSS

// The section's chart; empty when it has none, or nothing to show.
std::string chart_of(report_section const& section);

// A ring of which `percent` is filled, with a name for those who hear the page.
std::string ring(double percent, std::string_view name);
std::string meter(double percent, std::string_view name);

}  // namespace agente::operations
