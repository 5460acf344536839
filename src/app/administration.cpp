#include "app/administration.hpp"

#include <thread>

#include "app/identity_settings.hpp"
#include "booking/lock_routes.hpp"
#include "identity/routes.hpp"
#include "tenancy/flag_routes.hpp"
#include "tenancy/identifier_routes.hpp"
#include "tenancy/tenant_routes.hpp"

namespace agente::app {

administration::administration(asio::io_context& loop, postgres::database& database,
                               redis::connection& redis, net::cpu_pool& hashing, clock const& time,
                               settings const& s, telemetry::metrics& metrics)
    : sealed(settings_keys(s)), flags(redis, time),
      people(loop, database, redis, hashing, sealed, time, identity_options(s), metrics),
      tenants(database, sealed, flags, people.events), identifiers(database, people.events),
      switches(flags, database, people.events), locks(redis, database, time) {}

void administration::add_routes(http::router& routes) {
    identity::add_routes(routes, people);
    tenancy::add_tenant_routes(routes, tenants);
    tenancy::add_identifier_routes(routes, identifiers);
    tenancy::add_flag_routes(routes, switches);
    booking::add_lock_routes(routes, locks);
}

net::cpu_pool_options hashing_options(settings const& s) {
    auto const cores = std::max(1u, std::thread::hardware_concurrency());
    return {.threads = s.hashing_threads > 0 ? static_cast<std::size_t>(s.hashing_threads) : cores};
}

}  // namespace agente::app
