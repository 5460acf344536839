// /api/v1/admin/tenants: hotels and their settings over HTTP. Added to the router by app.
#pragma once

#include "http/router.hpp"
#include "tenancy/tenant_service.hpp"

namespace agente::tenancy {

// `tenants` outlives the router. Every route declares its right; the router's guard checks it.
void add_tenant_routes(http::router& routes, tenant_service& tenants);

// The body of POST, for the command line too. Throws http::invalid_fields.
struct new_tenant {
    std::string slug;
    tenant_change what;
};
new_tenant read_new_tenant(boost::json::object const& document);

// The body of PATCH, for the command line too. Throws http::invalid_fields.
tenant_change read_tenant_change(boost::json::object document);

}  // namespace agente::tenancy
