// `db check`: is this database fit to run on, seen from here? Every answer is a finding with its
// cause and cure. Also used by `preflight`.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "base/secret.hpp"
#include "operations/finding.hpp"
#include "postgres/command_connection.hpp"
#include "postgres/conninfo.hpp"

namespace agente::operations {

enum class supabase_tier { free, pro };

struct check_options {
    bool insecure{false};  // the certificate is not verified; what the URL says of encryption stays
    bool probes{true};     // what a pooler keeps and loses: some four more connections
    int round_trips{20};   // for the median
    postgres::command_limits limits{.connect = std::chrono::seconds(10),
                                    .answer = std::chrono::seconds(20)};

    // MIGRATIONS_DATABASE_URL; empty: of a transaction pooler, its port 5432 is tried.
    secret session_url;

    // What there is, and what we will take of it.
    std::optional<supabase_tier> tier;  // nullopt: not Supabase's, no quota known
    int instances{1};
    int connections_each{4};  // pool + overflow of one instance

    std::function<void(std::string_view)> step;    // what is being done: for a progress line
    std::function<void(std::string_view)> detail;  // attempts, addresses, answers; no secret
};

// Throws nothing that a database can cause: a connection that fails is a finding, too. Blocks:
// a few round trips, at most some ten limits.
findings check_database(postgres::conninfo where, check_options const& options = {});

// The same with the URL as configured: one that cannot be read is a finding that says how its
// password must be written.
findings check_database(secret const& url, check_options const& options = {});

}  // namespace agente::operations
