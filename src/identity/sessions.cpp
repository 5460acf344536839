#include "identity/sessions.hpp"

#include "identity/security_events.hpp"
#include "postgres/database.hpp"

namespace agente::identity {
namespace {

error ended() {
    return error(error_kind::unauthenticated, "auth.session_ended",
                 "this sign-in has ended: sign in again");
}

}  // namespace

task<issued_tokens> sessions::refresh(secret shown, origin from) {
    auto const step = tokens_.refresh().read(shown.reveal());
    if (!step)
        throw failure(error(error_kind::unauthenticated, "auth.refresh_invalid",
                            "this is no refresh token of ours: sign in again"));
    auto next = tokens_.refresh().make({step->session_id, step->rotation + 1});
    auto after_next = tokens_.refresh().make({step->session_id, step->rotation + 2});
    store::shown_token const asked{.session_id = step->session_id,
                                   .hash = refresh_tokens::hash(shown.reveal()),
                                   .rotation = step->rotation,
                                   .next_hash = refresh_tokens::hash(next.reveal()),
                                   .after_next_hash = refresh_tokens::hash(after_next.reveal()),
                                   .token_jti = tokens_.new_token_id(),
                                   .from = from};
    auto found = co_await store::refresh(db_, asked, tokens_.limits());
    if (!found) throw failure(ended());
    if (found->verdict == "rotated")
        co_return tokens_.issue(std::move(*found), std::move(next), asked.token_jti);
    if (found->verdict == "recovered")
        co_return tokens_.issue(std::move(*found), std::move(after_next), asked.token_jti);
    if (found->verdict == "again") {
        auto current =
            tokens_.refresh().make_again({step->session_id, found->rotations}, found->refresh_hash);
        if (!current) throw failure(ended());  // its key is gone
        co_return tokens_.issue(std::move(*found), std::move(*current), asked.token_jti);
    }
    if (found->verdict == "reused") {
        log_.note({.type = event::refresh_reused,
                   .tenant = found->tenant_id.value_or(""),
                   .user_id = found->user_id,
                   .address = from.address,
                   .details = {{"session", found->session_id},
                               {"shown", step->rotation},
                               {"current", found->rotations}}});
        throw failure(error(error_kind::unauthenticated, "auth.refresh_reused",
                            "this refresh token was used before, so somebody may have copied it: "
                            "the session has been ended; sign in again"));
    }
    throw failure(ended());
}

void sessions::note_ended(tenancy::caller const& who, std::vector<std::string> const& sessions,
                          std::string_view reason) {
    if (sessions.empty()) return;
    boost::json::array ids(sessions.begin(), sessions.end());
    log_.note({.type = event::session_revoked,
               .tenant = who.hotel() ? who.hotel()->slug() : std::string(),
               .user_id = who.user_id(),
               .address = who.address(),
               .details = {{"reason", reason}, {"sessions", std::move(ids)}}});
}

task<> sessions::sign_out(tenancy::caller const& who, logout_scope which) {
    std::string const reason = "signed_out";
    postgres::batch batch(postgres::access::system());
    auto const at = which == logout_scope::local
                        ? store::end_one(batch, who.user_id(), who.session_id(), reason)
                    : which == logout_scope::others
                        ? store::end_others(batch, who.user_id(), who.session_id(), reason)
                        : store::end_all(batch, who.user_id(), reason);
    auto const done = co_await db_.run(std::move(batch));
    note_ended(who, done.rows(at), reason);
}

task<std::vector<store::listed_session>> sessions::of(tenancy::caller const& who) {
    return store::sessions_of(db_, who.user_id(), tokens_.limits());
}

task<> sessions::end(tenancy::caller const& who, std::string const& session) {
    std::string const reason = "revoked";
    postgres::batch batch(postgres::access::system());
    auto const at = store::end_one(batch, who.user_id(), session, reason);
    auto const done = co_await db_.run(std::move(batch));
    auto const ids = done.rows(at);
    if (ids.empty())
        throw failure(error(error_kind::not_found, "sessions.not_found",
                            "you have no such session, or it has ended: list yours at "
                            "/api/v1/auth/sessions"));
    note_ended(who, ids, reason);
}

}  // namespace agente::identity
