// Whatever a literal or a comment holds, and wherever the statement was cut off: none of it is
// shown. The first two bytes choose the form and the cut.
#include "operations/masked_statement.hpp"

namespace {

std::string with(std::string_view text, std::string_view escaped, char by) {
    std::string out;
    for (char const c : text) {
        if (escaped.find(c) != std::string_view::npos) out += by == '\0' ? c : by;
        out += c;
    }
    return out;
}

std::string statement_with(unsigned char form, std::string const& text) {
    auto const holds = [&text](char const* part) { return text.find(part) != std::string::npos; };
    switch (form % 4) {
        case 0: return "select '" + with(text, "'", '\0') + "' from t";
        case 1: return "select E'" + with(text, "'\\", '\\') + "' from t";
        case 2: return holds("$") ? "" : "select $q$" + text + "$q$ from t";
        default: return holds("*") || holds("/") ? "" : "select /*" + text + "*/ from t";
    }
}

// All that may be seen of such a statement's beginning.
bool harmless(std::string_view masked) {
    constexpr std::string_view whole = "select '…' from t", without = "select from t";
    return whole.starts_with(masked) || without.starts_with(masked) || masked == "select E" ||
           masked == "select /";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
    if (size < 2) return 0;
    using agente::operations::masked_statement;
    std::string_view const all(reinterpret_cast<char const*>(data), size);
    masked_statement(all);
    auto const sql = statement_with(data[0], std::string(all.substr(2)));
    if (sql.empty()) return 0;
    if (!masked_statement(sql).ends_with(" from t")) __builtin_trap();
    if (!harmless(masked_statement(sql))) __builtin_trap();
    if (!harmless(masked_statement(sql.substr(0, data[1] % (sql.size() + 1))))) __builtin_trap();
    return 0;
}
