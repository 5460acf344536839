// What is known about a route beside its handler: limits, rights, and its documentation. Written by
// hand for raw routes, made from structs for typed endpoints (http/endpoint.hpp); read by the
// server, the router's guard and http/openapi.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace agente::http {

struct limits {
    std::size_t most_body{64 * 1024};  // bytes; past it 413 before the body is read
    std::chrono::milliseconds deadline{
        30'000};  // of the handler; past it the handler is cancelled and the client gets 503
    // Cancel the handler when the client hangs up. Unset: yes for GET and HEAD, no for methods that
    // change something.
    std::optional<bool> cancel_on_hang_up{};
};

// How often one caller may use a route. Counted and refused (429) by the router's guard. Of
// accounts and tenants only routes with a scope know.
struct rate_limit {
    enum class by { address, account, tenant };
    by who{by::address};
    int requests{60};
    std::chrono::seconds per{60};
};

// A problem document that callers must expect: its status, its stable code, and when it comes.
struct problem_doc {
    // Not explicit, so that a list of problems may name statuses only.
    problem_doc(int with, std::string its_code = {}, std::string comes_when = {})
        : status(with), code(std::move(its_code)), when(std::move(comes_when)) {}

    int status;
    std::string code;
    std::string when;
};

struct parameter_doc {
    std::string name;
    std::string in{"query"};  // path, query or header
    std::string description;
    bool required{false};
    boost::json::object schema{{"type", "string"}};
};

struct body_doc {
    std::string content_type{"application/json"};
    std::string description;
    boost::json::object schema;  // empty: any
    boost::json::value example;  // null: none
    bool required{true};
};

struct response_doc {
    int status{200};
    std::string description{"Done"};
    std::string content_type;    // empty: no body
    boost::json::object schema;  // empty: any
    boost::json::value example;
    bool location{false};  // says where what was added is
};

struct route_doc {
    std::string summary;
    http::limits limits{};
    std::string scope;  // what the caller must be allowed to; empty: anybody. Checked by the
                        // router's guard.
    std::vector<rate_limit> rates;
    std::string description;
    std::vector<std::string> tags;
    std::vector<parameter_doc> parameters;
    std::optional<body_doc> body;
    std::vector<response_doc> responses;
    std::vector<problem_doc> problems;  // of the handler itself; openapi adds the server's
    boost::json::object schemas;        // components this route refers to
    bool hidden{false};                 // not in the OpenAPI document
};

}  // namespace agente::http
