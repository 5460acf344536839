#include "identity/user_store.hpp"

namespace agente::identity::store {
namespace {

using postgres::query;
using maybe = std::optional<std::string>;
using strings = std::vector<std::string>;

constexpr query<person, maybe, maybe, maybe, int> find_query{
    "identity.find_users",
    "select u.id, u.username, u.email, u.full_name, u.role, u.tenant_id, u.is_active, u.is_superuser,"
    "       u.password_must_change, u.password_last_changed, u.created_at, u.updated_at"
    "  from public.users u"
    " where ($1::text is null or u.tenant_id = $1)"
    "   and ($2::text is null or position(lower($2) in lower(concat_ws(' ', u.username, u.email, u.full_name))) > 0)"
    "   and ($3::text is null or lower(u.username) > $3)"
    " order by lower(u.username) limit $4",
    postgres::sharing::coalescible};

constexpr query<person, std::string> by_id_query{
    "identity.find_user",
    "select u.id, u.username, u.email, u.full_name, u.role, u.tenant_id, u.is_active, u.is_superuser,"
    "       u.password_must_change, u.password_last_changed, u.created_at, u.updated_at"
    "  from public.users u where u.id = $1",
    postgres::sharing::coalescible};

constexpr query<person, std::string> by_name_query{
    "identity.find_user_by_name",
    "select u.id, u.username, u.email, u.full_name, u.role, u.tenant_id, u.is_active, u.is_superuser,"
    "       u.password_must_change, u.password_last_changed, u.created_at, u.updated_at"
    "  from public.users u where lower(u.email) = lower($1) or lower(u.username) = lower($1)"
    " order by lower(u.email) = lower($1) desc limit 1",
    postgres::sharing::coalescible};

constexpr query<person, std::string> lock_query{
    "identity.lock_user",
    "select u.id, u.username, u.email, u.full_name, u.role, u.tenant_id, u.is_active, u.is_superuser,"
    "       u.password_must_change, u.password_last_changed, u.created_at, u.updated_at"
    "  from public.users u where u.id = $1 for no key update"};

constexpr query<person, std::string, std::string, std::string, std::string, maybe, maybe,
                std::string, bool>
    add_query{
        "identity.add_user",
        "insert into public.users as u (id, username, email, hashed_password, full_name, tenant_id, role, password_must_change)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)"
        " returning u.id, u.username, u.email, u.full_name, u.role, u.tenant_id, u.is_active, u.is_superuser,"
        "           u.password_must_change, u.password_last_changed, u.created_at, u.updated_at"};

constexpr query<person, std::string, std::string, std::string, std::string, maybe, maybe,
                std::string, bool, bool>
    add_any_query{
        "identity.add_any_user",
        "insert into public.users as u (id, username, email, hashed_password, full_name, tenant_id, role, password_must_change, is_superuser)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " returning u.id, u.username, u.email, u.full_name, u.role, u.tenant_id, u.is_active, u.is_superuser,"
        "           u.password_must_change, u.password_last_changed, u.created_at, u.updated_at"};

constexpr query<person, std::string, strings, bool, maybe, maybe, maybe, bool, maybe,
                std::optional<bool>>
    change_query{
        "identity.change_user",
        "update public.users u"
        "   set username = coalesce($4, u.username), email = coalesce($5, u.email), role = coalesce($6, u.role),"
        "       full_name = case when $7 then $8 else u.full_name end, is_active = coalesce($9, u.is_active)"
        " where u.id = $1 and u.role = any ($2) and ($3 or not u.is_superuser)"
        " returning u.id, u.username, u.email, u.full_name, u.role, u.tenant_id, u.is_active, u.is_superuser,"
        "           u.password_must_change, u.password_last_changed, u.created_at, u.updated_at"};

constexpr query<person, std::string, strings, bool, maybe, maybe, maybe, bool, maybe,
                std::optional<bool>, bool, maybe, std::optional<bool>>
    change_any_query{
        "identity.change_any_user",
        "update public.users u"
        "   set username = coalesce($4, u.username), email = coalesce($5, u.email), role = coalesce($6, u.role),"
        "       full_name = case when $7 then $8 else u.full_name end, is_active = coalesce($9, u.is_active),"
        "       tenant_id = case when $10 then $11 else u.tenant_id end, is_superuser = coalesce($12, u.is_superuser)"
        " where u.id = $1 and u.role = any ($2) and ($3 or not u.is_superuser)"
        "   and not (u.is_superuser and $12 is not false and $10 and $11 is not null)"
        " returning u.id, u.username, u.email, u.full_name, u.role, u.tenant_id, u.is_active, u.is_superuser,"
        "           u.password_must_change, u.password_last_changed, u.created_at, u.updated_at"};

constexpr query<std::string, std::string, strings, bool> delete_query{
    "identity.delete_user",
    "delete from public.users u where u.id = $1 and u.role = any ($2) and ($3 or not u.is_superuser) returning u.id"};

constexpr query<std::string, std::string, strings, bool> force_query{
    "identity.force_new_password",
    "update public.users u set password_must_change = true"
    " where u.id = $1 and u.role = any ($2) and ($3 or not u.is_superuser) returning u.id"};

// In the order of their ids, so that two of these do not wait for each other.
constexpr query<std::string, std::string, std::string, strings, bool> end_sessions_query{
    "identity.end_sessions_of_user",
    "with old as ("
    "    select s.id from public.user_sessions s"
    "     where s.user_id = (select u.id from public.users u where u.id = $1 and u.role = any ($3) and ($4 or not u.is_superuser))"
    "       and not s.is_revoked and s.expires_at > now() order by s.id for no key update)"
    " update public.user_sessions s set is_revoked = true, revoked_reason = $2 from old"
    "  where s.id = old.id returning s.id"};

constexpr query<std::string, std::string> end_if_disabled_query{
    "identity.end_sessions_of_disabled",
    "with old as ("
    "    select s.id from public.user_sessions s"
    "     where s.user_id = (select u.id from public.users u where u.id = $1 and not u.is_active)"
    "       and not s.is_revoked and s.expires_at > now() order by s.id for no key update)"
    " update public.user_sessions s set is_revoked = true, revoked_reason = 'disabled' from old"
    "  where s.id = old.id returning s.id"};

// One statement, so that nobody is signed out who had none.
constexpr query<std::string, std::string> remove_factor_query{
    "identity.remove_second_factor",
    "with gone as (delete from agente.second_factors f where f.user_id = $1 returning f.user_id),"
    " old as ("
    "    select s.id from public.user_sessions s where s.user_id = (select g.user_id from gone g)"
    "       and not s.is_revoked and s.expires_at > now() order by s.id for no key update),"
    " ended as ("
    "    update public.user_sessions s set is_revoked = true, revoked_reason = 'second_factor_removed'"
    "      from old where s.id = old.id)"
    " select g.user_id from gone g"};

constexpr query<void, std::string, std::string, std::string, double, double, strings, bool> link_query{
    "identity.add_link",
    "insert into agente.one_time_links (token_hash, user_id, purpose, expires_at, created_by, created_at)"
    " select $2, u.id, case when u.password_must_change then 'invite' else 'reset' end,"
    "        now() + make_interval(secs => case when u.password_must_change then $4 else $5 end), $3, clock_timestamp()"
    "   from public.users u where u.id = $1 and u.is_active and u.role = any ($6) and ($7 or not u.is_superuser)"};

}  // namespace

postgres::handle<person> find_people(postgres::batch& in, person_filter const& by) {
    return in.add(find_query, by.tenant, by.words, by.after, by.most);
}
postgres::handle<person> find_person(postgres::batch& in, std::string const& id) {
    return in.add(by_id_query, id);
}
postgres::handle<person> find_person_by_name(postgres::batch& in, std::string const& identifier) {
    return in.add(by_name_query, identifier);
}
postgres::handle<person> lock_person(postgres::batch& in, std::string const& id) {
    return in.add(lock_query, id);
}

postgres::handle<person> add_person(postgres::batch& in, new_person const& who, bool by_platform) {
    if (by_platform)
        return in.add(add_any_query, who.id, who.username, who.email, who.hashed_password,
                      who.full_name, who.tenant_id, who.role, who.must_change, who.is_superuser);
    return in.add(add_query, who.id, who.username, who.email, who.hashed_password, who.full_name,
                  who.tenant_id, who.role, who.must_change);
}

postgres::handle<person> change_person(postgres::batch& in, std::string const& id,
                                       person_change const& to, reach const& within,
                                       bool by_platform) {
    auto const name = to.full_name.value_or(std::nullopt);
    if (!by_platform)
        return in.add(change_query, id, within.roles, within.superusers, to.username, to.email,
                      to.role, to.full_name.has_value(), name, to.is_active);
    return in.add(change_any_query, id, within.roles, within.superusers, to.username, to.email,
                  to.role, to.full_name.has_value(), name, to.is_active, to.tenant_id.has_value(),
                  to.tenant_id.value_or(std::nullopt), to.is_superuser);
}

postgres::handle<std::string> delete_person(postgres::batch& in, std::string const& id,
                                            reach const& within) {
    return in.add(delete_query, id, within.roles, within.superusers);
}
postgres::handle<std::string> force_new_password(postgres::batch& in, std::string const& id,
                                                 reach const& within) {
    return in.add(force_query, id, within.roles, within.superusers);
}
postgres::handle<std::string> end_sessions_of(postgres::batch& in, std::string const& id,
                                              std::string const& reason, reach const& within) {
    return in.add(end_sessions_query, id, reason, within.roles, within.superusers);
}
postgres::handle<std::string> end_sessions_if_disabled(postgres::batch& in, std::string const& id) {
    return in.add(end_if_disabled_query, id);
}
postgres::handle<std::string> remove_second_factor(postgres::batch& in, std::string const& id) {
    return in.add(remove_factor_query, id);
}
postgres::handle<void> add_link(postgres::batch& in, std::string const& user, new_link const& link,
                                reach const& within) {
    return in.add(link_query, user, link.hash, link.created_by, link.invite_life, link.reset_life,
                  within.roles, within.superusers);
}

std::vector<postgres::query_text> user_queries() {
    return {describe(find_query),          describe(by_id_query),
            describe(by_name_query),       describe(lock_query),
            describe(add_query),           describe(add_any_query),
            describe(change_query),        describe(change_any_query),
            describe(delete_query),        describe(force_query),
            describe(end_sessions_query),  describe(end_if_disabled_query),
            describe(remove_factor_query), describe(link_query)};
}

}  // namespace agente::identity::store
