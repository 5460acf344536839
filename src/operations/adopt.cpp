#include "operations/adopt.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/describe/class.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "operations/adopt_rows.hpp"
#include "operations/our_objects.hpp"

namespace agente::operations {
namespace {

using postgres::query;

struct old_table {
    std::string_view name;
    std::vector<std::string_view> needed;  // columns without which it is another program's
    std::vector<std::string_view> known;   // the others we have a place for
};

// Parents first: the order of copying.
std::vector<old_table> const& old_tables() {
    static std::vector<old_table> const all{
        {"tenants",
         {"id", "tenant_id", "name"},
         {"status", "business_hours_start", "business_hours_end", "business_hours_timezone",
          "settings", "created_at", "updated_at"}},
        {"tenant_user_identifiers", {"id", "tenant_id", "identifier", "created_at"}, {}},
        {"users",
         {"id", "username", "email", "hashed_password", "tenant_id", "created_at"},
         {"full_name", "is_active", "is_superuser", "password_last_changed", "password_must_change",
          "updated_at", "role"}},
        {"user_sessions",
         {"id", "user_id", "token_jti", "expires_at"},
         {"created_at", "is_revoked", "user_agent", "ip_address"}},
        {"password_history", {"id", "user_id", "password_hash"}, {"created_at"}},
        {"lock_audit",
         {"id", "lock_key", "event_type"},
         {"timestamp", "created_at", "details", "tenant_id"}},
    };
    return all;
}

struct old_column {
    std::string table, column, type;
};
BOOST_DESCRIBE_STRUCT(old_column, (), (table, column, type))

struct new_column {
    std::string column, type;
    bool required{};
    std::string otherwise;
};
BOOST_DESCRIBE_STRUCT(new_column, (), (column, type, required, otherwise))

constexpr query<std::string, std::vector<std::string>> found_tables{
    "adopt.found",
    "select c.relname::text from pg_catalog.pg_class c"
    " where c.relnamespace = 'public'::pg_catalog.regnamespace and c.relkind in ('r', 'p')"
    "   and c.relname = any ($1) order by 1"};

constexpr query<old_column, std::string> columns_in{
    "adopt.columns",
    "select c.relname::text as table, a.attname::text as column,"
    "       pg_catalog.format_type(a.atttypid, null) as type"
    "  from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid"
    " where c.relnamespace = pg_catalog.to_regnamespace($1) and c.relkind in ('r', 'p')"
    "   and a.attnum > 0 and not a.attisdropped order by c.relname, a.attnum"};

constexpr query<new_column, std::string> columns_of_ours{
    "adopt.columns_of_ours",
    "select a.attname::text as column, pg_catalog.format_type(a.atttypid, a.atttypmod) as type,"
    "       a.attnotnull as required, coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') as otherwise"
    "  from pg_catalog.pg_attribute a"
    "  left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum"
    " where a.attrelid = pg_catalog.to_regclass($1) and a.attnum > 0 and not a.attisdropped"
    " order by a.attnum"};

// What somebody built upon the tables: views, foreign keys, functions that name their row type.
constexpr query<std::string, std::vector<std::string>> dependents{
    "adopt.dependents",
    "with old as (select c.oid, c.reltype from pg_catalog.pg_class c"
    "              where c.relnamespace = 'public'::pg_catalog.regnamespace and c.relname = any ($1))"
    "select distinct pg_catalog.pg_describe_object(d.classid, d.objid, 0)"
    "  from pg_catalog.pg_depend d"
    " where d.deptype = 'n'"
    "   and ((d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid in (select oid from old))"
    "     or (d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.refobjid in (select reltype from old)))"
    "   and not exists (select from pg_catalog.pg_constraint k where d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass"
    "                   and k.oid = d.objid and k.conrelid in (select oid from old))"
    "   and not exists (select from pg_catalog.pg_trigger t where d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass"
    "                   and t.oid = d.objid and t.tgrelid in (select oid from old))"
    "   and not exists (select from pg_catalog.pg_policy p where d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass"
    "                   and p.oid = d.objid and p.polrelid in (select oid from old))"
    "   and not exists (select from pg_catalog.pg_attrdef f where d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass"
    "                   and f.oid = d.objid and f.adrelid in (select oid from old))"
    "   and not exists (select from pg_catalog.pg_index i where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
    "                   and i.indexrelid = d.objid and i.indrelid in (select oid from old))"
    " order by 1"};

// Nothing of theirs may act on or refuse what is done to the rows, or hide them from us.
constexpr query<void> set_free{
    "adopt.set_free",
    "do $$\n"
    "declare one record;\n"
    "begin\n"
    "    for one in select c.oid::pg_catalog.regclass as name from pg_catalog.pg_class c\n"
    "                where c.relnamespace = 'agente_adoption'::pg_catalog.regnamespace and c.relkind in ('r', 'p') loop\n"
    "        execute format('alter table %s disable trigger user', one.name);\n"
    "        execute format('alter table %s disable row level security', one.name);\n"
    "    end loop;\n"
    "    for one in select k.conrelid::pg_catalog.regclass as name, k.conname from pg_catalog.pg_constraint k\n"
    "                where k.connamespace = 'agente_adoption'::pg_catalog.regnamespace and k.contype in ('c', 'f', 'u', 'x')\n"
    "                order by k.contype <> 'f' loop\n"
    "        execute format('alter table %s drop constraint %I', one.name, one.conname);\n"
    "    end loop;\n"
    "    for one in select i.indexrelid::pg_catalog.regclass as name from pg_catalog.pg_index i\n"
    "                 join pg_catalog.pg_class c on c.oid = i.indrelid\n"
    "                where c.relnamespace = 'agente_adoption'::pg_catalog.regnamespace and not i.indisprimary loop\n"
    "        execute format('drop index %s', one.name);\n"
    "    end loop;\n"
    "end\n"
    "$$"};

constexpr query<std::string> alembic_there{
    "adopt.alembic_there",
    "select coalesce(pg_catalog.to_regclass('public.alembic_version')::text, '')"};
constexpr query<std::string> alembic_versions{
    "adopt.alembic_versions", "select version_num::text from public.alembic_version order by 1"};

// Its triggers went with the tables; other tables of the operator's may still use it.
constexpr query<void> drop_function{
    "adopt.drop_function",
    "do $$\n"
    "begin\n"
    "    if pg_catalog.to_regprocedure('public.update_updated_at_column()') is not null\n"
    "       and not exists (select from pg_catalog.pg_depend d where d.deptype = 'n'\n"
    "                       and d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass\n"
    "                       and d.refobjid = pg_catalog.to_regprocedure('public.update_updated_at_column()')) then\n"
    "        drop function public.update_updated_at_column();\n"
    "    end if;\n"
    "end\n"
    "$$"};

constexpr query<void, boost::json::value> note{
    "adopt.note",
    "insert into agente.security_events (event_type, details) values ('database.adopted', $1)"};

std::vector<std::string> names_of_six() {
    std::vector<std::string> all;
    for (auto const name : our_public_tables()) all.emplace_back(name);
    return all;
}

constexpr std::string_view in_use =
    "the tables of the earlier installation are in use: stop its service (and whoever else "
    "is connected), then deploy again; nothing was changed";

std::string converted(new_column const& ours, std::string_view from, std::string_view type,
                      adoption_options const& options) {
    auto const name = fmt::format("o.{}", quoted_name(from));
    auto value = ours.type == "timestamp with time zone" && type == "timestamp without time zone"
                     ? fmt::format("({} at time zone 'UTC')", name)
                     : fmt::format("{}::{}", name, ours.type);
    if (ours.column == "role")
        value = fmt::format("coalesce({}, {})", value, quoted_text(options.staff_role));
    if (ours.required && !ours.otherwise.empty())
        value = fmt::format("coalesce({}, {})", value, ours.otherwise);
    return value;
}

}  // namespace

adopting::adopting(postgres::command_connection& database, adoption_options const& options)
    : database_(database), options_(options) {}

bool adopting::needed() {
    tables_ = database_.rows(found_tables, names_of_six());
    return !tables_.empty();
}

adoption adopting::prepare() {
    adoption out;
    out.found = true;
    std::vector<std::string> locked;
    for (auto const& name : tables_) locked.push_back("public." + name);
    try {
        database_.ask("adopt.lock", fmt::format("lock table {} in access exclusive mode",
                                                fmt::join(locked, ", ")));
    } catch (postgres::error const& e) {
        if (e.sqlstate() != "55P03") throw;
        throw failure(error(error_kind::conflict, "adopt.in_use", std::string(in_use)));
    }

    auto const columns = database_.rows(columns_in, "public");
    std::vector<std::string> missing;
    for (auto const& table : old_tables()) {
        if (std::ranges::find(tables_, table.name) == tables_.end()) continue;
        auto const is_there = [&](std::string_view column) {
            return std::ranges::any_of(columns, [&](old_column const& c) {
                return c.table == table.name && c.column == column;
            });
        };
        for (auto const column : table.needed)
            if (!is_there(column)) missing.push_back(fmt::format("{}.{}", table.name, column));
        for (auto const& one : columns) {
            bool const known = std::ranges::find(table.needed, one.column) != table.needed.end() ||
                               std::ranges::find(table.known, one.column) != table.known.end();
            if (one.table != table.name || known) continue;
            if (options_.choices.drop_extra_columns)
                out.decided.push_back(fmt::format("{}: column {} left out", one.table, one.column));
            else
                out.obstacles.push_back(
                    {"adopt.extra_column", severity::fault,
                     fmt::format("{} has a column {} ({}) that ours have no place for", one.table,
                                 one.column, one.type),
                     "--extra-columns=drop leaves it and what is in it out; or move it to a table "
                     "of your own first"});
        }
    }
    if (!missing.empty())
        throw failure(error(
            error_kind::conflict, "adopt.not_ours",
            fmt::format("public holds tables of our names that are no earlier installation's: {} "
                        "missing. Deploy into a database of its own",
                        fmt::join(missing, ", "))));
    for (auto const& one : database_.rows(dependents, tables_))
        out.obstacles.push_back({"adopt.dependent", severity::fault,
                                 fmt::format("{} depends on the old tables", one),
                                 "drop it before, and make it again on the new tables after"});

    database_.ask("adopt.aside", "create schema agente_adoption");
    for (auto const& name : tables_) {
        database_.ask("adopt.aside", fmt::format("alter table public.{} set schema agente_adoption",
                                                 quoted_name(name)));
        auto const counted =
            fmt::format("select count(*) from agente_adoption.{}", quoted_name(name));
        out.tables.push_back({name, 0, 0, 0, 0, 0});
        database_.ask("adopt.visible",
                      fmt::format("alter table agente_adoption.{} disable row level security",
                                  quoted_name(name)));
        out.tables.back().before =
            database_.row(query<std::int64_t>{"adopt.count", counted}).value();
    }
    if (!out.obstacles.empty() && std::ranges::any_of(out.obstacles, [](finding const& f) {
            return f.check == "adopt.dependent";
        }))
        return out;  // what follows would only fail on them
    database_.execute(set_free);
    if (options_.told) options_.told("looking at the rows of the earlier installation");
    row_fitting(database_, options_, tables_, out).run();
    return out;
}

void adopting::carry_over(adoption& into) {
    auto const old = database_.rows(columns_in, "agente_adoption");
    for (auto const& table : old_tables()) {
        auto const counts = std::ranges::find(into.tables, table.name, &adopted_table::name);
        if (counts == into.tables.end()) continue;
        if (options_.told) options_.told(fmt::format("{}: {} rows", table.name, counts->before));
        std::vector<std::string> names, values;
        for (auto const& ours :
             database_.rows(columns_of_ours, fmt::format("public.{}", table.name))) {
            auto const theirs = [&](std::string_view name) {
                return std::ranges::find_if(old, [&](old_column const& c) {
                    return c.table == table.name && c.column == name;
                });
            };
            auto found = theirs(ours.column);
            if (found == old.end() && table.name == "lock_audit" && ours.column == "created_at")
                found = theirs("timestamp");
            if (found == old.end() && ours.column != "role") continue;
            names.push_back(quoted_name(ours.column));
            values.push_back(found == old.end()
                                 ? quoted_text(options_.staff_role)
                                 : converted(ours, found->column, found->type, options_));
        }
        into.tables[static_cast<std::size_t>(counts - into.tables.begin())].carried =
            database_
                .ask(fmt::format("adopt.{}", table.name),
                     fmt::format("insert into public.{} ({}) select {} from agente_adoption.{} o",
                                 table.name, fmt::join(names, ", "), fmt::join(values, ", "),
                                 table.name))
                .affected();
        if (counts->carried != counts->before - counts->removed + counts->added)
            throw failure(error(error_kind::internal, "adopt.lost_rows",
                                fmt::format("{}: {} rows of {} arrived: nothing was changed",
                                            table.name, counts->carried, counts->before)));
    }
    // The next number is after every one that was ever given out, also to rows that are gone.
    for (auto const name :
         {"tenants", "tenant_user_identifiers", "password_history", "lock_audit"}) {
        if (std::ranges::find(tables_, name) == tables_.end()) continue;
        database_.ask(
            "adopt.next_number",
            fmt::format(
                "select pg_catalog.setval(pg_catalog.pg_get_serial_sequence('public.{0}', 'id'),"
                " greatest((select coalesce(max(id), 0) from public.{0}) + 1,"
                "  (select coalesce(max(s.last_value), 0) + 1 from pg_catalog.pg_sequences s"
                "    where pg_catalog.format('%I.%I', s.schemaname, s.sequencename)"
                "        = pg_catalog.pg_get_serial_sequence('agente_adoption.{0}', 'id'))), false)",
                name));
    }
    std::vector<std::string> gone;
    for (auto const& name : tables_) gone.push_back("agente_adoption." + name);
    database_.ask("adopt.drop_old", fmt::format("drop table {}", fmt::join(gone, ", ")));
    database_.ask("adopt.drop_schema", "drop schema agente_adoption");
    database_.execute(drop_function);
    if (!database_.row(alembic_there).value().empty()) {
        into.alembic_versions = database_.rows(alembic_versions);
        database_.ask("adopt.drop_alembic", "drop table public.alembic_version");
    }

    boost::json::object rows;
    for (auto const& one : into.tables)
        rows[one.name] = {{"before", one.before},
                          {"carried", one.carried},
                          {"removed", one.removed},
                          {"added", one.added},
                          {"respelled", one.respelled}};
    boost::json::value const details{
        {"alembic_versions",
         boost::json::array(into.alembic_versions.begin(), into.alembic_versions.end())},
        {"rows", std::move(rows)},
        {"decided", boost::json::array(into.decided.begin(), into.decided.end())}};
    database_.execute(note, details);
}

}  // namespace agente::operations
