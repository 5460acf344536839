#include "tenancy/identifier_store.hpp"

#include "postgres/database.hpp"

namespace agente::tenancy::store {
namespace {

using postgres::query;
using postgres::sharing;
using strings = std::vector<std::string>;

constexpr query<identifier_row, std::string, std::int64_t, int> list_query{
    "tenancy.list_identifiers",
    "select i.id, i.identifier, i.created_at"
    "  from public.tenant_user_identifiers i"
    " where i.tenant_id = (select t.id from public.tenants t where t.tenant_id = $1) and i.id > $2"
    " order by i.id limit $3",
    sharing::coalescible};

constexpr query<identifier_owner, strings> owners_query{
    "tenancy.identifier_owners",
    "select t.tenant_id, t.name, i.identifier, i.created_at"
    "  from public.tenant_user_identifiers i join public.tenants t on t.id = i.tenant_id"
    " where i.identifier = any ($1) order by i.id",
    sharing::coalescible};

constexpr query<identifier_row, std::string, std::string> add_query{
    "tenancy.add_identifier",
    "insert into public.tenant_user_identifiers as i (tenant_id, identifier)"
    " select t.id, $2 from public.tenants t where t.tenant_id = $1"
    " on conflict do nothing returning i.id, i.identifier, i.created_at"};

constexpr query<void, std::string, strings> remove_query{
    "tenancy.remove_identifiers",
    "delete from public.tenant_user_identifiers i"
    " where i.identifier = any ($2)"
    "   and i.tenant_id = (select t.id from public.tenants t where t.tenant_id = $1)"};

constexpr query<bool, std::string> exists_query{
    "tenancy.tenant_exists", "select exists (select from public.tenants t where t.tenant_id = $1)",
    sharing::coalescible};

}  // namespace

task<std::vector<identifier_row>> list_identifiers(postgres::database& db, postgres::access as,
                                                   std::string slug, std::int64_t after, int most) {
    co_return co_await db.rows(as, list_query, slug, after, most);
}

task<std::vector<identifier_owner>> owners_of(postgres::database& db,
                                              std::vector<std::string> spellings) {
    auto const as = postgres::access::system();
    co_return co_await db.rows(as, owners_query, spellings);
}

task<std::optional<identifier_row>> add_identifier(postgres::database& db, postgres::access as,
                                                   std::string slug, std::string identifier) {
    co_return co_await db.row(as, add_query, slug, identifier);
}

task<std::int64_t> remove_identifiers(postgres::database& db, postgres::access as, std::string slug,
                                      std::vector<std::string> spellings) {
    co_return co_await db.execute(as, remove_query, slug, spellings);
}

task<bool> tenant_exists(postgres::database& db, postgres::access as, std::string slug) {
    auto const found = co_await db.row(as, exists_query, slug);
    co_return found.value_or(false);
}

std::vector<postgres::query_text> identifier_queries() {
    return {describe(list_query), describe(owners_query), describe(add_query),
            describe(remove_query), describe(exists_query)};
}

}  // namespace agente::tenancy::store
