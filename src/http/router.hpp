// Which handler answers which request, and what is known about each route. Filled once at start by
// app/ and by simulators.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"
#include "net/task.hpp"

namespace agente::http {

// The request outlives the returned task. Throw agente::failure for a problem document of its kind;
// any other exception becomes a 500 without details and a line in the log.
using handler = std::function<task<response>(request const&)>;

struct limits {
    std::size_t most_body{64 * 1024};  // bytes; past it 413 before the body is read
    std::chrono::milliseconds deadline{
        30'000};  // of the handler; past it the handler is cancelled and the client gets 503
    // Cancel the handler when the client hangs up. Unset: yes for GET and HEAD, no for methods that
    // change something.
    std::optional<bool> cancel_on_hang_up{};
};

// The documentation of a raw route; typed endpoints (http/endpoint.hpp) fill it from their structs.
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
};

struct route_doc {
    std::string summary;
    http::limits limits{};
    std::string scope;  // what the caller must be allowed to; empty: anybody. Checked by the
                        // router's guard.
    std::string description;
    std::vector<std::string> tags;
    std::vector<parameter_doc> parameters;
    std::optional<body_doc> body;
    std::vector<response_doc> responses;
    std::vector<int> problems;    // statuses of problem documents the handler itself answers with
    boost::json::object schemas;  // components this route refers to
    bool hidden{false};           // not in the OpenAPI document
};

struct route {
    std::string method;
    std::string pattern;
    http::handler handle;
    route_doc doc;
    std::vector<std::string> names;  // of the pattern's parameters, in order
    std::size_t index{0};            // position in router::routes()
};

// Runs after the header was read and before the body is. May fill request.principal. Throws
// failure(unauthenticated or forbidden) when the caller may not use the route; called for every
// route, with or without scope.
using guard = std::function<task<void>(request&, route const&)>;

// Not thread-safe while it is filled; matching is const. A trailing slash does not count:
// "/things/" is "/things", without a redirect, which senders of webhooks do not follow. HEAD is
// answered by GET, OPTIONS by the router.
class router {
public:
    router();
    ~router();
    router(router const&) = delete;
    router& operator=(router const&) = delete;

    // `pattern` is "/", "/things" or "/things/{id}/parts/{part}"; a parameter is a whole segment.
    // Throws std::logic_error for a malformed pattern and for a method and pattern that are there
    // already.
    void add(std::string method, std::string pattern, handler h, route_doc doc = {});

    void set_guard(guard g) { guard_ = std::move(g); }
    guard const& guarded_by() const noexcept { return guard_; }

    // Answers what no route matches, instead of the 404 and 405 problems: for simulators.
    void set_fallback(handler h) { fallback_ = std::move(h); }
    handler const& fallback() const noexcept { return fallback_; }

    struct match {
        enum class kind { found, no_such_path, no_such_method, malformed } what{kind::no_such_path};
        http::route const* route{nullptr};
        std::map<std::string, std::string> path_params;
        std::string allow;  // for the Allow header: the methods of that path
    };
    // `path` is still percent-encoded. malformed: a bad escape, or an escape that hides NUL or
    // invalid UTF-8.
    match find(std::string_view method, std::string_view path) const;

    std::vector<std::unique_ptr<route>> const& routes() const noexcept { return routes_; }

    // Throws std::logic_error when a route wants a scope and no guard could check it. Servers call
    // it.
    void check() const;

private:
    struct node;
    std::unique_ptr<node> root_;
    std::vector<std::unique_ptr<route>> routes_;
    guard guard_;
    handler fallback_;
};

}  // namespace agente::http
