// Does this endpoint answer several Syncs in flight, each with its own rows, in order? Poolers in
// the field do not (Supavisor before 2.10 drops or crosses them:
// github.com/supabase/supavisor/issues/1061). Used by the pool's `automatic` mode and by `check`.
#pragma once

#include "postgres/session.hpp"

namespace agente::postgres {

struct probe_verdict {
    bool passed;
    std::string why;  // a sentence for people
};

// Signs in once more, sends `select 1`, `select pg_sleep(0.2)`, `select 2` with a Sync each, waits
// at most 3 s for the answers, and closes the connection whatever came. Throws postgres::error when
// it cannot sign in.
task<probe_verdict> probe_pipeline(conninfo where, std::chrono::milliseconds connect_timeout);

}  // namespace agente::postgres
