// /api/v1/admin/tenants: hotels and their settings over HTTP. Added to the router by app.
#pragma once

#include "http/router.hpp"

namespace agente::tenancy {

class tenant_service;

// `tenants` outlives the router. Every route declares its right; the router's guard checks it.
void add_tenant_routes(http::router& routes, tenant_service& tenants);

}  // namespace agente::tenancy
