#include "postgres/error.hpp"

#include <fmt/format.h>

#include "postgres/sqlstate.hpp"

namespace agente::postgres {
namespace {

// `invalid input syntax for type integer: "4111 1111 …"` -> the part before the value. The value
// came from outside, the message goes to logs.
std::string_view without_value(std::string_view sqlstate, std::string_view message) {
    if (!sqlstate.starts_with("22")) return message;
    return message.substr(0, message.find(": \""));
}

}  // namespace

error server_error(std::string_view query, server_report const& report) {
    auto const meaning = meaning_of(report.sqlstate);
    auto text = fmt::format("{}: {} ({}", query, without_value(report.sqlstate, report.message),
                            report.sqlstate);
    if (!report.constraint.empty()) text += fmt::format(", constraint {}", report.constraint);
    if (!report.table.empty()) text += fmt::format(", table {}", report.table);
    text += ')';
    if (!meaning.hint.empty()) text += fmt::format(": {}", meaning.hint);
    return error(agente::error(meaning.kind, meaning.code, std::move(text)),
                 std::string(report.sqlstate), std::string(report.constraint));
}

error connection_error(std::string_view query, bool may_have_happened, std::string_view why) {
    if (may_have_happened)
        return error(agente::error(
            error_kind::in_doubt, "postgres.in_doubt",
            fmt::format(
                "{}: the connection ended before the answer came ({}): the write may or may not "
                "have been committed, look before doing it again",
                query, why)));
    return error(
        agente::error(error_kind::unavailable, "postgres.connection_lost",
                      fmt::format("{}: the connection ended ({}): try again later", query, why)));
}

error parameter_error(std::string_view query, std::size_t position, std::string_view why) {
    return error(agente::error(error_kind::invalid, "postgres.invalid_parameter",
                               fmt::format("{}: parameter {} {}", query, position, why)));
}

error shape_error(std::string_view query, std::string_view what) {
    return error(agente::error(error_kind::internal, "postgres.unexpected_shape",
                               fmt::format("{}: {}", query, what)));
}

}  // namespace agente::postgres
