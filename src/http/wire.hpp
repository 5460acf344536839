// A response as bytes. No I/O. Used by the connection.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace agente::http {

struct wire_options {
    header_list const* default_headers{
        nullptr};                 // each is left out when the response has one of that name
    std::string_view date;        // IMF-fixdate
    std::string_view request_id;  // empty: no X-Request-Id
    bool keep_alive{true};
    bool say_keep_alive{false};  // HTTP/1.0 clients must be told
};

// The status line and headers, with the empty line. Throws std::logic_error for a status outside
// 200..999 and for a header name or value with a control character, which would let its text become
// headers of its own.
std::string response_head(response const& answer, wire_options const& options);

bool has_body(int status) noexcept;  // not 204 and 304

std::string imf_fixdate(std::chrono::sys_seconds at);  // "Sun, 06 Nov 1994 08:49:37 GMT"

}  // namespace agente::http
