#include "tenancy/tenant_store.hpp"

#include "postgres/database.hpp"

namespace agente::tenancy::store {
namespace {

using postgres::query;
using postgres::sharing;

// The columns of tenant_record. xmin: the transaction that wrote the row.
#define AGENTE_TENANT_COLUMNS                                                            \
    "t.id, t.tenant_id, t.name, t.status, t.business_hours_start, t.business_hours_end," \
    " t.business_hours_timezone, t.settings, t.created_at, t.updated_at, t.xmin::text as version"

constexpr query<tenant_record, int, std::optional<std::string>, std::optional<std::string>, int>
    list_query{
        "tenancy.list_tenants",
        "select " AGENTE_TENANT_COLUMNS
        "  from public.tenants t"
        " where t.id > $1 and ($2::text is null or t.status = $2)"
        "   and ($3::text is null or"
        "        to_tsvector('simple', t.name || ' ' || translate(t.tenant_id, '-_.', '   ')) @@ to_tsquery('simple', $3))"
        " order by t.id limit $4",
        sharing::coalescible};

constexpr query<tenant_record, std::string> read_query{
    "tenancy.read_tenant",
    "select " AGENTE_TENANT_COLUMNS "  from public.tenants t where t.tenant_id = $1",
    sharing::coalescible};

constexpr query<tenant_record, std::string, std::string, tenant_status, std::optional<int>,
                std::optional<int>, std::optional<std::string>, boost::json::value>
    add_query{
        "tenancy.add_tenant",
        "insert into public.tenants as t (tenant_id, name, status, business_hours_start, business_hours_end,"
        "                                 business_hours_timezone, settings)"
        " values ($1, $2, $3, $4, $5, $6, $7) on conflict (tenant_id) do nothing"
        " returning " AGENTE_TENANT_COLUMNS};

constexpr query<tenant_record, std::string, std::string, std::string, std::optional<int>,
                std::optional<int>, std::optional<std::string>, boost::json::value>
    write_query{
        "tenancy.write_tenant",
        "update public.tenants t"
        "   set name = $3, business_hours_start = $4, business_hours_end = $5, business_hours_timezone = $6, settings = $7"
        " where t.tenant_id = $1 and t.xmin::text = $2"
        " returning " AGENTE_TENANT_COLUMNS};

struct status_row : tenant_record {
    tenant_status was{tenant_status::active};
};
BOOST_DESCRIBE_STRUCT(status_row, (tenant_record), (was))

constexpr query<status_row, std::string, tenant_status> status_query{
    "tenancy.set_status",
    "with old as (select o.id, o.status from public.tenants o where o.tenant_id = $1 for update)"
    " update public.tenants t set status = $2 from old where t.id = old.id"
    " returning " AGENTE_TENANT_COLUMNS ", old.status as was"};

#undef AGENTE_TENANT_COLUMNS

constexpr query<belongings, std::string, int> belongings_query{
    "tenancy.count_belongings",
    "select (select count(*) from (select from public.users u where u.tenant_id = $1 limit $2) x)::int as users,"
    "       (select count(*) from (select from public.tenant_user_identifiers i join public.tenants t on t.id = i.tenant_id"
    "                               where t.tenant_id = $1 limit $2) x)::int as identifiers,"
    "       (select count(*) from (select from agente.inbox m where m.tenant_id = $1 limit $2) x)::int as inbox,"
    "       (select count(*) from (select from agente.outbox m where m.tenant_id = $1 limit $2) x)::int as outbox,"
    "       (select count(*) from (select from agente.booking_journal b where b.tenant_id = $1 limit $2) x)::int as bookings,"
    "       (select count(*) from (select from agente.booking_journal b where b.tenant_id = $1"
    "                                 and b.state in ('intended', 'sent', 'unknown') limit $2) x)::int as open_bookings,"
    "       exists (select from public.tenants t where t.tenant_id = $1) as found"};

constexpr query<void, std::string> delete_empty_query{
    "tenancy.delete_empty",
    "delete from public.tenants t"
    " where t.tenant_id = $1"
    "   and not exists (select from public.users u where u.tenant_id = $1)"
    "   and not exists (select from public.tenant_user_identifiers i where i.tenant_id = t.id)"
    "   and not exists (select from agente.inbox m where m.tenant_id = $1)"
    "   and not exists (select from agente.outbox m where m.tenant_id = $1)"
    "   and not exists (select from agente.booking_journal b where b.tenant_id = $1)"};

constexpr query<void, std::string> delete_outbox_query{
    "tenancy.delete_outbox",
    "delete from agente.outbox m"
    " where m.tenant_id = $1 and not exists (select from agente.booking_journal b"
    "                                         where b.tenant_id = $1 and b.state in ('intended', 'sent', 'unknown'))"};
constexpr query<void, std::string> delete_inbox_query{
    "tenancy.delete_inbox",
    "delete from agente.inbox m"
    " where m.tenant_id = $1 and not exists (select from agente.booking_journal b"
    "                                         where b.tenant_id = $1 and b.state in ('intended', 'sent', 'unknown'))"};
constexpr query<void, std::string> delete_users_query{
    "tenancy.delete_users",
    "delete from public.users u"
    " where u.tenant_id = $1 and not exists (select from agente.booking_journal b"
    "                                         where b.tenant_id = $1 and b.state in ('intended', 'sent', 'unknown'))"};
constexpr query<void, std::string> delete_bookings_query{
    "tenancy.delete_bookings",
    "delete from agente.booking_journal j"
    " where j.tenant_id = $1 and not exists (select from agente.booking_journal b"
    "                                         where b.tenant_id = $1 and b.state in ('intended', 'sent', 'unknown'))"};
constexpr query<void, std::string> delete_tenant_query{
    "tenancy.delete_tenant",
    "delete from public.tenants t"
    " where t.tenant_id = $1 and not exists (select from agente.booking_journal b"
    "                                         where b.tenant_id = $1 and b.state in ('intended', 'sent', 'unknown'))"};

constexpr query<sealed_row, int, int> with_secrets_query{
    "tenancy.with_secrets",
    "select t.id, t.tenant_id, t.settings from public.tenants t"
    " where t.id > $1"
    "   and (t.settings #>> '{pms,api_key}' is not null or t.settings #>> '{whatsapp,access_token}' is not null"
    "        or t.settings #>> '{whatsapp,app_secret}' is not null)"
    " order by t.id limit $2"};

constexpr query<void, int, std::vector<std::string>, std::string, std::string> reseal_query{
    "tenancy.reseal",
    "update public.tenants t set settings = jsonb_set(t.settings, $2, to_jsonb($4::text))"
    " where t.id = $1 and t.settings #>> $2 = $3"};

constexpr std::chrono::seconds whole_deletion{60};  // it may have millions of messages

task<deletion> delete_with(postgres::database& db, postgres::access as, std::string slug,
                           std::vector<query<void, std::string> const*> steps) {
    postgres::batch all(as);
    auto const counted = all.add(belongings_query, slug, most_counted + 1);
    postgres::handle<void> last{};
    for (auto const* const step : steps) last = all.add(*step, slug);
    auto const got = co_await db.run(std::move(all));
    co_return deletion{.before = got.row(counted).value(), .done = got.affected(last) == 1};
}

}  // namespace

task<std::vector<tenant_record>> list_tenants(postgres::database& db, postgres::access as,
                                              tenant_search what) {
    std::optional<std::string> status;
    if (what.status) status = boost::describe::enum_to_string(*what.status, "");
    co_return co_await db.rows(as, list_query, what.after, status, what.words, what.most);
}

task<std::optional<tenant_record>> read_tenant(postgres::database& db, postgres::access as,
                                               std::string slug) {
    co_return co_await db.row(as, read_query, slug);
}

task<std::optional<tenant_record>> add_tenant(postgres::database& db, postgres::access as,
                                              tenant_record row) {
    co_return co_await db.row(as, add_query, row.tenant_id, row.name, row.status,
                              row.business_hours_start, row.business_hours_end,
                              row.business_hours_timezone, row.settings);
}

task<std::optional<tenant_record>> write_tenant(postgres::database& db, postgres::access as,
                                                tenant_record row) {
    co_return co_await db.row(as, write_query, row.tenant_id, row.version, row.name,
                              row.business_hours_start, row.business_hours_end,
                              row.business_hours_timezone, row.settings);
}

task<std::optional<status_change>> set_status(postgres::database& db, postgres::access as,
                                              std::string slug, tenant_status to) {
    auto found = co_await db.row(as, status_query, slug, to);
    if (!found) co_return std::nullopt;
    auto const was = found->was;
    co_return status_change{.now = std::move(static_cast<tenant_record&>(*found)), .was = was};
}

task<deletion> delete_empty(postgres::database& db, postgres::access as, std::string slug) {
    return delete_with(db, std::move(as), std::move(slug), {&delete_empty_query});
}

task<deletion> delete_whole(postgres::database& db, postgres::access as, std::string slug) {
    return delete_with(db, as.with_timeout(whole_deletion), std::move(slug),
                       {&delete_outbox_query, &delete_inbox_query, &delete_users_query,
                        &delete_bookings_query, &delete_tenant_query});
}

task<std::vector<sealed_row>> with_secrets(postgres::database& db, postgres::access as, int after,
                                           int most) {
    co_return co_await db.rows(as, with_secrets_query, after, most);
}

task<std::int64_t> write_resealed(postgres::database& db, postgres::access as,
                                  std::vector<resealed> all) {
    if (all.empty()) co_return 0;
    postgres::batch writes(as);
    std::vector<postgres::handle<void>> handles;
    for (auto const& one : all)
        handles.push_back(writes.add(reseal_query, one.id, one.path, one.before, one.after));
    auto const got = co_await db.run(std::move(writes));
    std::int64_t changed = 0;
    for (auto const& one : handles) changed += got.affected(one);
    co_return changed;
}

std::vector<postgres::query_text> tenant_queries() {
    return {describe(list_query),
            describe(read_query),
            describe(add_query),
            describe(write_query),
            describe(status_query),
            describe(belongings_query),
            describe(delete_empty_query),
            describe(delete_outbox_query),
            describe(delete_inbox_query),
            describe(delete_users_query),
            describe(delete_bookings_query),
            describe(delete_tenant_query),
            describe(with_secrets_query),
            describe(reseal_query)};
}

}  // namespace agente::tenancy::store
