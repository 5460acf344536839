// /api/v1/admin/tenants/{slug}/identifiers over HTTP. Added to the router by app.
#pragma once

#include "http/router.hpp"

namespace agente::tenancy {

class identifier_service;

// `identifiers` outlives the router.
void add_identifier_routes(http::router& routes, identifier_service& identifiers);

}  // namespace agente::tenancy
