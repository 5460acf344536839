#include "postgres/sqlstate.hpp"

#include <algorithm>
#include <array>

namespace agente::postgres {
namespace {

struct row {
    std::string_view sqlstate;  // five characters, or two for a class
    sqlstate_meaning meaning;
};

using enum error_kind;

constexpr std::string_view pooler_hint =
    "a transaction pooler lost a statement of this connection: use one Sync per round trip and unnamed statements";
constexpr std::string_view login_hint =
    "check the user (a Supabase pooler wants postgres.<project>), the password (just rotated? paused project?) and pg_hba.conf";

// Exact codes stand before their class.
constexpr std::array table{
    row{"08P01", {internal, "postgres.protocol_violation", pooler_hint}},
    row{"08",
        {unavailable, "postgres.connection_lost",
         "the server or the way to it is gone: try again later"}},
    row{"22", {invalid, "postgres.invalid_value", ""}},
    row{"23502", {conflict, "postgres.not_null_violation", ""}},
    row{"23503", {conflict, "postgres.foreign_key_violation", ""}},
    row{"23505", {conflict, "postgres.unique_violation", ""}},
    row{"23514", {conflict, "postgres.check_violation", ""}},
    row{"23P01", {conflict, "postgres.exclusion_violation", ""}},
    row{"23", {conflict, "postgres.constraint_violation", ""}},
    row{"25006",
        {internal, "postgres.read_only",
         "a statement that writes was declared as a read, or the server is a standby"}},
    row{"25P02",
        {internal, "postgres.transaction_aborted",
         "an earlier statement of the transaction failed"}},
    row{"25P03",
        {timeout, "postgres.idle_in_transaction", "the transaction was left open too long"}},
    row{"26", {internal, "postgres.prepared_statement_missing", pooler_hint}},
    row{"28", {unavailable, "postgres.login_refused", login_hint}},
    row{"3D", {unavailable, "postgres.no_such_database", "check the database name in the URL"}},
    row{"40003",
        {in_doubt, "postgres.completion_unknown",
         "the statement may or may not have been committed"}},
    row{"40001", {conflict, "postgres.serialization_failure", "run the transaction again"}},
    row{"40P01", {conflict, "postgres.deadlock", "run the transaction again"}},
    row{"40", {conflict, "postgres.rolled_back", "run the transaction again"}},
    row{"42501",
        {internal, "postgres.permission_denied",
         "is the schema deployed, with its roles and policies, and the scope set?"}},
    row{"42P01", {internal, "postgres.no_such_table", "is the schema deployed?"}},
    row{"42P05", {internal, "postgres.prepared_statement_exists", pooler_hint}},
    row{"42", {internal, "postgres.bad_statement", "is the schema deployed, and of this version?"}},
    row{"44", {conflict, "postgres.check_option_violation", ""}},
    row{"53300",
        {unavailable, "postgres.too_many_connections",
         "lower the pool sizes or raise the server's max_connections"}},
    row{"53",
        {unavailable, "postgres.out_of_resources",
         "the server is out of memory, disk or connections"}},
    row{"54", {too_large, "postgres.limit_exceeded", ""}},
    row{"55P03",
        {timeout, "postgres.lock_not_available", "somebody else holds the lock: try again"}},
    row{"55", {conflict, "postgres.object_in_use", ""}},
    row{"57014",
        {timeout, "postgres.statement_timeout", "the statement ran longer than its limit"}},
    row{"57P",
        {unavailable, "postgres.server_stopping",
         "the server is stopping or starting: try again later"}},
    row{"57", {unavailable, "postgres.intervention", ""}},
    row{"58",
        {unavailable, "postgres.system_error",
         "the server's disk or operating system failed: see its log"}},
};

}  // namespace

sqlstate_meaning meaning_of(std::string_view sqlstate) noexcept {
    auto const at =
        std::ranges::find_if(table, [&](row const& r) { return sqlstate.starts_with(r.sqlstate); });
    return at != table.end() ? at->meaning
                             : sqlstate_meaning{internal, "postgres.unexpected_error", ""};
}

}  // namespace agente::postgres
