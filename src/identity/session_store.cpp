#include "identity/session_store.hpp"

#include "base/text.hpp"
#include "postgres/database.hpp"

namespace agente::identity::store {
namespace {

using postgres::query;
using maybe = std::optional<std::string>;

// The account is locked against a change of its password in the same moment: either that sees this
// session and ends it, or this sees the new hash and opens none.
constexpr query<opened_session, std::string, std::string, std::optional<std::int64_t>, maybe,
                std::string, std::string, std::string, double, maybe, maybe, double, bool>
    open_query{
        "identity.open_session",
        "with who as materialized ("
        "    select u.id, u.username, u.email, u.full_name, u.role, u.tenant_id, u.is_superuser,"
        "           u.password_must_change"
        "             or ($11 > 0 and u.password_last_changed < now() - make_interval(secs => $11)) as must_change,"
        "           greatest((select max(r.id) from agente.revocations r where r.user_id = u.id),"
        "                    (select max(r.id) from agente.revocations r where r.tenant_id = u.tenant_id), 0) as revision"
        "      from public.users u left join public.tenants t on t.tenant_id = u.tenant_id"
        "     where u.id = $1 and u.hashed_password = $2 and u.is_active"
        "       and (u.is_superuser or u.tenant_id is null or t.status = 'active') for share of u),"
        " totp as ("
        "    update agente.second_factors f set last_step = $3 from who"
        "     where f.user_id = who.id and f.activated_at is not null and f.last_step < $3 returning f.user_id),"
        " recovery as ("
        "    update agente.second_factors f set recovery_hashes = array_remove(f.recovery_hashes, $4) from who"
        "     where f.user_id = who.id and f.activated_at is not null and $3 is null and $4 = any (f.recovery_hashes)"
        "    returning f.user_id),"
        " made as ("
        "    insert into public.user_sessions (id, user_id, token_jti, refresh_hash, expires_at, user_agent, ip_address)"
        "    select $5, who.id, $6, $7, now() + make_interval(secs => $8), $9, $10 from who"
        "     where $12 or exists (select from totp) or exists (select from recovery)"
        "        or not exists (select from agente.second_factors f where f.user_id = who.id and f.activated_at is not null)"
        "    returning id)"
        " select $5 as session_id, who.id as user_id, who.username, who.email, who.full_name, who.role, who.tenant_id,"
        "        who.is_superuser, who.must_change, who.revision, 0 as rotations,"
        "        now() + make_interval(secs => $8) as expires_at, now() as server_now, exists (select from made) as opened"
        "   from who"};

// The decision is made under the session's lock, so that of two tabs one rotates and the other gets
// what the first one got.
constexpr query<refreshed_session, std::string, std::string, int, std::string, std::string,
                std::string, double, double, double, maybe, maybe>
    refresh_query{
        "identity.refresh_session",
        "with found as materialized ("
        "    select s.id, s.user_id, s.refresh_hash, s.rotations, s.expires_at,"
        "           u.username, u.email, u.full_name, u.role, u.tenant_id, u.is_superuser,"
        "           u.password_must_change"
        "             or ($9 > 0 and u.password_last_changed < now() - make_interval(secs => $9)) as must_change,"
        "           greatest((select max(r.id) from agente.revocations r where r.user_id = u.id),"
        "                    (select max(r.id) from agente.revocations r where r.tenant_id = u.tenant_id), 0) as revision,"
        "           case when s.is_revoked then 'revoked'"
        "                when s.expires_at <= now() then 'expired'"
        "                when $8 > 0 and s.refreshed_at < now() - make_interval(secs => $8) then 'inactive'"
        "                when not u.is_active then 'disabled'"
        "                when not u.is_superuser and u.tenant_id is not null and t.status <> 'active' then 'suspended'"
        "                when s.refresh_hash = $2 then 'rotated'"
        "                when s.previous_refresh_hash = $2 and s.refreshed_at > now() - make_interval(secs => $7) then 'again'"
        "                when s.previous_refresh_hash = $2 and s.rotations = $3 + 1 then 'recovered'"
        "                else 'reused' end as verdict"
        "      from public.user_sessions s join public.users u on u.id = s.user_id"
        "      left join public.tenants t on t.tenant_id = u.tenant_id"
        "     where s.id = $1 for no key update of s),"
        " changed as ("
        "    update public.user_sessions s"
        "       set refresh_hash = case f.verdict when 'rotated' then $4 when 'recovered' then $5 else s.refresh_hash end,"
        "           previous_refresh_hash = case f.verdict when 'rotated' then $2 else s.previous_refresh_hash end,"
        "           rotations = case f.verdict when 'rotated' then $3 + 1 when 'recovered' then $3 + 2 else s.rotations end,"
        "           refreshed_at = case when f.verdict in ('rotated', 'recovered') then now() else s.refreshed_at end,"
        "           token_jti = case when f.verdict = 'reused' then s.token_jti else $6 end,"
        "           user_agent = case when f.verdict = 'reused' then s.user_agent else coalesce($10, s.user_agent) end,"
        "           ip_address = case when f.verdict = 'reused' then s.ip_address else coalesce($11, s.ip_address) end,"
        "           is_revoked = f.verdict = 'reused',"
        "           revoked_reason = case f.verdict when 'reused' then 'refresh_reused' end"
        "      from found f"
        "     where s.id = f.id and f.verdict in ('rotated', 'again', 'recovered', 'reused')"
        "    returning s.rotations, s.refresh_hash)"
        " select f.id as session_id, f.user_id, f.username, f.email, f.full_name, f.role, f.tenant_id, f.is_superuser,"
        "        f.must_change, f.revision, f.expires_at, now() as server_now, f.verdict,"
        "        coalesce(c.rotations, f.rotations) as rotations, coalesce(c.refresh_hash, f.refresh_hash, '') as refresh_hash"
        "   from found f left join changed c on true"};

constexpr query<listed_session, std::string, double> list_query{
    "identity.list_sessions",
    "select s.id, s.created_at, s.refreshed_at, s.expires_at, s.user_agent, s.ip_address"
    "  from public.user_sessions s"
    " where s.user_id = $1 and not s.is_revoked and s.expires_at > now()"
    "   and ($2 = 0 or s.refreshed_at >= now() - make_interval(secs => $2))"
    " order by s.created_at desc limit 100",
    postgres::sharing::coalescible};

constexpr query<std::string, std::string, std::string, std::string> end_one_query{
    "identity.end_session",
    "update public.user_sessions s set is_revoked = true, revoked_reason = $3"
    " where s.id = $2 and s.user_id = $1 and not s.is_revoked and s.expires_at > now() returning s.id"};

// In the order of their ids, so that two of these do not wait for each other.
constexpr query<std::string, std::string, std::string, std::string> end_others_query{
    "identity.end_other_sessions",
    "with old as ("
    "    select s.id from public.user_sessions s"
    "     where s.user_id = $1 and s.id <> $2 and not s.is_revoked and s.expires_at > now() order by s.id for no key update)"
    " update public.user_sessions s set is_revoked = true, revoked_reason = $3 from old"
    "  where s.id = old.id returning s.id"};

constexpr query<std::string, std::string, std::string> end_all_query{
    "identity.end_all_sessions",
    "with old as ("
    "    select s.id from public.user_sessions s"
    "     where s.user_id = $1 and not s.is_revoked and s.expires_at > now() order by s.id for no key update)"
    " update public.user_sessions s set is_revoked = true, revoked_reason = $2 from old"
    "  where s.id = old.id returning s.id"};

constexpr query<std::string, std::string, std::string, std::string> end_all_if_password_query{
    "identity.end_sessions_of_old_password",
    "with old as ("
    "    select s.id from public.user_sessions s"
    "     where s.user_id = (select u.id from public.users u where u.id = $1 and u.hashed_password = $2)"
    "       and not s.is_revoked and s.expires_at > now() order by s.id for no key update)"
    " update public.user_sessions s set is_revoked = true, revoked_reason = $3 from old"
    "  where s.id = old.id returning s.id"};

constexpr std::size_t longest_agent = 255, longest_address = 45;  // the address: of the column

maybe cut(std::string const& s, std::size_t most) {
    auto const clean = text::scrub_utf8(s);
    return clean.empty() ? std::nullopt : maybe(text::shorten(clean, most));
}

}  // namespace

postgres::handle<opened_session> open_session(postgres::batch& in, std::string const& user,
                                              std::string const& password_hash, proof const& with,
                                              new_session const& session,
                                              session_limits const& limits) {
    return in.add(open_query, user, password_hash, with.totp_step, with.recovery_hash, session.id,
                  session.token_jti, session.refresh_hash, limits.life,
                  cut(session.from.user_agent, longest_agent),
                  cut(session.from.address, longest_address), limits.password_age, with.given);
}

task<std::optional<refreshed_session>> refresh(postgres::database& db, shown_token const& shown,
                                               session_limits const& limits) {
    return db.row(postgres::access::system(), refresh_query, shown.session_id, shown.hash,
                  shown.rotation, shown.next_hash, shown.after_next_hash, shown.token_jti,
                  limits.grace, limits.inactivity, limits.password_age,
                  cut(shown.from.user_agent, longest_agent),
                  cut(shown.from.address, longest_address));
}

task<std::vector<listed_session>> sessions_of(postgres::database& db, std::string const& user,
                                              session_limits const& limits) {
    return db.rows(postgres::access::system(), list_query, user, limits.inactivity);
}

postgres::handle<std::string> end_one(postgres::batch& in, std::string const& user,
                                      std::string const& session, std::string const& reason) {
    return in.add(end_one_query, user, session, reason);
}
postgres::handle<std::string> end_others(postgres::batch& in, std::string const& user,
                                         std::string const& kept, std::string const& reason) {
    return in.add(end_others_query, user, kept, reason);
}
postgres::handle<std::string> end_all(postgres::batch& in, std::string const& user,
                                      std::string const& reason) {
    return in.add(end_all_query, user, reason);
}

postgres::handle<std::string> end_all_if_password(postgres::batch& in, std::string const& user,
                                                  std::string const& password_hash,
                                                  std::string const& reason) {
    return in.add(end_all_if_password_query, user, password_hash, reason);
}

std::vector<postgres::query_text> session_queries() {
    return {describe(end_all_if_password_query),
            describe(open_query),
            describe(refresh_query),
            describe(list_query),
            describe(end_one_query),
            describe(end_others_query),
            describe(end_all_query)};
}

}  // namespace agente::identity::store
