#include "operations/migrate.hpp"

#include "base/text.hpp"

namespace agente::operations {

bool outside_transaction(sql_file const& file) {
    std::string_view const text = file.text;
    return text::trim(text.substr(0, text.find('\n'))) == "-- no-transaction";
}

}  // namespace agente::operations
