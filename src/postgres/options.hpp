// What a pool may do, and when it gives up. Filled by the composition root from the configuration.
#pragma once

#include <chrono>
#include <memory>

#include "postgres/auth_budget.hpp"
#include "postgres/conninfo.hpp"

namespace agente::postgres {

enum class pipeline_mode {
    automatic,  // probed, or single without asking on a Supabase host
    probed,     // multi when the endpoint passes the probe (postgres/probe.hpp), else single
    multi,      // several batches in flight on a connection, each with its own Sync; the caller
                // knows that no pooler stands between
    single      // one Sync outstanding on a connection; coalescible reads leave together
};

struct options {
    conninfo server;
    pipeline_mode mode{pipeline_mode::automatic};

    std::size_t size{4};      // connections kept open
    std::size_t overflow{0};  // more of them while work waits; closed when idle

    std::size_t most_waiting{1024};  // batches waiting for their departure
    std::size_t most_waiting_lone{
        64};  // reads that must go alone, and requests for an exclusive connection
    std::size_t most_in_flight{64};               // multi: batches under way on one connection
    std::size_t most_reads_per_sync{64};          // single
    std::size_t most_bytes_per_sync{256 * 1024};  // single: of statement text and parameters

    std::chrono::milliseconds most_wait{5'000};  // for a departure; past it: unavailable
    std::chrono::milliseconds statement_timeout{
        5'000};  // on the server, for access without its own
    std::chrono::milliseconds reply_deadline{
        15'000};  // for a whole round trip; past it the connection is closed
    std::chrono::milliseconds connect_timeout{10'000};
    std::chrono::milliseconds max_lifetime{30 * 60'000};
    std::chrono::milliseconds idle_close{60'000};  // of overflow connections

    // Shared by the pools of all workers of the process; empty: this pool has its own.
    std::shared_ptr<auth_budget> authentication;
};

}  // namespace agente::postgres
