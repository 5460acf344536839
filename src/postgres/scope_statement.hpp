// The only place where an `access` becomes SQL: one statement in front of every batch, local to its
// transaction.
#pragma once

#include "postgres/batch.hpp"

namespace agente::postgres {

// Sets everything the access means, also what it does not have: in a shared transaction a
// neighbour's settings would otherwise hold. `read_only`: a statement that writes fails with 25006.
statement scope_statement(access const& as, bool read_only,
                          std::chrono::milliseconds default_timeout);

}  // namespace agente::postgres
