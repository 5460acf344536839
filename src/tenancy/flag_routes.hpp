// /api/v1/admin/feature-flags over HTTP. Added to the router by app.
#pragma once

#include "http/router.hpp"

namespace agente::tenancy {

class flag_service;

// `flags` outlives the router.
void add_flag_routes(http::router& routes, flag_service& flags);

}  // namespace agente::tenancy
