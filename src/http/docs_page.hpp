// /openapi.json as a page for people (web/docs/), part of the program. Served by app at /docs.
#pragma once

#include "http/router.hpp"

namespace agente::http {

// GET /docs: one HTML file with its own script and style, which fetches /openapi.json of the same
// host and nothing else; its Content-Security-Policy allows nothing else either.
void add_docs_route(router& routes);

}  // namespace agente::http
