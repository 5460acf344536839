#include "operations/lint.hpp"

#include <fmt/format.h>
#include <boost/describe/class.hpp>

#include "operations/catalog_sql.hpp"
#include "operations/lint_rules.hpp"
#include "operations/read_only.hpp"

namespace agente::operations {
namespace {

using postgres::query;

struct fault_row {
    std::string object, part, detail;
};
BOOST_DESCRIBE_STRUCT(fault_row, (), (object, part, detail))

struct looked_at_row {
    std::vector<std::string> missing;
    std::int64_t tables{}, functions{};
    bool data_api{};
};
BOOST_DESCRIBE_STRUCT(looked_at_row, (), (missing, tables, functions, data_api))

// What rules may read from. What belongs to an extension is its maker's.
constexpr std::string_view lint_tables = R"sql(
with /* agente-hotel lint */ schemas as (
    select n.oid, n.nspname from pg_catalog.pg_namespace n where n.nspname = any ($1)
), outsiders as (
    select r.oid, r.rolname from pg_catalog.pg_roles r where r.rolname in ('anon', 'authenticated')
), relations as (
    select c.oid, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.reltuples,
           c.relpages, c.relowner, s.nspname, pg_catalog.format('%I.%I', s.nspname, c.relname) as name
      from pg_catalog.pg_class c join schemas s on s.oid = c.relnamespace
     where not exists (select from pg_catalog.pg_depend d
                        where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')
), routines as (
    select p.oid, p.prosecdef, p.proconfig, p.prorettype, p.proname, s.nspname,
           pg_catalog.format('%I.%I(%s)', s.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) as name
      from pg_catalog.pg_proc p join schemas s on s.oid = p.pronamespace
     where p.prokind in ('f', 'p')
       and not exists (select from pg_catalog.pg_depend d
                        where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'e')
), policies as (
    select r.name, r.oid as relation, r.relrowsecurity, p.polname, p.polcmd, p.polpermissive, p.polroles,
           p.polroles = '{0}' or exists (select from outsiders o where o.oid = any (p.polroles)) as for_outsiders,
           coalesce(pg_catalog.pg_get_expr(p.polqual, p.polrelid), '') as reads,
           coalesce(pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid), '') as writes
      from pg_catalog.pg_policy p join relations r on r.oid = p.polrelid
), default_rights as (
    select d.defaclnamespace, pg_catalog.quote_ident(u.rolname) as owner, o.rolname as receiver, k.word as kind
      from pg_catalog.pg_default_acl d cross join pg_catalog.aclexplode(d.defaclacl) as given
      join outsiders o on o.oid = given.grantee join pg_catalog.pg_roles u on u.oid = d.defaclrole
      join (values ('r'::"char", 'tables'), ('S', 'sequences'), ('f', 'functions')) as k (letter, word) on k.letter = d.defaclobjtype
     where u.rolname = current_user or u.oid in (select r.relowner from relations r)
), bloat as ({bloat}
), duplicates as ({duplicates}
)
)sql";

constexpr std::string_view look = R"sql(
select coalesce((select pg_catalog.array_agg(w.name) from pg_catalog.unnest($1) as w (name)
                  where not exists (select from schemas s where s.nspname = w.name)), '{}') as missing,
       (select count(*) from relations where relkind in ('r', 'p')) as tables,
       (select count(*) from routines) as functions,
       exists (select from outsiders) as data_api
)sql";

finding finding_of(lint_rule const& rule, fault_row const& row) {
    auto const filled = [&row](std::string_view pattern) {
        return fmt::format(fmt::runtime(pattern), fmt::arg("object", row.object),
                           fmt::arg("part", row.part), fmt::arg("detail", row.detail));
    };
    auto what = filled(rule.sentence);
    if (!rule.advisor.empty()) what += fmt::format(" (advisor {})", rule.advisor);
    return {fmt::format("lint.{}", rule.id), rule.level, std::move(what), filled(rule.cure)};
}

findings what_was_looked_at(looked_at_row const& found, lint_options const& options,
                            std::size_t rules) {
    findings all;
    all.push_back({"lint.looked", severity::info,
                   fmt::format("{} rules, {} tables and {} functions in {}", rules, found.tables,
                               found.functions, fmt::join(options.schemas, ", ")),
                   ""});
    if (!found.data_api)
        all.push_back({"lint.no_data_api", severity::info,
                       "The roles anon and authenticated do not exist on this server, so it is not "
                       "Supabase's: who reaches what through a data API could not be looked at",
                       ""});
    for (auto const& schema : found.missing)
        all.push_back({"lint.no_schema", severity::fault,
                       fmt::format("There is no schema {} in this database", schema),
                       schema == "agente"
                           ? "create it with: agente-hotel db deploy"
                           : "check the name given with --schema, and the database's in the URL"});
    return all;
}

}  // namespace

std::vector<lint_rule> lint_rules() {
    std::vector<lint_rule> all;
    for (auto const group :
         {lint_rules_of_access(), lint_rules_of_policies(), lint_rules_of_tables()})
        all.insert(all.end(), group.begin(), group.end());
    return all;
}

findings lint(postgres::command_connection& connection, lint_options const& options) {
    auto const rules = lint_rules();
    auto tables = std::string(lint_tables);
    tables.replace(tables.find("{bloat}"), 7, bloat_sql);
    tables.replace(tables.find("{duplicates}"), 12, duplicate_indexes_sql);
    read_only const transaction(connection);
    auto const ask = [&]<class Row>(std::string_view name, std::string_view sql, Row*) {
        auto const text = tables + std::string(sql);
        query<Row, std::vector<std::string>> const q{name, text};
        return connection.rows(q, options.schemas);
    };
    auto all =
        what_was_looked_at(ask("lint.looked", look, static_cast<looked_at_row*>(nullptr)).at(0),
                           options, rules.size());
    for (auto const& rule : rules) {
        auto const name = fmt::format("lint.{}", rule.id);
        for (auto const& row : ask(name, rule.sql, static_cast<fault_row*>(nullptr)))
            all.push_back(finding_of(rule, row));
    }
    return all;
}

}  // namespace agente::operations
