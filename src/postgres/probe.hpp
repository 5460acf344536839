// May several Syncs be in flight on this endpoint? Only on a server's own: a pooler that hands
// out server connections by the transaction may take one away between a Sync's answer and the rest
// of the next batch. PgBouncer 1.18 does, and gives the answers to whoever comes next
// (github.com/pgbouncer/pgbouncer/issues/759); Supavisor before 2.10 drops or crosses them
// (github.com/supabase/supavisor/issues/1061). Used by the pool and by `check`.
#pragma once

#include "postgres/session.hpp"

namespace agente::postgres {

struct probe_verdict {
    bool passed;
    std::string why;      // a sentence for people
    std::string heard{};  // what came back, in order
};

// Signs in once more, sends `select pg_backend_pid()`, `select 1`, `select pg_sleep(0.2)`,
// `select 2` with a Sync each, waits at most 3 s for the answers, and closes the connection
// whatever came. A pooler tells its clients a process id of its own at the sign-in. Throws
// postgres::error when it cannot sign in.
task<probe_verdict> probe_pipeline(conninfo where, std::chrono::milliseconds connect_timeout);

// The same for what every pooler must stand: sixteen statements before one Sync, the first of
// which sets a value for their transaction and the last of which reads it.
task<probe_verdict> probe_one_sync(conninfo where, std::chrono::milliseconds connect_timeout);

}  // namespace agente::postgres
