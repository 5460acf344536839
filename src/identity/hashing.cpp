#include "identity/hashing.hpp"

#include "base/result.hpp"

namespace agente::identity {

template <class F>
task<std::invoke_result_t<F&>> hashing::run(F work) {
    try {
        co_return co_await pool_.run(std::move(work));
    } catch (failure const& f) {
        if (f.reason().kind() != error_kind::unavailable) throw;
    }
    throw failure(error(error_kind::unavailable, "auth.busy",
                        "too many passwords are being checked: try again in a moment"));
}

task<hashing::checked> hashing::check(secret password, std::string stored) {
    if (!can_be_verified(stored)) stored = nobody_;
    auto work = [password = std::move(password), stored = std::move(stored), cost = cost_] {
        auto const began = std::chrono::steady_clock::now();
        auto const said = verify_password(password, stored, cost);
        checked out{.right = said.right, .fresh = std::nullopt, .took = {}};
        if (said.right && !said.current) out.fresh = hash_password(password, cost);
        out.took = std::chrono::steady_clock::now() - began;
        return out;
    };
    co_return co_await run(std::move(work));
}

task<std::optional<std::string>> hashing::hash_unless_used(secret password,
                                                           std::vector<std::string> old) {
    auto work = [password = std::move(password), old = std::move(old),
                 cost = cost_]() -> std::optional<std::string> {
        for (auto const& one : old)
            if (verify_password(password, one, cost).right) return std::nullopt;
        return hash_password(password, cost);
    };
    co_return co_await run(std::move(work));
}

}  // namespace agente::identity
