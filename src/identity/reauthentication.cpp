#include "identity/reauthentication.hpp"

namespace agente::identity {

task<store::account> reauthentication::check(tenancy::caller const& who, secret password) {
    auto found = co_await store::find_by_id(db_, who.user_id(), tokens_.limits().password_age);
    if (!found || !found->is_active)
        throw failure(error(error_kind::unauthenticated, "auth.session_ended",
                            "this account may not sign in any more"));
    auto const attempt = co_await guesses_.begin(found->id, who.address());
    std::exception_ptr busy;
    hashing::checked said;
    try {
        said = co_await hashes_.check(std::move(password), found->hashed_password);
    } catch (failure const&) {
        busy = std::current_exception();
    }
    if (!busy && (!said.right || !attempt.allowed))
        throw failure(error(error_kind::forbidden, "auth.password_wrong",
                            "the current password is not right; after several wrong ones none is "
                            "accepted for a while"));
    co_await guesses_.withdraw(attempt);
    if (busy) std::rethrow_exception(busy);
    co_return std::move(*found);
}

}  // namespace agente::identity
