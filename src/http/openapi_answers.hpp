// What an operation can be answered with, as OpenAPI says it: its own answers and every problem
// document. Private to http/openapi.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "http/router.hpp"

namespace agente::http {

boost::json::object problem_schema();    // components/schemas/problem
boost::json::object common_responses();  // components/responses: problems that any request may meet
boost::json::object common_headers();    // components/headers: always there where they are named

// By status. A status may have both an answer of the route and a problem document, of different
// content types.
boost::json::object responses_of(route const& r, guard_duties const& duties);

// {type: {schema, example}}; without what is empty.
boost::json::object content(std::string const& type, boost::json::object const& schema,
                            boost::json::value const& example);

}  // namespace agente::http
