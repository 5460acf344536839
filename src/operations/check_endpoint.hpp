// What stands behind the URL and how the way there is protected: the part of `check` that needs no
// SQL.
#pragma once

#include "operations/endpoint.hpp"
#include "operations/finding.hpp"
#include "postgres/command_connection.hpp"

namespace agente::operations {

// `behind_pooler`: the server's process is not the one told at the sign-in.
finding judge_endpoint(endpoint const& at, bool behind_pooler);
findings judge_tls(postgres::tls_state const& tls, endpoint const& at, std::string const& address,
                   time_point now);

// The same without looking at the certificate; encryption stays as the URL asks for it.
postgres::conninfo without_verification(postgres::conninfo where);

}  // namespace agente::operations
