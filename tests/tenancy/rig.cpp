#include "tenancy/rig.hpp"

#include <fmt/format.h>

namespace agente::tenancy::test {
namespace {

using rights = std::vector<std::string_view>;  // sorted

rights const all_rights{"flags:read",    "flags:write",    "identifiers:read", "identifiers:write",
                        "locks:read",    "platform:flags", "platform:tenants", "platform:users",
                        "security:read", "tenants:read",   "tenants:write",    "users:read",
                        "users:write"};
rights const owner_rights{"flags:read", "flags:write",   "identifiers:read", "identifiers:write",
                          "locks:read", "security:read", "tenants:read",     "tenants:write",
                          "users:read", "users:write"};
rights const viewer_rights{"tenants:read"};

redis::options redis_options() {
    auto out = redis::parse_url(support::redis().url()).value();
    out.reconnect = {std::chrono::milliseconds(5), std::chrono::milliseconds(20)};
    return out;
}

}  // namespace

caller_ptr somebody(std::string const& who, security_log& log) {
    authentication::facts known{.user_id = "id-of-" + who, .log = &log};
    if (who == "operator") {
        known.platform = true;
        known.rights = &all_rights;
    } else {
        auto const at = who.find('@');
        known.role = who.substr(0, at);
        known.tenant = who.substr(at + 1);
        known.rights = known.role == "viewer" ? &viewer_rights : &owner_rights;
    }
    return authentication::caller_for(std::move(known));
}

rig::rig()
    : url(support::fresh_database()), database(loop, support::pool_options(url), metrics),
      redis(loop, redis_options(), metrics), work_(loop.get_executor()),
      thread_([this] { loop.run(); }) {
    run(database.start());
    run(redis.start());
    std::vector<std::string> const flush{"FLUSHALL"};
    run([this, flush]() -> task<> { co_await redis.command(flush); }());
    routes.set_guard(
        [this](http::request& r, http::route const& route) -> task<void> {
            auto const who = std::string(r.header("x-test-caller"));
            if (!who.empty()) r.principal = somebody(who, events);
            if (!route.doc.scope.empty() && !caller_of(r).may(route.doc.scope))
                throw failure(error(error_kind::forbidden, "auth.forbidden", "not yours"));
            co_return;
        },
        {.scopes = true,
         .rates = true,
         .problems = {{401, "auth.required"}, {403, "auth.forbidden"}}});
}

rig::~rig() {
    if (server_) run(server_->stop(std::chrono::milliseconds(0)));
    run(redis.stop());
    run(database.stop());
    work_.reset();
    loop.stop();
    thread_.join();
}

void rig::listen() {
    run([this]() -> task<> {
        server_ = std::make_unique<http::server>(
            loop, routes, http::server_options{.access_log = false}, metrics);
        port_ = server_->listen("127.0.0.1", 0);
        co_return;
    }());
}

unsigned short rig::port() {
    if (!server_) listen();
    return port_;
}

answer rig::ask(std::string const& who, std::string const& method, std::string const& target,
                std::string const& body) {
    auto const to = port();
    auto bytes = fmt::format("{} {} HTTP/1.1\r\nHost: test\r\n", method, target);
    if (!who.empty()) bytes += "X-Test-Caller: " + who + "\r\n";
    if (!body.empty())
        bytes +=
            fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n", body.size());
    auto const got = http::test::once(to, bytes + "\r\n" + body);
    answer out{.status = got.status, .body = nullptr, .text = got.body};
    if (!got.body.empty()) out.body = json::parse(got.body);
    return out;
}

}  // namespace agente::tenancy::test
