#include "identity/reauthentication.hpp"

#include "identity/security_events.hpp"

namespace agente::identity {
namespace {

error wrong_password() {
    return error(error_kind::forbidden, "auth.password_wrong",
                 "the current password is not right; after several wrong ones none is accepted "
                 "for a while");
}

}  // namespace

void reauthentication::failed(tenancy::caller const& who, store::account const& whose,
                              attempt const& what, error const& why) {
    if (!what.allowed) return;  // the lock-out is noted: no row for each further guess
    auto const note = [&](std::string_view type) {
        log_.note({.type = std::string(type),
                   .tenant = whose.tenant_id.value_or(""),
                   .user_id = whose.id,
                   .address = who.address(),
                   .details = {{"session", who.session_id()}, {"reason", why.code()}}});
    };
    note(event::reauthentication_failed);
    if (what.last) note(event::locked_out);
}

task<store::account> reauthentication::check(tenancy::caller const& who, secret password,
                                             also more) {
    auto found = co_await store::find_by_id(db_, who.user_id(), tokens_.limits().password_age);
    if (!found || !found->is_active)
        throw failure(error(error_kind::unauthenticated, "auth.session_ended",
                            "this account may not sign in any more"));
    auto const attempt = co_await guesses_.begin(found->id, who.address());
    std::exception_ptr trouble;  // nothing was guessed
    std::optional<error> wrong;
    try {
        auto const said = co_await hashes_.check(std::move(password), found->hashed_password);
        if (!said.right || !attempt.allowed)
            wrong = wrong_password();
        else if (more)
            wrong = more(*found);
    } catch (failure const&) {
        trouble = std::current_exception();
    }
    if (wrong) {
        failed(who, *found, attempt, *wrong);
        throw failure(*wrong);
    }
    co_await guesses_.withdraw(attempt);
    if (trouble) std::rethrow_exception(trouble);
    co_return std::move(*found);
}

}  // namespace agente::identity
