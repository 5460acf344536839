// How long rows are kept, from the settings; and the service's daily clean-up by it.
#pragma once

#include <string>

#include "app/settings.hpp"
#include "net/task.hpp"
#include "operations/cleanup.hpp"
#include "redis/connection.hpp"
#include "telemetry/metrics.hpp"

namespace agente::app {

operations::retention retention_of(settings const& s);

// Once a day, by whichever instance is first to say so in Redis: true when it was this one and all
// went well. A run that fails is due again ten minutes later, anywhere.
task<bool> clean_up_when_due(postgres::database& database, redis::connection& redis,
                             std::string instance, operations::retention keep,
                             telemetry::metrics& metrics);

// The same for ever.
task<> daily_cleanup(postgres::database& database, redis::connection& redis, std::string instance,
                     operations::retention keep, telemetry::metrics& metrics);

}  // namespace agente::app
