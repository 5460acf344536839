// The request target taken apart (RFC 9112, 3.2): path, query, and their percent-encoding. Used by
// the parser and the router.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace agente::http {

struct split_target {
    std::string_view path;   // still encoded; "*" for the asterisk form
    std::string_view query;  // without the question mark
};

// Takes the origin form ("/a?b"), the absolute form ("http://host/a?b") and the asterisk form.
// nullopt: none of these.
std::optional<split_target> split(std::string_view target);

// nullopt: a bad escape, NUL, or bytes that are not UTF-8 once decoded.
std::optional<std::string> percent_decode(std::string_view encoded, bool plus_is_space);

// "a=1&b=x+y"; empty pieces are skipped. nullopt as percent_decode.
std::optional<parameters> parse_query(std::string_view query);

}  // namespace agente::http
