// Signing in without blocking the loop: names resolved by Asio, libpq's handshake step by step.
// Used by the pool and the probe.
#pragma once

#include <chrono>
#include <memory>

#include "net/task.hpp"
#include "postgres/conninfo.hpp"
#include "postgres/error.hpp"

struct pg_conn;  // libpq's PGconn

namespace agente::postgres {

struct finish_session {
    void operator()(pg_conn* session) const noexcept;
};
using session = std::unique_ptr<pg_conn, finish_session>;

// A session in pipeline mode, non-blocking. Throws postgres::error of kind unavailable: with the
// server's SQLSTATE when it refused (28P01: the password), with code postgres.connect_timeout or
// postgres.unreachable otherwise. `attempt` turns the list of the host's addresses, so that one
// that swallows packets is not always the first.
task<session> sign_in(conninfo where, std::chrono::milliseconds limit, unsigned attempt);

}  // namespace agente::postgres
