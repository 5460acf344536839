#include "postgres/scope_statement.hpp"

namespace agente::postgres {
namespace {

constexpr std::string_view writing =
    "select set_config('role', $1, true), set_config('agente.tenant', $2, true), set_config('statement_timeout', $3, true)";
constexpr std::string_view reading =
    "select set_config('role', $1, true), set_config('agente.tenant', $2, true), set_config('statement_timeout', $3, true), "
    "set_config('transaction_read_only', 'on', true)";

}  // namespace

statement scope_statement(access const& as, bool read_only,
                          std::chrono::milliseconds default_timeout) {
    constexpr std::string_view name = "postgres.scope";
    auto const timeout = std::to_string(
        as.timeout().value_or(default_timeout).count());  // no unit: milliseconds; 0: none
    return {name, read_only ? reading : writing,
            parameters::of(name, as.role(), as.slug(), timeout)};
}

}  // namespace agente::postgres
