// Which handler answers which request, and what is known about each route. Filled once at start by
// app/ and by simulators.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"
#include "http/route_doc.hpp"
#include "net/task.hpp"

namespace agente::http {

// The request outlives the returned task. Throw agente::failure for a problem document of its kind;
// any other exception becomes a 500 without details and a line in the log.
using handler = std::function<task<response>(request const&)>;

struct route {
    std::string method;
    std::string pattern;
    http::handler handle;
    route_doc doc;
    std::vector<std::string> names;  // of the pattern's parameters, in order
    std::size_t index{0};            // position in router::routes()
};

// Runs after the header was read and before the body is. May fill request.principal and
// request.answer_headers. Throws failure(unauthenticated, forbidden or rate_limited) when the
// caller may not use the route; called for every route, with or without scope.
using guard = std::function<task<void>(request&, route const&)>;

// What a guard answers for. A route that wants more keeps the server from starting.
struct guard_duties {
    bool scopes{false};                         // it refuses who lacks route_doc::scope
    bool rates{false};                          // it counts and refuses by route_doc::rates
    std::vector<problem_doc> problems{};        // it may answer any route with these
    std::vector<problem_doc> scope_problems{};  // and those with a scope with these
    std::vector<problem_doc> rate_problems{};   // and those with a rate limit with these
    // Names of common_headers() that it adds to every answer of those with a rate limit.
    std::vector<std::string> rate_headers{};
};

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

    void set_guard(guard g, guard_duties duties) {
        guard_ = std::move(g);
        duties_ = std::move(duties);
    }
    guard const& guarded_by() const noexcept { return guard_; }
    guard_duties const& duties() const noexcept { return duties_; }

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

    // Throws std::logic_error when a route declares a scope or a rate that no guard sees to, or a
    // rate that cannot be counted. Servers call it.
    void check() const;

private:
    struct node;
    std::unique_ptr<node> root_;
    std::vector<std::unique_ptr<route>> routes_;
    guard guard_;
    guard_duties duties_;
    handler fallback_;
};

}  // namespace agente::http
