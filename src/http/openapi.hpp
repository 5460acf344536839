// The OpenAPI 3.1 document of a router, from what each route says of itself. Served by app at
// /openapi.json.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "http/router.hpp"

namespace agente::http {

struct api_info {
    std::string title;
    std::string version;
    std::string description;
    std::vector<std::string> servers{};  // URLs; empty: wherever the document was fetched
    boost::json::object extensions{};    // more members of the document: "x-…" only
};

// Every route that is not hidden, with its parameters, body, answers, limits and problems: its own,
// the guard's, and those that the server answers any request with. Path parameters that a route
// does not describe are described as texts.
boost::json::object openapi(router const& routes, api_info const& info);

// GET /openapi.json. The document is made when it is first asked for, and so has every route of the
// router, itself included.
void add_openapi_route(router& routes, api_info info);

}  // namespace agente::http
