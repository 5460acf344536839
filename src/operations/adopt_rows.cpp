#include "operations/adopt_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/describe/class.hpp>
#include <set>

#include "operations/adopt_names.hpp"
#include "operations/adopt_values.hpp"

namespace agente::operations {
namespace {

using postgres::query;

struct numbered_text {
    std::int64_t id{};
    std::string text;
};
BOOST_DESCRIBE_STRUCT(numbered_text, (), (id, text))

struct row_line {
    std::string key, shown;
};
BOOST_DESCRIBE_STRUCT(row_line, (), (key, shown))

struct user_tenant {
    std::string id, username, tenant;
};
BOOST_DESCRIBE_STRUCT(user_tenant, (), (id, username, tenant))

struct identifier_twin {
    std::int64_t id{};
    std::string written, normal, hotel, kept;
    bool stays{};
};
BOOST_DESCRIBE_STRUCT(identifier_twin, (), (id, written, normal, hotel, kept, stays))

struct user_twin {
    std::string id, value, kept;
};
BOOST_DESCRIBE_STRUCT(user_twin, (), (id, value, kept))

// An empty slug of a user means what no slug means.
constexpr query<void> clear_empty_tenants{
    "adopt.clear_empty_tenants",
    "update agente_adoption.users set tenant_id = null where btrim(tenant_id) = ''"};

constexpr query<numbered_text> all_slugs{
    "adopt.slugs",
    "select id::pg_catalog.int8, tenant_id::text as text from agente_adoption.tenants"};
constexpr query<numbered_text> bad_slugs{
    "adopt.bad_slugs",
    "select id::pg_catalog.int8, tenant_id::text as text from agente_adoption.tenants"
    " where tenant_id !~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$' order by id"};
constexpr query<void, std::int64_t, std::string> rename_tenant{
    "adopt.rename_tenant", "update agente_adoption.tenants set tenant_id = $2 where id = $1"};
constexpr query<void, std::string, std::string> rename_users_tenant{
    "adopt.rename_users_tenant",
    "update agente_adoption.users set tenant_id = $2 where tenant_id = $1"};
constexpr query<void, std::string, std::string> rename_lock_tenant{
    "adopt.rename_lock_tenant",
    "update agente_adoption.lock_audit set tenant_id = $2 where tenant_id = $1"};
constexpr query<bool> locks_name_tenants{
    "adopt.locks_name_tenants",
    "select exists (select from pg_catalog.pg_attribute a"
    "                where a.attrelid = pg_catalog.to_regclass('agente_adoption.lock_audit')"
    "                  and a.attname = 'tenant_id' and not a.attisdropped)"};

constexpr query<user_tenant> dangling{
    "adopt.dangling",
    "select u.id::text, u.username::text, u.tenant_id::text as tenant from agente_adoption.users u"
    " where u.tenant_id is not null"
    "   and not exists (select from agente_adoption.tenants t where t.tenant_id = u.tenant_id)"
    " order by u.tenant_id, u.id"};
constexpr query<void> unassign{
    "adopt.unassign",
    "update agente_adoption.users u set tenant_id = null"
    " where not exists (select from agente_adoption.tenants t where t.tenant_id = u.tenant_id)"};
constexpr query<void, std::string> add_tenant{
    "adopt.add_tenant",
    "insert into agente_adoption.tenants (id, tenant_id, name, status, created_at, updated_at)"
    " select coalesce(max(id), 0) + 1, $1, $1, 'inactive', now() at time zone 'UTC', now() at time zone 'UTC'"
    "   from agente_adoption.tenants"};
constexpr query<void, std::string, std::string> assign_tenant{
    "adopt.assign_tenant", "update agente_adoption.users set tenant_id = $2 where tenant_id = $1"};

constexpr query<void> add_normal{
    "adopt.add_normal",
    "alter table agente_adoption.tenant_user_identifiers add column agente_normal text"};
constexpr query<numbered_text> all_identifiers{
    "adopt.identifiers",
    "select id::pg_catalog.int8, coalesce(identifier, '')::text as text"
    "  from agente_adoption.tenant_user_identifiers order by id"};
constexpr query<void, std::vector<std::int64_t>, std::vector<std::string>> set_normal{
    "adopt.set_normal",
    "update agente_adoption.tenant_user_identifiers i set agente_normal = m.normal"
    "  from unnest($1, $2) as m (id, normal) where m.id = i.id"};

// Null: it is called as it stands. Both orders of age are told apart by $1. `stays`: the row that
// keeps the address.
constexpr query<identifier_twin, bool> identifier_twins_of{
    "adopt.identifier_twins",
    "select x.id, x.written, x.normal, x.hotel, x.kept, x.place = 1 as stays"
    "  from (select i.id::pg_catalog.int8, i.identifier::text as written, coalesce(i.agente_normal, i.identifier)::text as normal,"
    "               coalesce(t.tenant_id, '')::text as hotel, count(*) over (partition by coalesce(i.agente_normal, i.identifier)) as twins,"
    "               row_number() over w as place, first_value(i.id::text) over w as kept"
    "          from agente_adoption.tenant_user_identifiers i"
    "          left join agente_adoption.tenants t on t.id = i.tenant_id"
    "        window w as (partition by coalesce(i.agente_normal, i.identifier) order by case when $1 then i.created_at end desc nulls last,"
    "                     case when $1 then i.id end desc, i.created_at, i.id)) x"
    " where x.twins > 1 order by x.normal, x.place"};
constexpr query<void, std::vector<std::int64_t>> drop_identifiers{
    "adopt.drop_identifiers",
    "delete from agente_adoption.tenant_user_identifiers where id = any ($1)"};
constexpr query<std::int64_t> respell{
    "adopt.respell",
    "with changed as (update agente_adoption.tenant_user_identifiers set identifier = agente_normal"
    "                  where agente_normal is not null returning 1)"
    " select count(*) from changed"};

std::string user_twins_sql(std::string_view column) {
    return fmt::format(
        "select x.id, x.value, x.kept"
        "  from (select u.id::text, u.{0}::text as value, row_number() over w as place,"
        "               first_value(u.id::text) over w as kept"
        "          from agente_adoption.users u"
        "        window w as (partition by lower(u.{0}) order by case when $1 then u.created_at end desc nulls last,"
        "                     case when $1 then u.id end desc, u.created_at, u.id)) x"
        " where x.place > 1 order by x.kept, x.place",
        column);
}

struct orphan_rule {
    std::string_view table, of, column, key, what;
};
constexpr orphan_rule orphan_rules[] = {
    {"tenant_user_identifiers", "tenants", "tenant_id", "id", "hotel"},
    {"user_sessions", "users", "user_id", "id", "user"},
    {"password_history", "users", "user_id", "id", "user"},
};

constexpr std::size_t most_findings = 100;  // of one kind; the rest is counted
constexpr std::size_t rows_a_trip = 10'000;

bool secret_column(std::string_view column) {
    return column == "hashed_password" || column == "password_hash" || column == "token_jti";
}

}  // namespace

void row_fitting::run() {
    orphans();
    slugs();
    tenants_of_users();
    values();
    identifiers();
    user_twins("username");
    user_twins("email");
}

bool row_fitting::has(std::string_view table) const {
    return std::ranges::find(tables_, table) != tables_.end();
}

adopted_table& row_fitting::count_of(std::string_view table) {
    return *std::ranges::find(out_.tables, table, &adopted_table::name);
}

void row_fitting::decide(std::string_view check, std::vector<std::string> lines, bool chosen,
                         std::string const& cure) {
    if (chosen) {
        out_.decided.insert(out_.decided.end(), std::make_move_iterator(lines.begin()),
                            std::make_move_iterator(lines.end()));
        return;
    }
    auto const shown = std::min(lines.size(), most_findings);
    for (std::size_t i = 0; i < shown; ++i)
        out_.obstacles.push_back({std::string(check), severity::fault, std::move(lines[i]), cure});
    if (shown < lines.size())
        out_.obstacles.push_back({std::string(check), severity::fault,
                                  fmt::format("… and {} rows more", lines.size() - shown), cure});
}

void row_fitting::orphans() {
    for (auto const& rule : orphan_rules) {
        if (!has(rule.table)) continue;
        auto const condition =
            has(rule.of)
                ? fmt::format("not exists (select from agente_adoption.{} p where p.{} = o.{})",
                              rule.of, rule.key, rule.column)
                : std::string("true");
        auto const list = fmt::format(
            "select o.id::text as key, coalesce(o.{}::text, '') as shown from agente_adoption.{} o where {} order by o.id",
            rule.column, rule.table, condition);
        std::vector<std::string> lines;
        for (auto const& row : database_.rows(query<row_line>{"adopt.orphans", list}))
            lines.push_back(fmt::format("{} {}: there is no {} {}{}", rule.table, row.key,
                                        rule.what, row.shown,
                                        options_.choices.drop_orphans ? ": removed" : ""));
        if (lines.empty()) continue;
        if (options_.choices.drop_orphans) {
            database_.ask(
                "adopt.drop_orphans",
                fmt::format("delete from agente_adoption.{} o where {}", rule.table, condition));
            count_of(rule.table).removed += static_cast<std::int64_t>(lines.size());
        }
        decide("adopt.orphan", std::move(lines), options_.choices.drop_orphans,
               "--orphans=drop leaves the row out; or mend it in the old database");
    }
}

void row_fitting::slugs() {
    if (!has("tenants")) return;
    auto const bad = database_.rows(bad_slugs);
    if (bad.empty()) return;
    std::set<std::string> taken;
    for (auto& one : database_.rows(all_slugs)) taken.insert(std::move(one.text));
    bool const chosen = options_.choices.rename_slugs;
    bool const locks = has("lock_audit") && database_.row(locks_name_tenants).value();
    std::vector<std::string> lines;
    for (auto const& one : bad) {
        auto const slug = slug_from(one.text, one.id, taken);
        lines.push_back(fmt::format(
            "tenants {}: slug \"{}\" {} \"{}\"", one.id, one.text,
            chosen ? "became" : "has characters ours may not have; it would become", slug));
        if (!chosen) continue;
        database_.execute(rename_tenant, one.id, slug);
        if (has("users")) database_.execute(rename_users_tenant, one.text, slug);
        if (locks) database_.execute(rename_lock_tenant, one.text, slug);
    }
    if (chosen) count_of("tenants").respelled += static_cast<std::int64_t>(bad.size());
    decide("adopt.slug", std::move(lines), chosen,
           "--bad-slugs=rename gives it that slug, its users and lock audit follow; whatever else "
           "names the hotel by slug must be told");
}

void row_fitting::tenants_of_users() {
    if (!has("users")) return;
    database_.execute(clear_empty_tenants);
    auto const all = has("tenants") ? database_.rows(dangling) : std::vector<user_tenant>();
    if (all.empty()) return;
    auto const choice = options_.choices.dangling;
    std::vector<std::string> lines;
    for (auto const& one : all)
        lines.push_back(fmt::format("users {} ({}): there is no hotel \"{}\"{}", one.id,
                                    one.username, one.tenant,
                                    !choice                               ? ""
                                    : choice == dangling_tenant::unassign ? ": belongs to none now"
                                                                          : ": made, inactive"));
    if (choice == dangling_tenant::unassign) {
        database_.execute(unassign);
        count_of("users").respelled += static_cast<std::int64_t>(all.size());
    } else if (choice) {
        std::set<std::string> taken;
        for (auto& one : database_.rows(all_slugs)) taken.insert(std::move(one.text));
        std::set<std::string> made;
        for (auto const& one : all) {
            if (!made.insert(one.tenant).second) continue;
            bool const fits =
                database_
                    .row(
                        query<bool, std::string>{
                            "adopt.slug_fits", "select $1 ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$'"},
                        one.tenant)
                    .value();
            auto const slug = fits ? one.tenant : slug_from(one.tenant, 0, taken);
            taken.insert(slug);
            database_.execute(add_tenant, slug);
            if (slug != one.tenant) database_.execute(assign_tenant, one.tenant, slug);
            ++count_of("tenants").added;
        }
    }
    decide("adopt.dangling_tenant", std::move(lines), choice.has_value(),
           "--dangling-tenant=unassign: the user belongs to no hotel; --dangling-tenant=create: an "
           "inactive hotel of that slug is made");
}

void row_fitting::values() {
    for (auto const& rule : value_rules()) {
        if (!has(rule.table)) continue;
        bool const there =
            database_
                .row(
                    query<bool, std::string, std::string>{
                        "adopt.has_column",
                        "select exists (select from pg_catalog.pg_attribute a"
                        "  where a.attrelid = pg_catalog.to_regclass('agente_adoption.' || $1)"
                        "    and a.attname = $2 and not a.attisdropped)"},
                    std::string(rule.table), std::string(rule.column))
                .value();
        if (!there) continue;
        auto const list = fmt::format(
            "select id::text as key, {} as shown from agente_adoption.{} where {} order by id",
            secret_column(rule.column)
                ? "''"
                : fmt::format("coalesce(left({}::text, 60), 'null')", rule.column),
            rule.table, rule.bad);
        bool const chosen = options_.choices.mend_values && !rule.mend.empty();
        std::vector<std::string> lines;
        for (auto const& row : database_.rows(query<row_line>{"adopt.values", list}))
            lines.push_back(fmt::format(
                "{} {}: {} {}{}{}", rule.table, row.key, rule.column, rule.wrong,
                row.shown.empty() ? std::string() : fmt::format(", it is \"{}\"", row.shown),
                chosen ? fmt::format("; became {}", rule.becomes) : std::string()));
        if (lines.empty()) continue;
        if (chosen) {
            database_.ask("adopt.mend",
                          fmt::format("update agente_adoption.{} set {} = {} where {}", rule.table,
                                      rule.column, rule.mend, rule.bad));
            count_of(rule.table).respelled += static_cast<std::int64_t>(lines.size());
        }
        decide("adopt.value", std::move(lines), chosen,
               rule.mend.empty()
                   ? std::string("change it in the old database")
                   : fmt::format("--bad-values=mend makes it {}; or change it in the old database",
                                 rule.becomes));
    }
}

void row_fitting::identifiers() {
    if (!has("tenant_user_identifiers")) return;
    database_.execute(add_normal);
    if (options_.normalise) {
        std::vector<std::int64_t> ids;
        std::vector<std::string> normal;
        auto const send = [&] {
            if (!ids.empty()) database_.execute(set_normal, ids, normal);
            ids.clear();
            normal.clear();
        };
        for (auto const& one : database_.rows(all_identifiers)) {
            auto said = options_.normalise(one.text);
            if (said == one.text || said.empty()) continue;
            ids.push_back(one.id);
            normal.push_back(std::move(said));
            if (ids.size() == rows_a_trip) send();
        }
        send();
    }
    identifier_twins();
    count_of("tenant_user_identifiers").respelled += database_.row(respell).value();
}

void row_fitting::identifier_twins() {
    auto const choice = options_.choices.identifier;
    auto const all = database_.rows(identifier_twins_of, choice == kept_twin::newest);
    std::vector<std::string> lines;
    std::vector<std::int64_t> losers;
    for (auto const& one : all) {
        if (choice && one.stays) continue;
        lines.push_back(
            choice
                ? fmt::format("tenant_user_identifiers {}: \"{}\" of hotel \"{}\" removed, row {} "
                              "has that address ({})",
                              one.id, one.written, one.hotel, one.kept, one.normal)
                : fmt::format("tenant_user_identifiers {}: \"{}\" of hotel \"{}\" is {}, as other "
                              "rows are",
                              one.id, one.written, one.hotel, one.normal));
        losers.push_back(one.id);
    }
    if (lines.empty()) return;
    if (choice) {
        database_.execute(drop_identifiers, losers);
        count_of("tenant_user_identifiers").removed += static_cast<std::int64_t>(losers.size());
    }
    decide(
        "adopt.identifier_collision", std::move(lines), choice.has_value(),
        "one address belongs to one hotel: --identifier-collision=keep-oldest or keep-newest; the "
        "other rows are left out, and noted in agente.security_events");
}

void row_fitting::user_twins(std::string_view column) {
    if (!has("users")) return;
    auto const choice = options_.choices.user;
    auto const sql = user_twins_sql(column);
    auto const all = database_.rows(query<user_twin, bool>{"adopt.user_twins", sql},
                                    choice == kept_twin::newest);
    if (all.empty()) return;
    std::set<std::string> taken;
    auto const names = fmt::format(
        "select lower({0})::text from agente_adoption.users where {0} is not null", column);
    for (auto& one : database_.rows(query<std::string>{"adopt.names", names}))
        taken.insert(std::move(one));
    auto const rename =
        fmt::format("update agente_adoption.users set {} = $2 where id = $1", column);
    std::vector<std::string> lines;
    for (auto const& one : all) {
        auto const made = numbered(one.value, taken);
        lines.push_back(fmt::format(
            "users {}: {} \"{}\" {} \"{}\": user {} keeps it", one.id, column, one.value,
            choice ? "became"
                   : "differs from another's in case only, or not at all; it would become",
            made, one.kept));
        if (choice)
            database_.execute(query<void, std::string, std::string>{"adopt.rename_user", rename},
                              one.id, made);
    }
    if (choice) count_of("users").respelled += static_cast<std::int64_t>(all.size());
    decide("adopt.user_collision", std::move(lines), choice.has_value(),
           fmt::format(
               "\"Ana\" and \"ana\" are one person at sign-in: --user-collision=keep-oldest or "
               "keep-newest says who keeps the {}; tell the other",
               column));
}

}  // namespace agente::operations
