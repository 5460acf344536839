// Requests and responses as plain values: what a handler sees of HTTP. Used by everything that
// serves or simulates HTTP.
#pragma once

#include <any>
#include <boost/json/fwd.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace agente::http {

using header_list = std::vector<std::pair<std::string, std::string>>;

// Decoded query parameters in the order they came; a name may come several times.
class parameters {
public:
    parameters() = default;
    explicit parameters(std::vector<std::pair<std::string, std::string>> items)
        : items_(std::move(items)) {}

    std::optional<std::string_view> find(std::string_view name) const;  // the first of that name
    std::vector<std::string_view> all(std::string_view name) const;
    std::vector<std::pair<std::string, std::string>> const& items() const noexcept {
        return items_;
    }
    bool empty() const noexcept { return items_.empty(); }
    void add(std::string name, std::string value) {
        items_.emplace_back(std::move(name), std::move(value));
    }

private:
    std::vector<std::pair<std::string, std::string>> items_;
};

struct request {
    std::string method;          // as sent: "GET"
    std::string target;          // as sent, with the query, still encoded
    std::string path;            // as sent, without the query, still encoded
    http::parameters query;      // decoded
    header_list headers;         // names in lower case, in the order they came
    std::string body;            // raw bytes, at most the route's limit
    std::string remote_address;  // without the port
    std::string id;  // of this request, for logs: X-Request-Id when it was sane, else made
    std::map<std::string, std::string> path_params;  // decoded; valid UTF-8 without NUL
    std::string_view route;      // the pattern that matched, "/things/{id}"; empty when none did
    std::any principal;          // who asks; set by the router's guard
    header_list answer_headers;  // set by the guard: sent with the answer, whatever it becomes
    int version{11};             // 10 or 11

    // The first value of the header, whatever the case of `name`; empty when it is missing.
    std::string_view header(std::string_view name) const noexcept;
    bool has_header(std::string_view name) const noexcept;
};

struct response {
    int status{200};
    std::string content_type;  // empty: no Content-Type header is sent
    std::string body;
    header_list headers;  // sent as they are, after the server's own; a name given here replaces
                          // the server's default

    // What only simulators and a few raw routes need.
    bool close{false};      // the connection ends after this answer
    bool http_1_0{false};   // the status line says HTTP/1.0, and the connection ends
    bool no_length{false};  // no Content-Length: the end of the connection ends the body
    bool hang_up{
        false};  // nothing is sent at all: the connection is cut, as a server that died would

    response& set(std::string name, std::string value);      // adds a header; returns *this
    response& replace(std::string name, std::string value);  // takes those of that name away first
};

response text_response(std::string body, int status = 200);  // text/plain; charset=utf-8
response json_response(boost::json::value const& body, int status = 200);
response empty_response(int status = 204);

bool same_name(std::string_view a,
               std::string_view b) noexcept;  // header names: ASCII case does not count
std::string_view reason_phrase(
    int status) noexcept;  // "Not Found"; "Unknown" for a code nobody registered

}  // namespace agente::http
