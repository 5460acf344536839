// /api/v1/auth: signing in and out, and the sessions one has. /.well-known/jwks.json.
#pragma once

#include "http/router.hpp"
#include "identity/service.hpp"

namespace agente::identity {

// `with` must outlive `routes`.
void add_auth_routes(http::router& routes, service& with);

}  // namespace agente::identity
