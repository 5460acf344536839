// Values that an earlier installation allowed and our checks refuse; internal to adopt_rows.cpp.
#pragma once

#include <span>
#include <string_view>

namespace agente::operations {

struct value_rule {
    std::string_view table, column;
    std::string_view bad;      // SQL over the row: true when our check refuses it
    std::string_view wrong;    // what is wrong, for people
    std::string_view mend;     // SQL: the value instead; empty: nothing sensible
    std::string_view becomes;  // that, for people
};

std::span<value_rule const> value_rules();

}  // namespace agente::operations
