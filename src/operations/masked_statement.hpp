// The text of a statement without what it is about: for reports, because statements hold passwords,
// names and telephone numbers. Used by report.
#pragma once

#include <string>
#include <string_view>

namespace agente::operations {

// Strings, numbers and the values of SET become '…', comments go, white space becomes one space.
// Parameters ($1), names and keywords stay. A text that was cut off in the middle of a string is
// masked to its end. Reads strings as PostgreSQL does with standard_conforming_strings on.
std::string masked_statement(std::string_view sql);

}  // namespace agente::operations
