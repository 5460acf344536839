#include "channels/inbox_store.hpp"

namespace agente::channels::store {
namespace {

using postgres::query;
using strings = std::vector<std::string>;

constexpr query<claimed_row, std::string, double, int, strings, strings, strings> claim_query{
    "channels.claim",
    "update agente.inbox i"
    "   set lease_owner = $1, lease_until = now() + make_interval(secs => $2), attempts = i.attempts + 1"
    "  from unnest($4, $5, $6) as k (channel, recipient, guest)"
    " cross join lateral (select x.id from agente.inbox x"
    "                      where x.recipient = k.recipient and x.guest = k.guest and x.channel = k.channel and x.done_at is null"
    "                      order by x.id limit $3) o"
    " where i.id = o.id and i.done_at is null"
    " returning i.id, i.channel, i.recipient, i.guest, i.kind, i.tenant_id, i.body, i.sent_at, i.received_at, i.attempts"};

constexpr query<expired_row, std::string, double, int> take_expired_query{
    "channels.take_expired_messages",
    "with expired as materialized ("
    "    select x.id from agente.inbox x"
    "     where x.done_at is null and x.lease_until < now()"
    "     order by x.lease_until limit $3 for update skip locked)"
    " update agente.inbox i set lease_owner = $1, lease_until = now() + make_interval(secs => $2)"
    "   from expired e where i.id = e.id"
    " returning i.id, i.channel, i.recipient, i.guest, i.tenant_id"};

constexpr query<void, std::string, double, strings> renew_query{
    "channels.renew_messages",
    "update agente.inbox i set lease_until = now() + make_interval(secs => $2)"
    " where i.id = any ($3::uuid[]) and i.lease_owner = $1 and i.done_at is null"};

constexpr query<void, std::string, strings> release_query{
    "channels.release_messages",
    "update agente.inbox i set lease_until = now()"
    " where i.id = any ($2::uuid[]) and i.lease_owner = $1 and i.done_at is null"};

// One statement, so that the end of the messages and the replies to them exist together or not at
// all, and so that an instance that lost a lease writes neither.
constexpr query<ended_row, strings, std::string, std::string, std::optional<std::string>,
                std::string, std::string, std::string, double, strings,
                std::vector<boost::json::value>>
    end_turn_query{
        "channels.end_turn",
        "with mine as ("
        "    select i.id from agente.inbox i"
        "     where i.id = any ($1::uuid[]) and i.lease_owner = $2 and i.done_at is null"
        "     order by i.id for update),"
        " ended as ("
        "    update agente.inbox i"
        "       set done_at = now(), outcome = $3, tenant_id = coalesce(i.tenant_id, $4), lease_owner = null, lease_until = null"
        "      from mine m"
        "     where i.id = m.id and (select count(*) from mine) = cardinality($1::uuid[])"
        "     returning i.id),"
        " replies as ("
        "    insert into agente.outbox (id, inbox_id, position, tenant_id, channel, sender, guest, message, lease_owner, lease_until)"
        "    select r.id, ($1::uuid[])[1], r.position, $4, $5, $6, $7, r.message, $2, now() + make_interval(secs => $8)"
        "      from unnest($9::uuid[], $10::jsonb[]) with ordinality as r (id, message, position)"
        "     where (select count(*) from ended) = cardinality($1::uuid[])"
        "    on conflict do nothing returning id)"
        " select (select count(*) from ended) as ended, (select count(*) from replies) as replies,"
        "        (select count(*) from agente.outbox o where o.id = any ($9::uuid[])) as replies_before"};

}  // namespace

postgres::handle<claimed_row> claim(postgres::batch& in, std::string const& owner,
                                    double lease_seconds, int most, strings const& channels,
                                    strings const& recipients, strings const& guests) {
    return in.add(claim_query, owner, lease_seconds, most, channels, recipients, guests);
}

postgres::handle<expired_row> take_expired(postgres::batch& in, std::string const& owner,
                                           double lease_seconds, int most) {
    return in.add(take_expired_query, owner, lease_seconds, most);
}

postgres::handle<void> renew_inbox(postgres::batch& in, std::string const& owner,
                                   double lease_seconds, strings const& ids) {
    return in.add(renew_query, owner, lease_seconds, ids);
}

postgres::handle<void> release_inbox(postgres::batch& in, std::string const& owner,
                                     strings const& ids) {
    return in.add(release_query, owner, ids);
}

postgres::handle<ended_row> end_turn(postgres::batch& in, turn_end const& what) {
    return in.add(end_turn_query, what.inbox_ids, what.owner, what.outcome, what.tenant_id,
                  what.channel, what.sender, what.guest, what.lease_seconds, what.reply_ids,
                  what.replies);
}

std::vector<postgres::query_text> inbox_queries() {
    return {describe(claim_query), describe(take_expired_query), describe(renew_query),
            describe(release_query), describe(end_turn_query)};
}

}  // namespace agente::channels::store
