// Settings turned into the options of the libraries that connect to something. Used by worker, demo
// and the commands.
#pragma once

#include "app/settings.hpp"
#include "base/result.hpp"
#include "postgres/options.hpp"
#include "redis/options.hpp"

namespace agente::app {

// This worker's share of the pool: at least one connection, the rest spread evenly over the
// workers.
result<postgres::options> database_options(
    settings const& s, std::size_t worker,
    std::shared_ptr<postgres::auth_budget> authentication = {});

result<redis::options> redis_options(settings const& s);

}  // namespace agente::app
