#include "channels/inbox_store.hpp"

namespace agente::channels::store {
namespace {

using postgres::query;
using strings = std::vector<std::string>;
using maybe_strings = std::vector<std::optional<std::string>>;

// Nobody waits for the disk: a claim that a crash of the server takes back leaves messages that are
// leased to whom they were before, and are taken over in time.
constexpr query<claimed_row, std::string, double, int, strings, strings, strings> claim_query{
    "channels.claim",
    "with hurried as materialized (select set_config('synchronous_commit', 'off', true))"
    " update agente.inbox i"
    "   set lease_owner = $1, lease_until = now() + make_interval(secs => $2), attempts = i.attempts + 1"
    "  from hurried cross join unnest($4, $5, $6) as k (channel, recipient, guest)"
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

// One statement, so that the end of a turn's messages and the replies to them exist together or not
// at all, and so that an instance that lost a lease writes neither.
constexpr query<ended_row, std::string, double, strings, maybe_strings, strings, strings, strings,
                std::vector<int>, strings, std::vector<int>, std::vector<int>, strings,
                std::vector<boost::json::value>>
    end_turns_query{
        "channels.end_turns",
        "with turn as materialized ("
        "    select * from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[])"
        "        with ordinality as t (outcome, tenant_id, channel, sender, guest, n)),"
        " message as materialized ("
        "    select * from unnest($8::int[], $9::uuid[]) with ordinality as m (turn, id, n)),"
        " reply as materialized ("
        "    select * from unnest($10::int[], $11::int[], $12::uuid[], $13::jsonb[]) as r (turn, position, id, message)),"
        " mine as materialized ("
        "    select i.id, m.turn from message m join agente.inbox i on i.id = m.id"
        "     where i.lease_owner = $1 and i.done_at is null"
        "     order by i.id for update of i),"
        " whole as materialized ("
        "    select m.turn, (array_agg(m.id order by m.n))[1] as first from message m left join mine on mine.id = m.id"
        "     group by m.turn having count(mine.id) = count(*)),"
        " ended as ("
        "    update agente.inbox i"
        "       set done_at = now(), outcome = t.outcome, tenant_id = coalesce(i.tenant_id, t.tenant_id),"
        "           lease_owner = null, lease_until = null"
        "      from mine m join whole w on w.turn = m.turn join turn t on t.n = m.turn"
        "     where i.id = m.id"
        "     returning m.turn),"
        " replies as ("
        "    insert into agente.outbox (id, inbox_id, position, tenant_id, channel, sender, guest, message, lease_owner, lease_until)"
        "    select r.id, w.first, r.position, t.tenant_id, t.channel, t.sender, t.guest, r.message, $1,"
        "           now() + make_interval(secs => $2)"
        "      from reply r join whole w on w.turn = r.turn join turn t on t.n = r.turn"
        "    on conflict do nothing returning id)"
        " select t.n as turn, (select count(*) from ended e where e.turn = t.n) as ended,"
        "        (select count(*) from reply r join replies x on x.id = r.id where r.turn = t.n) as replies,"
        "        (select count(*) from reply r join agente.outbox o on o.id = r.id where r.turn = t.n) as replies_before"
        "   from turn t order by t.n"};

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

postgres::handle<ended_row> end_turns(postgres::batch& in, std::string const& owner,
                                      double lease_seconds, std::vector<turn_end> const& all) {
    strings outcomes, channels, senders, guests, message_ids, reply_ids;
    maybe_strings tenants;
    std::vector<int> message_turns, reply_turns, positions;
    std::vector<boost::json::value> replies;
    int turn = 0;
    for (auto const& one : all) {
        ++turn;
        outcomes.push_back(one.outcome);
        tenants.push_back(one.tenant_id);
        channels.push_back(one.channel);
        senders.push_back(one.sender);
        guests.push_back(one.guest);
        for (auto const& id : one.inbox_ids) {
            message_turns.push_back(turn);
            message_ids.push_back(id);
        }
        for (std::size_t i = 0; i < one.replies.size(); ++i) {
            reply_turns.push_back(turn);
            positions.push_back(static_cast<int>(i) + 1);
            reply_ids.push_back(one.reply_ids.at(i));
            replies.push_back(one.replies[i]);
        }
    }
    return in.add(end_turns_query, owner, lease_seconds, outcomes, tenants, channels, senders,
                  guests, message_turns, message_ids, reply_turns, positions, reply_ids, replies);
}

std::vector<postgres::query_text> inbox_queries() {
    return {describe(claim_query), describe(take_expired_query), describe(renew_query),
            describe(release_query), describe(end_turns_query)};
}

}  // namespace agente::channels::store
