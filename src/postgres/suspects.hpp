// Queries that must travel alone for a while, because one that times out holds up everybody under
// the same Sync. Pure.
#pragma once

#include <map>
#include <string>

#include "postgres/unit.hpp"

namespace agente::postgres {

// Kept by query and tenant: one hotel's large table is no reason to slow down the others. Two
// timeouts within `memory` make a suspect, for `sentence`.
class suspects {
public:
    static constexpr std::chrono::seconds memory{60};
    static constexpr std::chrono::seconds sentence{10};
    static constexpr std::size_t most = 1024;

    void timed_out(unit const& one, steady_time now);
    bool alone(unit const& one, steady_time now) const;

private:
    struct record {
        int timeouts{0};
        steady_time last{};
        steady_time alone_until{};
    };
    std::map<std::pair<std::string, std::string>, record, std::less<>> known_;
};

}  // namespace agente::postgres
