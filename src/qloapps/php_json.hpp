// JSON as PHP's json_encode writes it by default: no spaces, "/" escaped, everything beyond ASCII
// as \uXXXX, whole floats without a fraction. Used by the simulator and by tests that compare with
// recorded answers.
#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace agente::qloapps {

std::string php_json(boost::json::value const& document);

}  // namespace agente::qloapps
