// /api/v1/admin/locks over HTTP. Added to the router by app.
#pragma once

#include "http/router.hpp"

namespace agente::booking {

class lock_view;

// `locks` outlives the router.
void add_lock_routes(http::router& routes, lock_view& locks);

}  // namespace agente::booking
