// What people and operators administer: accounts, hotels, flags, locks. One set of services, which
// the HTTP API and the command line share. Made by worker and by the commands.
#pragma once

#include "app/settings.hpp"
#include "booking/lock_view.hpp"
#include "http/router.hpp"
#include "identity/service.hpp"
#include "tenancy/feature_flags.hpp"
#include "tenancy/flag_service.hpp"
#include "tenancy/identifier_service.hpp"
#include "tenancy/sealer.hpp"
#include "tenancy/tenant_service.hpp"

namespace agente::app {

// In the order of construction. References must outlive it; it belongs to the loop's thread.
struct administration {
    // Throws failure for settings that cannot work; identity_problems() names them before.
    administration(asio::io_context& loop, postgres::database& database, redis::connection& redis,
                   net::cpu_pool& hashing, clock const& time, settings const& s,
                   telemetry::metrics& metrics);

    void add_routes(http::router& routes);
    task<> stop(std::chrono::milliseconds most) { return people.stop(most); }

    tenancy::sealer sealed;
    tenancy::feature_flags flags;
    identity::service people;
    tenancy::tenant_service tenants;
    tenancy::identifier_service identifiers;
    tenancy::flag_service switches;
    booking::lock_view locks;
};

// As many threads as HASHING_THREADS says, or cores.
net::cpu_pool_options hashing_options(settings const& s);

}  // namespace agente::app
