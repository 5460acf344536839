// Checks a JSON value against the JSON Schema keywords that this project emits. Any other keyword
// is a violation itself, so that nothing is emitted which these tests do not understand.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <vector>

namespace agente::http::test {

// `document` resolves "#/…" references. Empty: the value fits.
std::vector<std::string> violations(boost::json::value const& schema,
                                    boost::json::value const& value,
                                    boost::json::value const& document);

// Every "$ref" below `node` that leads nowhere.
std::vector<std::string> dangling_references(boost::json::value const& node,
                                             boost::json::value const& document);

// Every example, default and list of examples below `node` that its schema refuses, with the
// reason; `seen` counts those looked at.
std::vector<std::string> unfit_examples(boost::json::value const& document, std::size_t& seen);

}  // namespace agente::http::test
