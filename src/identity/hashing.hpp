// Password hashing on the bounded pool of threads, never on an event loop. When the pool is full
// callers are refused at once: failure unavailable "auth.busy".
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "identity/password_hash.hpp"
#include "net/cpu_pool.hpp"

namespace agente::identity {

class hashing {
public:
    hashing(net::cpu_pool& pool, hash_cost cost)
        : pool_(pool), cost_(cost), nobody_(nobodys_hash(cost)) {}

    struct checked {
        bool right{false};
        std::optional<std::string> fresh;  // the password's new hash, when it was time for one
        std::chrono::steady_clock::duration took{};  // on its thread, without waiting for one
    };
    // `stored` empty, or of no form that can be verified: nobody's password, at the usual cost.
    task<checked> check(secret password, std::string stored);

    // The hash of a new password; nothing when it is one of those behind `old`. One piece of work.
    task<std::optional<std::string>> hash_unless_used(secret password,
                                                      std::vector<std::string> old);

private:
    template <class F>
    task<std::invoke_result_t<F&>> run(F work);

    net::cpu_pool& pool_;
    hash_cost cost_;
    std::string nobody_;
};

}  // namespace agente::identity
