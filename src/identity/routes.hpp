// The HTTP side of identity: /api/v1/auth, /.well-known/jwks.json, /api/v1/admin/users,
// /api/v1/admin/security-events.
#pragma once

#include "http/router.hpp"
#include "identity/service.hpp"

namespace agente::identity {

// `with` must outlive `routes`.
void add_routes(http::router& routes, service& with);  // all of them

void add_auth_routes(http::router& routes, service& with);      // sign-in, tokens, keys
void add_session_routes(http::router& routes, service& with);   // listed and ended
void add_account_routes(http::router& routes, service& with);   // one's password, second factor
void add_user_routes(http::router& routes, service& with);      // administering people
void add_security_routes(http::router& routes, service& with);  // what happened

}  // namespace agente::identity
