#include "channels/outbox_store.hpp"

#include <algorithm>

namespace agente::channels::store {
namespace {

using postgres::query;
using strings = std::vector<std::string>;
using maybe_strings = std::vector<std::optional<std::string>>;
using maybe_times = std::vector<std::optional<time_point>>;

// Rows are locked in the order of their ids by whoever changes several, so that no two of them wait
// for each other.
constexpr query<void, std::string, strings, strings, maybe_strings, maybe_strings, std::vector<int>>
    write_results_query{
        "channels.write_results",
        "with result as ("
        "    select * from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::int[])"
        "                  as r (id, state, provider_message_id, error, attempts)),"
        " locked as ("
        "    select o.id from agente.outbox o join result r on r.id = o.id order by o.id for update of o)"
        " update agente.outbox o"
        "    set state = case when o.state in ('sending', 'unknown') then r.state else o.state end,"
        "        provider_message_id = coalesce(r.provider_message_id, o.provider_message_id),"
        "        attempts = greatest(o.attempts, r.attempts),"
        "        sent_at = case when r.state = 'sent' then coalesce(o.sent_at, now()) else o.sent_at end,"
        "        failed_at = case when r.state = 'failed' and o.state in ('sending', 'unknown') then coalesce(o.failed_at, now()) else o.failed_at end,"
        "        error = case when o.state in ('sending', 'unknown') then r.error else o.error end,"
        "        lease_owner = null,"
        "        lease_until = case when r.state = 'unknown' and o.state in ('sending', 'unknown') then now() end"
        "   from result r join locked l on l.id = r.id"
        "  where o.id = r.id and (r.state = 'sent' or o.lease_owner = $1)"};

constexpr query<taken_row, std::string, double, double, int> take_unsettled_query{
    "channels.take_unsettled_replies",
    "with unsettled as materialized ("
    "    select x.id from agente.outbox x"
    "     where x.state in ('sending', 'unknown') and x.lease_until < now() - make_interval(secs => $3)"
    "     order by x.lease_until limit $4 for update skip locked)"
    " update agente.outbox o"
    "    set lease_owner = $1, lease_until = now() + make_interval(secs => $2), state = 'sending', attempts = o.attempts + 1"
    "   from unsettled u where o.id = u.id"
    " returning o.id, o.channel, o.sender, o.guest, o.tenant_id, o.message, o.attempts"};

constexpr query<void, std::string, double, strings> renew_query{
    "channels.renew_replies",
    "update agente.outbox o set lease_until = now() + make_interval(secs => $2)"
    " where o.id = any ($3::uuid[]) and o.lease_owner = $1 and o.state = 'sending'"};

constexpr query<void, std::string, strings> release_query{
    "channels.release_replies",
    "update agente.outbox o set lease_until = '-infinity'"
    " where o.id = any ($2::uuid[]) and o.lease_owner = $1 and o.state = 'sending'"};

constexpr query<updated_row, std::string, maybe_strings, maybe_strings, std::vector<int>, strings,
                maybe_times, maybe_times, maybe_times, maybe_times, maybe_strings, strings>
    apply_deliveries_query{
        "channels.apply_deliveries",
        "with told as ("
        "    select coalesce(t.reference, (select x.id from agente.outbox x"
        "                                   where x.channel = $1 and x.provider_message_id = t.provider_message_id"
        "                                     and x.sender = t.sender limit 1)) as id,"
        "           t.sender, t.provider_message_id, t.rank, t.state, t.sent_at, t.delivered_at, t.read_at, t.failed_at, t.error"
        "      from unnest($2::uuid[], $3::text[], $4::int[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[],"
        "                  $9::timestamptz[], $10::text[], $11::text[])"
        "           as t (reference, provider_message_id, rank, state, sent_at, delivered_at, read_at, failed_at, error, sender)),"
        " locked as ("
        "    select o.id, case o.state when 'sent' then 1 when 'failed' then 2 when 'delivered' then 3 when 'read' then 4 else 0 end as rank"
        "      from agente.outbox o join told t on t.id = o.id and t.sender = o.sender where o.channel = $1 order by o.id for update of o)"
        " update agente.outbox o"
        "    set state = case when t.rank > l.rank then t.state else o.state end,"
        "        provider_message_id = coalesce(o.provider_message_id, t.provider_message_id),"
        "        sent_at = least(o.sent_at, t.sent_at), delivered_at = least(o.delivered_at, t.delivered_at),"
        "        read_at = least(o.read_at, t.read_at), failed_at = least(o.failed_at, t.failed_at),"
        "        error = case when t.rank > l.rank then t.error else o.error end,"
        "        lease_owner = case when l.rank = 0 then null else o.lease_owner end,"
        "        lease_until = case when l.rank = 0 then null else o.lease_until end"
        "   from told t join locked l on l.id = t.id"
        "  where o.id = t.id and o.sender = t.sender"
        "  returning o.id, o.state, o.error"};

constexpr query<void, std::string, std::string, std::string, std::string, std::string,
                boost::json::value, std::string, double>
    follow_up_query{
        "channels.add_follow_up",
        "insert into agente.outbox (id, tenant_id, channel, sender, guest, message, lease_owner, lease_until)"
        " values ($1::uuid, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8))"
        " on conflict do nothing"};

std::string_view name_of(delivery state) {
    switch (state) {
        case delivery::sent: return "sent";
        case delivery::delivered: return "delivered";
        case delivery::read: return "read";
        case delivery::failed: return "failed";
    }
    return "sent";
}

std::optional<std::string> unless_empty(std::string const& s) {
    return s.empty() ? std::nullopt : std::optional(s);
}

}  // namespace

postgres::handle<void> write_results(postgres::batch& in, std::string const& owner,
                                     std::vector<sending_result> results) {
    strings ids, states;
    maybe_strings provider_ids, errors;
    std::vector<int> attempts;
    for (auto& r : results) {
        ids.push_back(std::move(r.id));
        states.push_back(std::move(r.state));
        provider_ids.push_back(std::move(r.provider_message_id));
        errors.push_back(std::move(r.error));
        attempts.push_back(r.attempts);
    }
    return in.add(write_results_query, owner, ids, states, provider_ids, errors, attempts);
}

postgres::handle<taken_row> take_unsettled(postgres::batch& in, std::string const& owner,
                                           double lease_seconds,
                                           std::optional<double> settle_seconds, int most) {
    constexpr double only_released = 100 * 365 * 86'400.0;  // nothing else is that old
    return in.add(take_unsettled_query, owner, lease_seconds,
                  settle_seconds.value_or(only_released), most);
}

postgres::handle<void> renew_outbox(postgres::batch& in, std::string const& owner,
                                    double lease_seconds, strings const& ids) {
    return in.add(renew_query, owner, lease_seconds, ids);
}

postgres::handle<void> release_outbox(postgres::batch& in, std::string const& owner,
                                      strings const& ids) {
    return in.add(release_query, owner, ids);
}

postgres::handle<updated_row> apply_deliveries(postgres::batch& in, std::string const& channel,
                                               std::vector<delivery_summary> const& told) {
    maybe_strings references, provider_ids, errors;
    std::vector<int> ranks;
    strings states, senders;
    maybe_times sent, delivered, read, failed;
    for (auto const& t : told) {
        references.push_back(unless_empty(t.reference));
        provider_ids.push_back(unless_empty(t.provider_message_id));
        senders.push_back(t.number_id);
        ranks.push_back(rank(t.state));
        states.emplace_back(name_of(t.state));
        sent.push_back(t.sent_at);
        delivered.push_back(t.delivered_at);
        read.push_back(t.read_at);
        failed.push_back(t.failed_at);
        errors.push_back(t.state == delivery::failed
                             ? std::optional(fmt::format("{} {}", t.error_code, t.error))
                             : std::nullopt);
    }
    return in.add(apply_deliveries_query, channel, references, provider_ids, ranks, states, sent,
                  delivered, read, failed, errors, senders);
}

postgres::handle<void> add_follow_up(postgres::batch& in, follow_up_row const& row) {
    return in.add(follow_up_query, row.id, row.tenant_id, row.channel, row.sender, row.guest,
                  row.message, row.owner, row.lease_seconds);
}

std::vector<postgres::query_text> outbox_queries() {
    return {
        describe(write_results_query), describe(take_unsettled_query),   describe(renew_query),
        describe(release_query),       describe(apply_deliveries_query), describe(follow_up_query)};
}

}  // namespace agente::channels::store
