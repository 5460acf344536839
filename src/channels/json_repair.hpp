// JSON from outside made fit for a strict parser and for jsonb. Used by the channels' parsers.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace agente::channels {

// Invalid UTF-8 and escaped halves of surrogate pairs (\ud83d without \ude00) become U+FFFD. The
// rest stays as it is.
std::string repair_json_text(std::string_view json);

// A copy whose strings and member names hold no NUL, which jsonb cannot store.
boost::json::value scrubbed(boost::json::value const& v);

}  // namespace agente::channels
