#include "identity/passwords.hpp"

#include "base/log.hpp"
#include "identity/one_time_link.hpp"
#include "identity/security_events.hpp"
#include "postgres/database.hpp"

namespace agente::identity {
namespace {

personal_words words_of(auto const& account) {
    return {.username = account.username,
            .email = account.email,
            .full_name = account.full_name.value_or("")};
}

error no_link() {
    return error(
        error_kind::not_found, "auth.link_invalid",
        "this link was used, has expired, or was replaced by a newer one: ask for another");
}

constexpr std::string_view ended_because = "password_changed";

}  // namespace

task<std::string> passwords::first_hash(secret password, personal_words of) {
    if (auto const wrong = complaint_about(password, policy_, of)) throw failure(*wrong);
    auto hash = co_await hashes_.hash_unless_used(std::move(password), {});
    co_return std::move(*hash);
}

task<std::string> passwords::choose(secret next, std::string user, std::string current_hash,
                                    personal_words of) {
    if (auto const wrong = complaint_about(next, policy_, of)) throw failure(*wrong);
    std::vector<std::string> old;
    if (policy_.remembered > 0) {
        old = co_await store::old_hashes(db_, user, policy_.remembered);
        if (std::ranges::find(old, current_hash) == old.end()) old.push_back(current_hash);
    }
    auto hash = co_await hashes_.hash_unless_used(std::move(next), std::move(old));
    if (!hash)
        throw failure(error(error_kind::invalid, "password.used_before",
                            fmt::format("this is one of your last {} passwords: choose a new one",
                                        policy_.remembered)));
    co_return std::move(*hash);
}

task<> passwords::forget_guesses(std::string const& user) {
    try {
        co_await guesses_.release(user);
    } catch (failure const& f) {
        log::warn("auth.guesses_still_count", {{"user", user}, {"message", f.what()}});
    }
}

task<issued_tokens> passwords::change(tenancy::caller const& who, secret current, secret next,
                                      origin from) {
    auto const account = co_await again_.check(who, std::move(current));
    auto const hash =
        co_await choose(std::move(next), account.id, account.hashed_password, words_of(account));
    auto begun = tokens_.begin(from);
    postgres::batch batch(postgres::access::system());
    store::end_links(batch, account.id);
    // The one that is given up may be older than the history.
    store::remember_password(batch, account.id, account.hashed_password);
    auto const set = store::set_password(batch, account.id, account.hashed_password, hash);
    store::remember_password(batch, account.id, hash);
    store::forget_passwords(batch, account.id, policy_.remembered);
    store::end_all_if_password(batch, account.id, hash, std::string(ended_because));
    store::proof proved;
    proved.given = true;
    auto const opened_at =
        store::open_session(batch, account.id, hash, proved, begun.row, tokens_.limits());
    auto const done = co_await db_.run(std::move(batch));
    auto opened = done.row(opened_at);
    if (done.affected(set) == 0 || !opened)
        throw failure(
            error(error_kind::conflict, "auth.password_changed_meanwhile",
                  "the password was changed by somebody else meanwhile: sign in with it"));
    co_await forget_guesses(account.id);
    log_.note({.type = event::password_changed,
               .tenant = account.tenant_id.value_or(""),
               .user_id = account.id,
               .address = from.address});
    co_return tokens_.issue(std::move(*opened), std::move(begun.refresh_token),
                            begun.row.token_jti);
}

task<> passwords::accept_link(std::string token, secret next, origin from) {
    auto const link_hash = one_time_link_hash(token);
    auto const owner = co_await store::find_link(db_, link_hash);
    if (!owner) throw failure(no_link());
    auto const hash =
        co_await choose(std::move(next), owner->user_id, owner->hashed_password, words_of(*owner));
    postgres::batch batch(postgres::access::system());
    store::end_links(batch, owner->user_id, link_hash);
    store::remember_password(batch, owner->user_id, owner->hashed_password);
    auto const used = store::use_link(batch, link_hash, owner->user_id, hash);
    store::remember_password(batch, owner->user_id, hash);
    store::forget_passwords(batch, owner->user_id, policy_.remembered);
    store::end_all_if_password(batch, owner->user_id, hash, std::string(ended_because));
    auto const done = co_await db_.run(std::move(batch));
    if (done.affected(used) == 0) throw failure(no_link());
    co_await forget_guesses(owner->user_id);
    log_.note({.type = event::password_changed,
               .tenant = owner->tenant_id.value_or(""),
               .user_id = owner->user_id,
               .address = from.address,
               .details = {{"by", owner->purpose}}});
}

task<> passwords::set(std::string user, secret next, bool must_change) {
    auto const account = co_await store::find_by_id(db_, user, tokens_.limits().password_age);
    if (!account)
        throw failure(error(error_kind::not_found, "users.not_found", "there is no such user"));
    auto const hash =
        co_await choose(std::move(next), account->id, account->hashed_password, words_of(*account));
    postgres::batch batch(postgres::access::system());
    store::end_links(batch, account->id);
    store::remember_password(batch, account->id, account->hashed_password);
    store::force_password(batch, account->id, hash, must_change);
    store::remember_password(batch, account->id, hash);
    store::forget_passwords(batch, account->id, policy_.remembered);
    store::end_all_if_password(batch, account->id, hash, std::string(ended_because));
    co_await db_.run(std::move(batch));
    co_await forget_guesses(account->id);
    log_.note({.type = event::password_changed,
               .tenant = account->tenant_id.value_or(""),
               .user_id = account->id,
               .details = {{"by", "command line"}}});
}

}  // namespace agente::identity
