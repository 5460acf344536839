// Whether a Redis can carry the service: used by `redis check` and `preflight`.
#pragma once

#include "operations/finding.hpp"
#include "redis/options.hpp"

namespace agente::operations {

// Connects, does what the service does with Redis (keys, a hash, a script by its SHA1) under keys
// of its own that are deleted again, and looks at how the server is kept. Whatever Redis says or
// does not say becomes a finding. Blocks, at most some deadlines of `with`.
findings check_redis(redis::options with);

}  // namespace agente::operations
