// A JSON body read strictly, because two readers that understand a body differently are a hole.
// Used by typed endpoints.
#pragma once

#include <boost/json/value.hpp>
#include <string_view>

#include "base/result.hpp"
#include "http/problem.hpp"

namespace agente::http {

inline constexpr std::size_t most_json_depth = 32;

// Refuses beyond what JSON itself forbids: duplicate names, NUL in texts, numbers too large for a
// double, invalid UTF-8, nesting past most_json_depth. The message of the error says where: "at
// byte 17", "#/guests/0/name". Errors: "http.body_empty", "http.body_not_json",
// "http.body_too_deep", "http.body_ambiguous".
result<boost::json::value> parse_json(std::string_view text);

// The JSON body of a request. Throws status_failure 415 for another content type, and
// failure(invalid) as parse_json.
boost::json::value json_body(request const& r);

bool is_json_type(std::string_view content_type) noexcept;  // application/json, application/…+json;
                                                            // charset utf-8 or none

}  // namespace agente::http
