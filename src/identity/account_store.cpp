#include "identity/account_store.hpp"

#include "postgres/database.hpp"

namespace agente::identity::store {
namespace {

using postgres::access;
using postgres::query;

constexpr query<account, std::string, double> find_query{
    "identity.find_account",
    "select u.id, u.username, u.email, u.full_name, u.role, u.tenant_id, u.is_superuser, u.is_active,"
    "       u.is_superuser or u.tenant_id is null or t.status = 'active' as hotel_active,"
    "       u.password_must_change or ($2 > 0 and u.password_last_changed < now() - make_interval(secs => $2)) as must_change,"
    "       u.hashed_password, f.sealed_secret, coalesce(f.last_step, 0) as last_step,"
    "       coalesce(cardinality(f.recovery_hashes), 0) as recovery_codes"
    "  from public.users u left join public.tenants t on t.tenant_id = u.tenant_id"
    "  left join agente.second_factors f on f.user_id = u.id and f.activated_at is not null"
    " where lower(u.email) = lower($1) or lower(u.username) = lower($1)"
    " order by lower(u.email) = lower($1) desc limit 1",
    postgres::sharing::coalescible};

constexpr query<account, std::string, double> by_id_query{
    "identity.find_account_by_id",
    "select u.id, u.username, u.email, u.full_name, u.role, u.tenant_id, u.is_superuser, u.is_active,"
    "       u.is_superuser or u.tenant_id is null or t.status = 'active' as hotel_active,"
    "       u.password_must_change or ($2 > 0 and u.password_last_changed < now() - make_interval(secs => $2)) as must_change,"
    "       u.hashed_password, f.sealed_secret, coalesce(f.last_step, 0) as last_step,"
    "       coalesce(cardinality(f.recovery_hashes), 0) as recovery_codes"
    "  from public.users u left join public.tenants t on t.tenant_id = u.tenant_id"
    "  left join agente.second_factors f on f.user_id = u.id and f.activated_at is not null"
    " where u.id = $1",
    postgres::sharing::coalescible};

constexpr query<void, std::string, std::string, std::string> rehash_query{
    "identity.rehash_password",
    "update public.users set hashed_password = $3 where id = $1 and hashed_password = $2"};

constexpr query<std::string, std::string, int> old_hashes_query{
    "identity.old_passwords",
    "select h.password_hash from public.password_history h where h.user_id = $1"
    " order by h.created_at desc, h.id desc limit $2",
    postgres::sharing::coalescible};

constexpr query<void, std::string, std::string, std::string> set_password_query{
    "identity.set_password",
    "update public.users set hashed_password = $3, password_last_changed = now(), password_must_change = false"
    " where id = $1 and hashed_password = $2 and is_active"};

constexpr query<void, std::string, std::string, bool> force_password_query{
    "identity.force_password",
    "update public.users set hashed_password = $2, password_last_changed = now(), password_must_change = $3 where id = $1"};

constexpr query<void, std::string, std::string> remember_query{
    "identity.remember_password",
    "insert into public.password_history (user_id, password_hash)"
    " select u.id, u.hashed_password from public.users u where u.id = $1 and u.hashed_password = $2 and $2 like '$%'"
    "    and not exists (select from public.password_history h where h.user_id = $1 and h.password_hash = $2)"};

constexpr query<void, std::string, int> forget_query{
    "identity.forget_passwords",
    "delete from public.password_history where user_id = $1 and id in"
    " (select h.id from public.password_history h where h.user_id = $1 order by h.created_at desc, h.id desc offset $2)"};

constexpr query<link_owner, std::string> find_link_query{
    "identity.find_link",
    "select u.id as user_id, u.username, u.email, u.full_name, u.tenant_id, u.hashed_password, l.purpose"
    "  from agente.one_time_links l join public.users u on u.id = l.user_id"
    " where l.token_hash = $1 and l.used_at is null and l.expires_at > now() and u.is_active"
    "   and not exists (select from agente.one_time_links n where n.user_id = l.user_id and n.created_at > l.created_at)",
    postgres::sharing::coalescible};

constexpr query<void, std::string, std::string> end_links_query{
    "identity.end_links",
    "with open as ("
    "    select l.token_hash from agente.one_time_links l where l.user_id = $1 and l.used_at is null"
    "     order by l.token_hash for no key update)"
    " update agente.one_time_links l set used_at = now() from open"
    "  where l.token_hash = open.token_hash and l.token_hash <> $2"};

constexpr query<void, std::string, std::string, std::string> use_link_query{
    "identity.use_link",
    "with used as ("
    "    update agente.one_time_links set used_at = now()"
    "     where token_hash = $1 and user_id = $2 and used_at is null and expires_at > now() returning user_id)"
    " update public.users u set hashed_password = $3, password_last_changed = now(), password_must_change = false"
    "   from used where u.id = used.user_id and u.is_active"};

}  // namespace

task<std::optional<account>> find_for_sign_in(postgres::database& db, std::string const& identifier,
                                              double password_age) {
    return db.row(access::system(), find_query, identifier, password_age);
}
task<std::optional<account>> find_by_id(postgres::database& db, std::string const& id,
                                        double password_age) {
    return db.row(access::system(), by_id_query, id, password_age);
}
postgres::handle<void> rehash(postgres::batch& in, std::string const& user,
                              std::string const& old_hash, std::string const& new_hash) {
    return in.add(rehash_query, user, old_hash, new_hash);
}
task<std::vector<std::string>> old_hashes(postgres::database& db, std::string const& user,
                                          int most) {
    return db.rows(access::system(), old_hashes_query, user, most);
}
postgres::handle<void> set_password(postgres::batch& in, std::string const& user,
                                    std::string const& old_hash, std::string const& new_hash) {
    return in.add(set_password_query, user, old_hash, new_hash);
}
postgres::handle<void> force_password(postgres::batch& in, std::string const& user,
                                      std::string const& new_hash, bool must_change) {
    return in.add(force_password_query, user, new_hash, must_change);
}
postgres::handle<void> remember_password(postgres::batch& in, std::string const& user,
                                         std::string const& hash) {
    return in.add(remember_query, user, hash);
}
postgres::handle<void> forget_passwords(postgres::batch& in, std::string const& user, int kept) {
    return in.add(forget_query, user, kept);
}
task<std::optional<link_owner>> find_link(postgres::database& db, std::string const& token_hash) {
    return db.row(access::system(), find_link_query, token_hash);
}
postgres::handle<void> end_links(postgres::batch& in, std::string const& user,
                                 std::string const& kept) {
    return in.add(end_links_query, user, kept);
}
postgres::handle<void> use_link(postgres::batch& in, std::string const& token_hash,
                                std::string const& user, std::string const& new_hash) {
    return in.add(use_link_query, token_hash, user, new_hash);
}

std::vector<postgres::query_text> account_queries() {
    return {describe(find_query),           describe(by_id_query),        describe(rehash_query),
            describe(old_hashes_query),     describe(set_password_query), describe(remember_query),
            describe(forget_query),         describe(find_link_query),    describe(use_link_query),
            describe(force_password_query), describe(end_links_query)};
}

}  // namespace agente::identity::store
