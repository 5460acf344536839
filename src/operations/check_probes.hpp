// What a pooler between keeps and loses, tried out on scratch connections. Used by `check`.
#pragma once

#include <functional>
#include <string_view>

#include "operations/endpoint.hpp"
#include "operations/finding.hpp"
#include "postgres/command_connection.hpp"
#include "postgres/probe.hpp"

namespace agente::operations {

// What two connections saw of each other's session.
struct session_traces {
    bool named_kept{};      // a named statement was there in the transaction after
    std::string named_why;  // what was said instead
    bool setting_kept{};    // a SET was there in the transaction after
    bool setting_leaked{};  // another client saw it
};

// Makes two connections. The second begins a transaction between two of the first, so that a pooler
// gives it the server connection that the first one used.
session_traces probe_sessions(postgres::conninfo const& where, postgres::command_limits limits);

finding judge_one_sync(postgres::probe_verdict const& verdict);
// `careful`: DB_PIPELINE=auto sends one Sync at a time there whatever the probe says.
finding judge_many_syncs(postgres::probe_verdict const& verdict, bool careful);
findings judge_sessions(session_traces const& seen);

// All of them. Throws postgres::error when a connection cannot be made.
findings run_probes(postgres::conninfo const& where, postgres::command_limits limits,
                    std::function<void(std::string_view)> const& step,
                    std::function<void(std::string_view)> const& detail);

}  // namespace agente::operations
