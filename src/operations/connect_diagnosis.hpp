// Why a connection did not come about, and what to do: from what the URL says and what libpq, the
// resolver or the server answered. Pure; used by `check`.
#pragma once

#include <optional>
#include <string>

#include "operations/endpoint.hpp"
#include "operations/finding.hpp"
#include "postgres/certificate.hpp"
#include "postgres/error.hpp"

namespace agente::operations {

// What is known before anything is sent.
struct connect_facts {
    endpoint at;
    std::string user, database;
    std::string tls_mode;                   // sslmode; empty: not given
    std::string root;                       // sslrootcert; empty: not given
    std::string address;                    // hostaddr; empty: not given
    std::optional<std::size_t> odd_escape;  // of the password, see url_notes.hpp

    bool names_project() const { return !at.project_ref.empty(); }
};

connect_facts connect_facts_of(postgres::conninfo const& where);

struct connect_failure {
    std::string sqlstate;  // empty: not a report of the server
    std::string code;      // ours: "postgres.connect_timeout"
    std::string said;      // in the words of libpq, the resolver or the server
    // What the server showed when its certificate was not accepted.
    std::optional<postgres::certificate_facts> certificate;
};

connect_failure connect_failure_of(postgres::error const& wrong);

// A fault; its `check` begins with "connect." and says which case it is: "connect.password".
finding diagnose(connect_facts const& facts, connect_failure const& failure, time_point now);

// Trying again soon does harm: the server or pooler counts refused passwords.
bool counts_against_us(finding const& diagnosed);

}  // namespace agente::operations
