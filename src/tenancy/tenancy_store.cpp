#include "tenancy/tenancy_store.hpp"

#include <boost/describe.hpp>

#include "base/text.hpp"
#include "postgres/database.hpp"
#include "tenancy/identifier_store.hpp"
#include "tenancy/tenant_store.hpp"

namespace agente::tenancy::store {
namespace {

using postgres::query;
using postgres::sharing;

struct tenant_row {
    int id{};
    std::string tenant_id, name;
    tenant_status status{tenant_status::active};
    std::optional<int> business_hours_start, business_hours_end;
    std::optional<std::string> business_hours_timezone;
    boost::json::value settings;
};
BOOST_DESCRIBE_STRUCT(tenant_row, (),
                      (id, tenant_id, name, status, business_hours_start, business_hours_end,
                       business_hours_timezone, settings))

constexpr query<tenant_row, std::string> by_number{
    "tenancy.find_by_number",
    "select t.id, t.tenant_id, t.name, t.status, t.business_hours_start, t.business_hours_end,"
    "       t.business_hours_timezone, t.settings"
    "  from public.tenants t"
    " where t.settings #>> '{whatsapp,phone_number_id}' = $1"
    " order by t.id limit 2",
    sharing::coalescible};

constexpr query<tenant_row, std::vector<std::string>> by_identifier{
    "tenancy.find_by_identifier",
    "select distinct on (t.id) t.id, t.tenant_id, t.name, t.status, t.business_hours_start, t.business_hours_end,"
    "       t.business_hours_timezone, t.settings"
    "  from public.tenant_user_identifiers i"
    "  join public.tenants t on t.id = i.tenant_id"
    " where i.identifier = any ($1) and t.status = 'active'"
    " order by t.id limit 2",
    sharing::coalescible};

constexpr query<tenant_row, std::string> by_slug{
    "tenancy.find_by_slug",
    "select t.id, t.tenant_id, t.name, t.status, t.business_hours_start, t.business_hours_end,"
    "       t.business_hours_timezone, t.settings"
    "  from public.tenants t"
    " where t.tenant_id = $1 and t.status = 'active'",
    sharing::coalescible};

constexpr query<tenant_row, int> active{
    "tenancy.first_active",
    "select t.id, t.tenant_id, t.name, t.status, t.business_hours_start, t.business_hours_end,"
    "       t.business_hours_timezone, t.settings"
    "  from public.tenants t"
    " where t.status = 'active'"
    " order by t.id limit $1",
    sharing::coalescible};

constexpr query<tenant_row, std::string, int> by_words{
    "tenancy.find_by_words",
    "select t.id, t.tenant_id, t.name, t.status, t.business_hours_start, t.business_hours_end,"
    "       t.business_hours_timezone, t.settings"
    "  from public.tenants t"
    " where to_tsvector('simple', t.name) @@ to_tsquery('simple', $1) and t.status = 'active'"
    " limit $2",
    sharing::coalescible};

std::vector<tenant> to_tenants(std::vector<tenant_row> rows) {
    std::vector<tenant> all;
    all.reserve(rows.size());
    for (auto& row : rows) {
        tenant one;
        one.id = row.id;
        one.active = row.status == tenant_status::active;
        one.slug = std::move(row.tenant_id);
        one.name = std::move(row.name);
        one.business_hours_start = row.business_hours_start;
        one.business_hours_end = row.business_hours_end;
        one.timezone = std::move(row.business_hours_timezone).value_or("");
        apply_settings(one, row.settings);
        all.push_back(std::move(one));
    }
    return all;
}

}  // namespace

task<std::vector<tenant>> find_by_number(postgres::database& db, std::string number_id) {
    auto const as = postgres::access::system();
    co_return to_tenants(co_await db.rows(as, by_number, number_id));
}

task<std::vector<tenant>> find_by_identifier(postgres::database& db,
                                             std::vector<std::string> spellings) {
    auto const as = postgres::access::system();
    co_return to_tenants(co_await db.rows(as, by_identifier, spellings));
}

task<std::vector<tenant>> find_by_slug(postgres::database& db, std::string slug) {
    auto const as = postgres::access::system();
    co_return to_tenants(co_await db.rows(as, by_slug, slug));
}

task<std::vector<tenant>> find_only(postgres::database& db) { return first_active(db, 2); }

task<std::vector<tenant>> first_active(postgres::database& db, int most) {
    auto const as = postgres::access::system();
    co_return to_tenants(co_await db.rows(as, active, most));
}

task<std::vector<tenant>> find_by_words(postgres::database& db, std::string prefix_query,
                                        int most) {
    auto const as = postgres::access::system();
    co_return to_tenants(co_await db.rows(as, by_words, prefix_query, most));
}

std::string prefix_query(std::string_view text) {
    constexpr std::size_t most_words = 6, longest_word = 64;
    std::string out, word;
    std::size_t words = 0;
    auto end_word = [&] {
        if (!word.empty() && words < most_words) {
            if (words++ > 0) out += " & ";
            out += word.substr(0, longest_word) + ":*";
        }
        word.clear();
    };
    // Bytes above 0x7f are parts of letters or of punctuation that to_tsquery takes for letters:
    // harmless to it.
    for (unsigned char c : text::lower(text::scrub_utf8(text))) {
        if (c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            word.push_back(static_cast<char>(c));
        else
            end_word();
    }
    end_word();
    return out;
}

std::vector<postgres::query_text> queries() {
    std::vector<postgres::query_text> all{describe(by_number), describe(by_identifier),
                                          describe(by_slug), describe(active), describe(by_words)};
    for (auto const& more : {tenant_queries(), identifier_queries()})
        all.insert(all.end(), more.begin(), more.end());
    return all;
}

}  // namespace agente::tenancy::store
