#include "operations/check_exposure.hpp"

#include <fmt/format.h>

#include <boost/describe/class.hpp>
#include <span>

namespace agente::operations {
namespace {

using postgres::query;

struct guard_row {
    std::string name;
    bool guarded{};
};
BOOST_DESCRIBE_STRUCT(guard_row, (), (name, guarded))

constexpr query<guard_row> ask_guards{
    "check.row_security",
    "select n.nspname || '.' || c.relname as name, c.relrowsecurity and c.relforcerowsecurity as guarded"
    "  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
    " where c.relkind in ('r', 'p') and (n.nspname = 'agente' or n.nspname = 'public' and c.relname in"
    "       ('users', 'user_sessions', 'password_history', 'tenants', 'tenant_user_identifiers', 'lock_audit'))"
    " order by 1"};

constexpr query<bool> ask_roles{
    "check.data_api_roles",
    "select exists (select from pg_catalog.pg_roles where rolname in ('anon', 'authenticated'))"};

constexpr query<std::string> ask_tables{
    "check.reachable_tables",
    "select distinct n.nspname || '.' || c.relname"
    "  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
    "  join pg_catalog.pg_roles r on r.rolname in ('anon', 'authenticated')"
    " where n.nspname in ('public', 'agente') and c.relkind in ('r', 'p', 'v', 'm', 'f')"
    "   and pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE')"
    "   and (pg_catalog.has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')"
    "        or pg_catalog.has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE'))"
    " order by 1"};

constexpr query<std::string> ask_functions{
    "check.callable_functions",
    "select distinct n.nspname || '.' || p.proname"
    "  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace"
    "  join pg_catalog.pg_roles r on r.rolname in ('anon', 'authenticated')"
    " where n.nspname = 'agente' and pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE')"
    "   and pg_catalog.has_function_privilege(r.oid, p.oid, 'EXECUTE')"
    "   and not exists (select from pg_catalog.pg_depend d where d.objid = p.oid and d.deptype = 'e')"
    " order by 1"};

std::string some_of(std::vector<std::string> const& names) {
    constexpr std::size_t most = 5;
    auto const shown = std::span(names).first(std::min(most, names.size()));
    return fmt::format("{}{}", fmt::join(shown, ", "),
                       names.size() > most ? fmt::format(" and {} more", names.size() - most) : "");
}

}  // namespace

exposure_facts read_exposure(postgres::command_connection& db) {
    exposure_facts out;
    for (auto& table : db.rows(ask_guards)) {
        ++out.our_tables;
        if (!table.guarded) out.unguarded.push_back(std::move(table.name));
    }
    out.data_api_roles = db.row(ask_roles).value();
    if (!out.data_api_roles) return out;
    out.reachable = db.rows(ask_tables);
    out.callable = db.rows(ask_functions);
    return out;
}

findings judge_exposure(exposure_facts const& facts) {
    findings out;
    if (!facts.unguarded.empty())
        out.push_back(
            {"exposure.row_security", severity::fault,
             fmt::format("row level security is not enabled and forced on {} of our {} tables: {}",
                         facts.unguarded.size(), facts.our_tables, some_of(facts.unguarded)),
             "run agente-hotel db lint: it names the statement that switches it on for each"});
    else if (facts.our_tables > 0)
        out.push_back(
            {"exposure.row_security", severity::ok,
             fmt::format("row level security is enabled and forced on all {} tables of ours",
                         facts.our_tables),
             ""});
    if (!facts.data_api_roles) {
        out.push_back({"exposure.data_api", severity::info,
                       "no roles anon and authenticated here: no data API", ""});
        return out;
    }
    if (facts.reachable.empty() && facts.callable.empty()) {
        out.push_back({"exposure.data_api", severity::ok,
                       "anon and authenticated reach no table of public and agente", ""});
        return out;
    }
    out.push_back(
        {"exposure.data_api", severity::fault,
         fmt::format(
             "whoever has the project's public key reaches through the data API: {} tables{}, {} functions{}",
             facts.reachable.size(),
             facts.reachable.empty() ? "" : " (" + some_of(facts.reachable) + ")",
             facts.callable.size(),
             facts.callable.empty() ? "" : " (" + some_of(facts.callable) + ")"),
         "run agente-hotel db lint: it names each with the statement that takes the right away; switch the data API off if nothing uses it (dashboard: Settings > API)"});
    return out;
}

}  // namespace agente::operations
