#include "booking/lock_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "booking/catalogue.hpp"
#include "hotel/stay.hpp"
#include "postgres/database.hpp"
#include "redis/connection.hpp"
#include "tenancy/keys.hpp"

namespace agente::booking {
namespace {

using postgres::query;

constexpr query<audited_event, std::optional<std::string>, std::optional<std::string>,
                std::optional<std::string>, std::optional<time_point>, std::optional<time_point>,
                std::optional<time_point>, std::optional<std::int64_t>, int>
    audit_query{
        "booking.read_audit",
        "select a.id, a.tenant_id as tenant, a.lock_key as key, a.event_type as event, a.details, a.created_at as at"
        "  from public.lock_audit a"
        " where ($1::text is null or a.tenant_id = $1) and ($2::text is null or a.lock_key = $2)"
        "   and ($3::text is null or a.event_type = $3)"
        "   and ($4::timestamptz is null or a.created_at >= $4) and ($5::timestamptz is null or a.created_at < $5)"
        "   and ($6::timestamptz is null or (a.created_at, a.id) < ($6, $7))"
        " order by a.created_at desc, a.id desc limit $8",
        postgres::sharing::coalescible};

struct held_row {
    std::string lock_key;
    std::optional<std::string> instance, reference;
    std::optional<std::int64_t> fence;
    time_point created_at;
};
BOOST_DESCRIBE_STRUCT(held_row, (), (lock_key, instance, reference, fence, created_at))

// The last word about each lock, if it is that somebody got it.
constexpr query<held_row, std::vector<std::string>, std::vector<std::string>> held_query{
    "booking.read_holders",
    "select k.lock_key, e.details ->> 'instance' as instance, e.details ->> 'reference' as reference,"
    "       (e.details ->> 'fence')::bigint as fence, e.created_at"
    "  from unnest($1, $2) as k (tenant_id, lock_key)"
    " cross join lateral (select a.event_type, a.details, a.created_at from public.lock_audit a"
    "                      where a.tenant_id = k.tenant_id and a.lock_key = k.lock_key"
    "                        and a.event_type in ('acquired', 'released', 'lost')"
    "                      order by a.created_at desc, a.id desc limit 1) e"
    " where e.event_type = 'acquired'",
    postgres::sharing::coalescible};

constexpr std::string_view stay_name = "stay:", turn_name = "turn:", line_name = "turn_of_stay:";
constexpr std::size_t date_size = 10;

// "lock:sol:stay:7:2027-03-12" and the last night's, as the audit calls the lock of the whole stay.
std::string stay_key(std::string const& first, std::string const& last) {
    auto const night = hotel::parse_iso(std::string_view(last).substr(last.size() - date_size));
    if (!night) return first;
    std::chrono::year_month_day const departure =
        std::chrono::sys_days(*night) + std::chrono::days(1);
    return fmt::format("{}..{}", first, hotel::to_iso(departure));
}

}  // namespace

void append_lock_view_queries(std::vector<postgres::query_text>& to) {
    to.push_back(describe(audit_query));
    to.push_back(describe(held_query));
}

// False: there are more than it may look at.
task<bool> lock_view::scan(std::string pattern, std::vector<found>& into) {
    std::set<std::string> keys;  // SCAN may give one twice
    std::string cursor = "0";
    int left = options_.most_scans;
    do {
        std::vector<std::string> const words{"SCAN", cursor, "MATCH", pattern, "COUNT", "1000"};
        auto const answer = co_await redis_.command(words);
        cursor = answer.at(0).string();
        for (auto const& key : answer.at(1).array()) keys.insert(key.string());
    } while (cursor != "0" && --left > 0 && keys.size() <= options_.most_locks);
    bool const complete = cursor == "0" && keys.size() <= options_.most_locks;
    while (keys.size() > options_.most_locks) keys.erase(std::prev(keys.end()));
    if (keys.empty()) co_return complete;

    std::vector<std::vector<std::string>> commands{{"MGET"}};
    commands.front().insert(commands.front().end(), keys.begin(), keys.end());
    for (auto const& key : keys) commands.push_back({"PTTL", key});
    auto const answers = co_await redis_.pipeline(std::move(commands));
    std::size_t at = 0;
    for (auto const& key : keys) {
        auto value = answers[0].at(at).maybe_string();
        auto const ttl = answers[++at].integer();
        if (value && ttl != -2)
            into.push_back({key, std::move(*value), std::max<std::int64_t>(ttl, 0)});
    }
    co_return complete;
}

task<active_locks> lock_view::active(tenancy::caller const& who,
                                     std::optional<std::string> tenant) {
    auto const as = tenant ? who.access_to(*tenant) : who.access();
    if (!tenant && !who.platform()) tenant = who.hotel()->slug();
    std::vector<found> all;
    active_locks out;
    out.complete = co_await scan(tenant ? tenancy::keys(who.for_hotel(*tenant)).locks_pattern()
                                        : tenancy::keys::all_locks_pattern(),
                                 all);
    // The nights of a stay carry one token, which nobody must see: who knows it could end the lock.
    std::map<std::string, std::size_t> stays;
    std::vector<std::string> first_night(all.size());
    for (auto const& one : all) {
        auto const parts = tenancy::keys::parse_lock(one.key);
        if (!parts) continue;
        active_lock lock{.tenant = parts->tenant, .key = one.key, .expires_in_ms = one.ttl_ms};
        if (parts->name.starts_with(stay_name)) {
            lock.kind = lock_kind::stay;
            auto const [known, is_new] =
                stays.emplace(parts->tenant + ":" + one.value, out.items.size());
            if (!is_new) {  // keys come in order: a later night
                auto& whole = out.items[known->second];
                whole.key = stay_key(first_night[known->second], one.key);
                whole.expires_in_ms = std::min(whole.expires_in_ms, one.ttl_ms);
                continue;
            }
            first_night[out.items.size()] = one.key;
            lock.key = stay_key(one.key, one.key);
        } else if (parts->name.starts_with(line_name)) {
            lock.kind = lock_kind::next_in_line;
            lock.holder = one.value;
        } else if (parts->name.starts_with(turn_name)) {
            lock.kind = lock_kind::turn;
            lock.holder = one.value;
            auto const guest = parts->name.substr(turn_name.size());
            lock.key.resize(lock.key.size() - guest.size());
            lock.key += guest.find('@') == std::string::npos ? text::mask_phone(guest)
                                                             : text::mask_email(guest);
        }
        out.items.push_back(std::move(lock));
    }
    co_await add_audited(as, out);
    co_return out;
}

// Redis knows that a stay is locked, the audit by whom, shortly after.
task<> lock_view::add_audited(postgres::access as, active_locks& to) {
    std::vector<std::string> tenants, keys;
    std::map<std::string, active_lock*> by_key;
    for (auto& lock : to.items) {
        if (lock.kind != lock_kind::stay) continue;
        tenants.push_back(lock.tenant);
        keys.push_back(lock.key);
        by_key.emplace(lock.key, &lock);
    }
    if (keys.empty()) co_return;
    auto rows = co_await database_.rows(as, held_query, tenants, keys);
    for (auto& row : rows) {
        auto const lock = by_key.find(row.lock_key);
        if (lock == by_key.end()) continue;
        lock->second->holder = std::move(row.instance);
        lock->second->reference = std::move(row.reference);
        lock->second->fence = row.fence;
        lock->second->since = row.created_at;
        auto const age =
            std::chrono::duration_cast<std::chrono::milliseconds>(time_.now() - row.created_at);
        lock->second->age_ms = std::max<std::int64_t>(age.count(), 0);
    }
}

task<http::page<audited_event>> lock_view::audit(tenancy::caller const& who, audit_filter what) {
    auto const as = what.tenant ? who.access_to(*what.tenant) : who.access();
    std::optional<time_point> at;
    std::optional<std::int64_t> id;
    if (what.cursor) {
        auto const last = http::read_cursor<audit_key>(*what.cursor);
        at = last.at;
        id = last.id;
    }
    std::optional<std::string> event;
    if (what.event) event = boost::describe::enum_to_string(*what.event, "");
    auto rows = co_await database_.rows(as, audit_query, what.tenant, what.key, event, what.from,
                                        what.to, at, id, what.limit + 1);
    http::page<audited_event> out;
    if (rows.size() > static_cast<std::size_t>(what.limit)) {
        rows.pop_back();
        out.next_cursor = http::write_cursor(audit_key{rows.back().at, rows.back().id});
    }
    out.items = std::move(rows);
    co_return out;
}

}  // namespace agente::booking
