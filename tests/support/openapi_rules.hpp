// The rules of OpenAPI 3.1 (spec.openapis.org/oas/v3.1.0) that a program can check: which members
// an object may and must have, names that must be unique, what must be declared where. Schemas and
// examples: http/schema_check.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

namespace agente::support {

// Each names the place. Empty: nothing is wrong.
std::vector<std::string> openapi_violations(boost::json::value const& document);

}  // namespace agente::support
