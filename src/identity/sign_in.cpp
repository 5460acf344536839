#include "identity/sign_in.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "identity/security_events.hpp"
#include "net/gate.hpp"
#include "postgres/database.hpp"

namespace agente::identity {
namespace {

error wrong() {
    return error(error_kind::unauthenticated, "auth.invalid_credentials",
                 "the name or the password is not right; after several wrong ones none is accepted "
                 "for a while");
}

error wrong_code() {
    return error(error_kind::unauthenticated, "auth.code_wrong",
                 "the code is not right, or was used before: wait for the app's next one");
}

// For the event: enough to recognise what was typed, unless a password was typed there.
std::string masked(std::string_view identifier) {
    if (identifier.find('@') != std::string_view::npos)
        return text::shorten(text::mask_email(identifier), 60);
    return text::shorten(identifier, 2) + "*";
}

}  // namespace

void sign_in::note(std::string_view type, store::account const* whose, origin const& from,
                   boost::json::object details) {
    log_.note({.type = std::string(type),
               .tenant = whose ? whose->tenant_id.value_or("") : std::string(),
               .user_id = whose ? whose->id : std::string(),
               .address = from.address,
               .details = std::move(details)});
}

void sign_in::failed(store::account const* whose, attempt const& what, std::string_view identifier,
                     std::string_view why, origin const& from) {
    if (!what.allowed) return;  // the lock-out is noted: no row for each further guess
    boost::json::object details{{"reason", why}};
    if (whose == nullptr) details["identifier"] = masked(identifier);
    note(event::sign_in_failed, whose, from, details);
    if (what.last) note(event::locked_out, whose, from, std::move(details));
}

task<issued_tokens> sign_in::with(credentials given, origin from) {
    given.identifier = text::lower(text::trim(given.identifier));
    // Looked up first, so that guesses at an account count as one row however it is called.
    auto found = co_await find(given);
    auto const attempt =
        co_await guesses_.begin(found ? found->id : given.identifier, from.address);
    std::exception_ptr thrown;
    try {
        auto tokens = co_await decide(given, from, std::move(found), attempt);
        // Somebody else changed the hash meanwhile, of this password or another: once more.
        if (!tokens) tokens = co_await decide(given, from, co_await find(given), attempt);
        if (!tokens) throw failure(wrong());
        co_return std::move(*tokens);
    } catch (failure const& f) {
        thrown = std::current_exception();
        auto const kind = f.reason().kind();
        if (kind == error_kind::unauthenticated && f.reason().code() != "auth.code_required") throw;
    }
    // Nothing was guessed, or nothing came of it for other reasons.
    co_await guesses_.withdraw(attempt);
    std::rethrow_exception(thrown);
}

// How long the check took would tell what kind of hash the account has, and so that there is one.
// Counted from where the check began: how long it waited for a thread tells nothing.
task<> sign_in::hold_back(hashing::checked what) const {
    if (what.took < refuse_after_) co_await net::pause(refuse_after_ - what.took);
}

task<std::optional<store::account>> sign_in::find(credentials const& given) {
    return store::find_for_sign_in(db_, given.identifier, tokens_.limits().password_age);
}

task<std::optional<issued_tokens>> sign_in::decide(credentials const& given, origin const& from,
                                                   std::optional<store::account> found,
                                                   attempt const& what) {
    auto const* const account = found ? &*found : nullptr;
    auto checked =
        co_await hashes_.check(given.password, found ? found->hashed_password : std::string());
    if (!what.allowed || !found || !found->is_active || !checked.right) {
        auto const why = !found ? "unknown" : !found->is_active ? "disabled" : "password";
        failed(account, what, given.identifier, why, from);
        co_await hold_back(checked);
        throw failure(wrong());
    }
    if (!found->hotel_active)
        throw failure(error(error_kind::forbidden, "auth.hotel_suspended",
                            "your hotel is not active on this service: ask its operator"));
    store::proof proof;
    if (found->sealed_secret) {
        if (!given.code)
            throw failure(error(error_kind::unauthenticated, "auth.code_required",
                                "this account has a second factor: send the code of the app, or a "
                                "recovery code, as `code`"));
        auto const proved = factors_.prove(*found, *given.code);
        if (!proved) {
            failed(account, what, given.identifier, "code", from);
            throw failure(wrong_code());
        }
        proof = *proved;
    }

    auto begun = tokens_.begin(from);
    postgres::batch batch(postgres::access::system());
    auto const at = store::open_session(batch, found->id, found->hashed_password, proof, begun.row,
                                        tokens_.limits());
    auto const done = co_await db_.run(std::move(batch));
    auto opened = done.row(at);
    if (!opened) co_return std::nullopt;
    if (!opened->opened) {
        failed(account, what, given.identifier, "code", from);
        throw failure(wrong_code());
    }
    if (checked.fresh) co_await rehash(found->id, found->hashed_password, *checked.fresh);
    co_await guesses_.succeeded(what);
    note(event::signed_in, account, from, {{"session", opened->session_id}});
    if (proof.recovery_hash)
        note(event::recovery_code_used, account, from, {{"left", found->recovery_codes - 1}});
    co_return tokens_.issue(std::move(*opened), std::move(begun.refresh_token),
                            begun.row.token_jti);
}

// Not in the session's transaction: that shares a lock on the account with others, and two that
// share one must not both want it alone. What fails here is done at the next sign-in.
task<> sign_in::rehash(std::string user, std::string old_hash, std::string new_hash) {
    postgres::batch batch(postgres::access::system());
    store::rehash(batch, user, old_hash, new_hash);
    try {
        co_await db_.run(std::move(batch));
    } catch (failure const& f) {
        log::warn("auth.rehash_failed", {{"user", user}, {"message", f.what()}});
    }
}

}  // namespace agente::identity
