#include "identity/second_factors.hpp"

#include "identity/security_events.hpp"
#include "identity/totp.hpp"
#include "postgres/database.hpp"

namespace agente::identity {
namespace {

using postgres::access;
using postgres::query;

constexpr query<void, std::string, std::string> enroll_query{
    "identity.enroll_factor",
    "insert into agente.second_factors as f (user_id, sealed_secret) values ($1, $2)"
    " on conflict (user_id) do update set sealed_secret = excluded.sealed_secret, last_step = 0, created_at = now()"
    "  where f.activated_at is null"};

struct pending_factor {
    std::string sealed_secret;
    bool active{false};
};
BOOST_DESCRIBE_STRUCT(pending_factor, (), (sealed_secret, active))
constexpr query<pending_factor, std::string> pending_query{
    "identity.pending_factor",
    "select f.sealed_secret, f.activated_at is not null as active from agente.second_factors f where f.user_id = $1",
    postgres::sharing::coalescible};

constexpr query<void, std::string, std::string, std::int64_t, std::vector<std::string>>
    activate_query{
        "identity.activate_factor",
        "update agente.second_factors set activated_at = now(), last_step = $3, recovery_hashes = $4"
        " where user_id = $1 and sealed_secret = $2 and activated_at is null"};

// Takes the proof in the same statement.
constexpr query<void, std::string, std::optional<std::int64_t>, std::optional<std::string>>
    disable_query{
        "identity.disable_factor",
        "delete from agente.second_factors f where f.user_id = $1 and f.activated_at is not null"
        "   and (f.last_step < $2 or $3 = any (f.recovery_hashes))"};

constexpr int recovery_codes = 10;

std::string context_of(std::string const& user) { return "user:" + user + ":totp"; }

error wrong_code() {
    return error(error_kind::forbidden, "totp.code_wrong",
                 "the code is not right, or was used before: wait for the app's next one, and "
                 "check the clock of the phone");
}

}  // namespace

secret second_factors::open(std::string const& user, std::string const& sealed) const {
    return sealer_.open(sealed, context_of(user)).value();
}

void second_factors::note(std::string_view type, tenancy::caller const& who) {
    log_.note({.type = std::string(type),
               .tenant = who.hotel() ? who.hotel()->slug() : std::string(),
               .user_id = who.user_id(),
               .address = who.address()});
}

std::optional<store::proof> second_factors::prove(store::account const& of,
                                                  std::string_view code) const {
    if (looks_like_recovery_code(code))
        return store::proof{.recovery_hash = recovery_hash(of.id, code)};
    auto const key = open(of.id, of.sealed_secret.value());
    auto const step = matching_step(key, code, totp_step(time_.now()), of.last_step);
    if (!step) return std::nullopt;
    return store::proof{.totp_step = *step};
}

task<enrolment> second_factors::enroll(tenancy::caller const& who, secret password) {
    auto const account = co_await again_.check(who, std::move(password));
    auto const key = new_totp_key();
    auto const sealed = sealer_.seal(key.reveal(), context_of(account.id));
    if (co_await db_.execute(access::system(), enroll_query, account.id, sealed) == 0)
        throw failure(error(error_kind::conflict, "totp.already_active",
                            "a second factor is active already: disable it first, at "
                            "/api/v1/auth/totp/disable"));
    co_return enrolment{.secret = base32(key), .uri = otpauth_uri(key, issuer_, account.username)};
}

task<std::vector<std::string>> second_factors::activate(tenancy::caller const& who,
                                                        std::string code) {
    auto const found = co_await db_.row(access::system(), pending_query, who.user_id());
    if (!found)
        throw failure(error(error_kind::conflict, "totp.not_enrolled",
                            "enroll a second factor first, at /api/v1/auth/totp/enroll"));
    if (found->active)
        throw failure(error(error_kind::conflict, "totp.already_active",
                            "the second factor is active already"));
    auto const key = open(who.user_id(), found->sealed_secret);
    auto const step = matching_step(key, code, totp_step(time_.now()), 0);
    if (!step) throw failure(wrong_code());
    std::vector<std::string> codes, hashes;
    for (int i = 0; i < recovery_codes; ++i) {
        codes.push_back(new_recovery_code());
        hashes.push_back(recovery_hash(who.user_id(), codes.back()));
    }
    if (co_await db_.execute(access::system(), activate_query, who.user_id(), found->sealed_secret,
                             *step, hashes) == 0)
        throw failure(error(error_kind::conflict, "totp.not_enrolled",
                            "the enrolment was replaced meanwhile: use the newest secret"));
    note(event::totp_enabled, who);
    co_return codes;
}

task<> second_factors::disable(tenancy::caller const& who, secret password, std::string code) {
    std::optional<store::proof> proof;
    auto prove_it = [&](store::account const& a) -> std::optional<error> {
        if (a.sealed_secret) proof = prove(a, code);
        if (a.sealed_secret && !proof) return wrong_code();
        return std::nullopt;
    };
    auto const account = co_await again_.check(who, std::move(password), std::move(prove_it));
    if (!account.sealed_secret)
        throw failure(
            error(error_kind::conflict, "totp.not_active", "there is no second factor to disable"));
    if (co_await db_.execute(access::system(), disable_query, account.id, proof->totp_step,
                             proof->recovery_hash) == 0)
        throw failure(wrong_code());
    note(event::totp_disabled, who);
}

std::vector<postgres::query_text> store::second_factor_queries() {
    return {describe(enroll_query), describe(pending_query), describe(activate_query),
            describe(disable_query)};
}

}  // namespace agente::identity
