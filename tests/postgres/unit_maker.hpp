// Units and answers without a server, for the tests of the scheduler. An answer says whose it is.
#pragma once

#include <fmt/format.h>

#include "postgres/scheduler.hpp"

namespace agente::postgres::tests {

using namespace std::chrono_literals;

inline constexpr steady_time start_of_time{1h};

// A read (scope statement and `statements` of its own) that says who it is in its tenant.
inline unit_ptr make_read(std::string who, steady_time at = start_of_time,
                          std::size_t statements = 1) {
    auto u = std::make_shared<unit>();
    u->query = "tests.read";
    u->tenant = std::move(who);
    u->coalescible = true;
    u->cut = when_cut::retry_once;
    u->submitted = at;
    u->expires = at + 5s;
    u->bytes = 100;
    for (std::size_t i = 0; i <= statements; ++i)
        u->statements.push_back({"tests.read", "select", {}});
    return u;
}

inline unit_ptr make_write(std::string who, steady_time at = start_of_time,
                           std::size_t statements = 1) {
    auto u = make_read(std::move(who), at, statements);
    u->query = "tests.write";
    u->coalescible = false;
    u->cut = when_cut::in_doubt;
    return u;
}

inline table answer_for(unit const& one, std::size_t statement) {
    return table::of({{"who", oid::text}}, {{fmt::format("{}/{}", one.tenant, statement)}});
}

// Every statement's answer is there and its own.
inline bool answered(unit const& one) {
    if (one.failed || one.tables.size() != one.statements.size()) return false;
    for (std::size_t i = 0; i < one.tables.size(); ++i)
        if (one.tables[i].text(0, 0) != fmt::format("{}/{}", one.tenant, i)) return false;
    return true;
}

// Answers `units` as the server would: `error_at` counts statements over all units; what follows an
// error is skipped.
inline bool answer_all(scheduler& s, int connection, std::vector<unit_ptr> const& units,
                       std::size_t error_at = 1'000'000, std::string const& sqlstate = "22012") {
    std::size_t n = 0;
    for (auto const& u : units)
        for (std::size_t i = 0; i < u->statements.size(); ++i, ++n) {
            auto reply = n < error_at    ? reply::of(answer_for(*u, i))
                         : n == error_at ? reply::of_error(sqlstate, "it failed")
                                         : reply::of_skipped();
            if (!s.replied(connection, std::move(reply))) return false;
        }
    return true;
}

inline std::vector<unit_ptr> copy(scheduler::departure const& d) {
    return {d.units.begin(), d.units.end()};
}

}  // namespace agente::postgres::tests
