#include "booking/booking_store.hpp"

#include "booking/catalogue.hpp"
#include "postgres/database.hpp"

namespace agente::booking {

BOOST_DESCRIBE_STRUCT(journal_row, (),
                      (reference, tenant_id, request_key, state, room_type, arrival, departure,
                       rooms, guest, recipient, language, fence, pms_id, reason, quoted_micros,
                       quoted_currency, lease_owner, lease_over, age_ms))

namespace {

using postgres::query;
using std::chrono::milliseconds;
using day = std::chrono::year_month_day;
using std::int64_t;
using std::string;

#define JOURNAL_COLUMNS                                                                                                                \
    "reference, tenant_id, request_key, state, room_type, arrival, departure, rooms, guest, recipient, language, "                     \
    "fence, pms_id, reason, quoted_micros, quoted_currency, lease_owner, (lease_until is null or lease_until < now()) as lease_over, " \
    "(extract(epoch from now() - updated_at) * 1000)::bigint as age_ms"

constexpr query<journal_row, string, string, string, int64_t, day, day, std::int16_t, string,
                std::optional<string>, std::optional<string>, std::optional<int64_t>,
                std::optional<string>, string, int64_t>
    intend_query{"booking.intend", R"sql(
insert into agente.booking_journal as j (reference, tenant_id, request_key, state, room_type, arrival, departure, rooms, guest,
                                         recipient, language, quoted_micros, quoted_currency, lease_owner, lease_until)
values ($1, $2, $3, 'intended', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, now() + $14 * interval '1 millisecond')
on conflict (tenant_id, request_key) do update set
    lease_owner = case when j.state in ('intended', 'sent', 'unknown') and (j.lease_until is null or j.lease_until < now())
                       then excluded.lease_owner else j.lease_owner end,
    lease_until = case when j.state in ('intended', 'sent', 'unknown') and (j.lease_until is null or j.lease_until < now())
                       then excluded.lease_until else j.lease_until end
returning )sql" JOURNAL_COLUMNS};

constexpr query<journal_row, string> read_query{
    "booking.read", "select " JOURNAL_COLUMNS " from agente.booking_journal where reference = $1"};

struct sent_row {
    int64_t sent{0};
    std::optional<int64_t> newer;
};
BOOST_DESCRIBE_STRUCT(sent_row, (), (sent, newer))

// The fence compares with locks that overlap ours only: others of the room type may rightly be
// younger.
constexpr query<sent_row, string, string, string, std::vector<state>, int64_t, int64_t, day, day,
                int64_t>
    send_query{"booking.send", R"sql(
with newer as (
    select max(fence) as fence from agente.booking_journal
     where tenant_id = $2 and room_type = $6 and fence > $5 and arrival < $8 and departure > $7 and reference <> $1),
done as (
    update agente.booking_journal
       set state = 'sent', fence = $5, lease_until = now() + $9 * interval '1 millisecond', updated_at = now()
     where reference = $1 and tenant_id = $2 and lease_owner = $3 and (state = any($4) or (state = 'sent' and fence = $5))
       and (select fence from newer) is null
 returning 1)
select (select count(*) from done) as sent, (select fence from newer) as newer)sql"};

constexpr query<void, string, string, state, std::vector<state>, std::optional<int64_t>,
                std::optional<string>, std::optional<int64_t>>
    become_query{"booking.become", R"sql(
update agente.booking_journal
   set state = $3, pms_id = coalesce($5, pms_id), reason = $6,
       updated_at = case when state = $3 then updated_at else now() end,
       lease_until = now() + $7 * interval '1 millisecond'
 where reference = $1 and lease_owner = $2 and (state = any($4) or state = $3))sql"};

// `intended` rows block nobody, and the guest's turn, replayed, may still complete them: they are
// left alone for a while.
constexpr query<journal_row, string, int64_t, int64_t, int64_t> claim_query{"booking.claim", R"sql(
update agente.booking_journal
   set lease_owner = $1, lease_until = now() + $2 * interval '1 millisecond'
 where reference in (select reference from agente.booking_journal
                      where lease_until < now()
                        and (state <> 'intended' or updated_at < now() - $4 * interval '1 millisecond')
                      order by lease_until limit $3 for update skip locked)
returning )sql" JOURNAL_COLUMNS};

constexpr query<void, string, string, std::optional<int64_t>> extend_query{"booking.extend", R"sql(
update agente.booking_journal
   set lease_until = now() + $3 * interval '1 millisecond'
 where reference = $1 and lease_owner = $2 and lease_until is not null)sql"};

std::optional<int64_t> count(std::optional<milliseconds> time) {
    return time ? std::optional(static_cast<int64_t>(time->count())) : std::nullopt;
}

constexpr std::string_view exclusion_violation = "23P01";

}  // namespace

void append_store_queries(std::vector<postgres::query_text>& to) {
    to.push_back(postgres::describe(intend_query));
    to.push_back(postgres::describe(read_query));
    to.push_back(postgres::describe(send_query));
    to.push_back(postgres::describe(become_query));
    to.push_back(postgres::describe(claim_query));
    to.push_back(postgres::describe(extend_query));
}

std::vector<postgres::query_text> queries() {
    std::vector<postgres::query_text> all;
    append_advisory_queries(all);
    append_audit_queries(all);
    append_lock_view_queries(all);
    append_store_queries(all);
    return all;
}

task<journal_row> booking_store::intend(postgres::access as, journal_row draft, string owner,
                                        milliseconds lease) {
    auto const row = co_await database_.row(
        as, intend_query, draft.reference, draft.tenant_id, draft.request_key, draft.room_type,
        draft.arrival, draft.departure, draft.rooms, draft.guest, draft.recipient, draft.language,
        draft.quoted_micros, draft.quoted_currency, owner, static_cast<int64_t>(lease.count()));
    if (!row)
        throw postgres::error(agente::error(
            error_kind::internal, "booking.journal_silent",
            "the journal neither took the row nor showed the one that is there: check its policies"));
    co_return *row;
}

task<std::optional<journal_row>> booking_store::read(postgres::access as, string reference) {
    return database_.row(as, read_query, reference);
}

task<booking_store::sending> booking_store::send(postgres::access as, journal_row row, string owner,
                                                 int64_t fence, milliseconds lease) {
    try {
        auto const done = co_await database_.row(
            as, send_query, row.reference, row.tenant_id, owner, sources_of(state::sent), fence,
            row.room_type, row.arrival, row.departure, static_cast<int64_t>(lease.count()));
        if (!done) co_return sending{};
        co_return sending{.sent = done->sent == 1, .newer = done->newer};
    } catch (postgres::error const& why) {
        if (why.sqlstate() != exclusion_violation) throw;
    }
    co_return sending{.blocked = true};
}

task<bool> booking_store::become(postgres::access as, string reference, string owner, state to,
                                 std::optional<int64_t> pms_id, std::optional<string> reason,
                                 std::optional<milliseconds> lease) {
    auto const touched = co_await database_.execute(as, become_query, reference, owner, to,
                                                    sources_of(to), pms_id, reason, count(lease));
    co_return touched == 1;
}

task<std::vector<journal_row>> booking_store::claim(string owner, milliseconds lease,
                                                    milliseconds leave_intended, int64_t most) {
    return database_.rows(postgres::access::system(), claim_query, owner,
                          static_cast<int64_t>(lease.count()), most,
                          static_cast<int64_t>(leave_intended.count()));
}

task<bool> booking_store::extend(postgres::access as, string reference, string owner,
                                 std::optional<milliseconds> lease) {
    auto const touched =
        co_await database_.execute(as, extend_query, reference, owner, count(lease));
    co_return touched == 1;
}

}  // namespace agente::booking
