#include "app/edge_guard.hpp"

#include "base/text.hpp"
#include "http/client_address.hpp"
#include "http/problem.hpp"
#include "tenancy/keys.hpp"

namespace agente::app {
namespace {

using by = http::rate_limit::by;

constexpr std::string_view any_signed_in = "session";

std::string_view word_for(by who) {
    switch (who) {
        case by::address: return "address";
        case by::account: return "account";
        case by::tenant: return "tenant";
    }
    return "";
}

std::string seconds(std::chrono::microseconds wait) {
    return std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count());
}

// "60;w=60, 1000;w=3600": each limit and its window in seconds.
std::string policy(std::vector<redis::rate> const& limits,
                   redis::rate_limiter::decision const& made) {
    std::string text;
    for (std::size_t i = 0; i < limits.size(); ++i)
        text +=
            fmt::format("{}{};w={}", i ? ", " : "", made.standings[i].limit, limits[i].per.count());
    return text;
}

http::status_failure too_often(redis::rate const& limit, std::string const& wait) {
    return http::status_failure(
        429,
        error(error_kind::rate_limited, "http.rate_limited",
              fmt::format("more than {} requests in {} seconds: try again in {} seconds",
                          limit.requests, limit.per.count(), wait)),
        {{"Retry-After", wait}});
}

}  // namespace

http::guard edge_guard::guard() {
    return [this](http::request& r, http::route const& to) { return pass(r, to); };
}

http::guard_duties edge_guard::duties() const {
    auto scope_problems = options_.authentication_problems;
    scope_problems.push_back(
        {401, "auth.required", "Nobody is signed in: the access token is missing"});
    scope_problems.push_back(
        {403, "auth.forbidden", "Who is signed in lacks the right that the route requires"});
    return {.scopes = true,
            .rates = true,
            .problems = {{403, "http.host", "The Host header names no host of this service"}},
            .scope_problems = std::move(scope_problems),
            .rate_problems = {{429, "http.rate_limited",
                               "A rate limit is reached; try again after Retry-After"}},
            .rate_headers = {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset",
                             "RateLimit-Policy"}};
}

void edge_guard::check_place(http::request const& r, http::route const& to) const {
    if (!options_.hosts.allow(r.header("host")))
        throw failure(error(error_kind::forbidden, "http.host",
                            "This service does not answer to this host name: see ALLOWED_HOSTS."));
    if (to.pattern == "/metrics" && !options_.scrapers.allow(r.remote_address))
        throw failure(error(error_kind::forbidden, "metrics.address",
                            "Metrics are not shown to this address: see METRICS_ALLOWED_IPS."));
}

task<> edge_guard::pass(http::request& r, http::route const& to) {
    check_place(r, to);
    auto const& right = to.doc.scope;
    tenancy::caller_ptr who;
    std::exception_ptr refused;
    if (!right.empty()) {
        try {
            who = co_await who_(r);
            if (!who)
                throw failure(
                    error(error_kind::unauthenticated, "auth.required",
                          "sign in: send the access token as Authorization: Bearer <token>"));
        } catch (failure const&) {
            refused = std::current_exception();
        }
    }
    if (!to.doc.rates.empty()) co_await count(r, to, who.get());
    if (refused) std::rethrow_exception(refused);
    if (!who) co_return;
    if (right != any_signed_in && !who->may(right))
        throw failure(error(error_kind::forbidden, "auth.forbidden",
                            fmt::format("this needs the right {}, which your role does not have: "
                                        "ask an owner of the hotel or an operator",
                                        right)));
    r.principal = std::move(who);
}

task<> edge_guard::count(http::request& r, http::route const& to, tenancy::caller const* who) {
    std::vector<redis::rate> limits;
    for (auto const& limit : to.doc.rates)
        if (who || limit.who == by::address)
            limits.push_back({bucket(to, limit, r, who), limit.requests, limit.per});
    if (limits.empty()) co_return;
    auto const made = co_await rates_.take(limits);
    auto const& shown = made.shown();
    r.answer_headers.emplace_back("RateLimit-Limit", std::to_string(shown.limit));
    r.answer_headers.emplace_back("RateLimit-Remaining", std::to_string(shown.remaining));
    r.answer_headers.emplace_back("RateLimit-Reset", seconds(shown.reset_after));
    r.answer_headers.emplace_back("RateLimit-Policy", policy(limits, made));
    if (made.allowed) co_return;
    auto refused = limits[made.tightest];
    refused.requests = shown.limit;
    throw too_often(refused, seconds(shown.retry_after));
}

// An operator of all hotels belongs to none, and counts as one.
std::string edge_guard::bucket(http::route const& to, http::rate_limit const& limit,
                               http::request const& r, tenancy::caller const* who) const {
    std::string whose;
    if (limit.who == by::address)
        whose = http::network_of_client(r.remote_address);
    else if (limit.who == by::tenant && who->hotel())
        whose = who->hotel()->slug();
    else
        whose = who->user_id();
    auto const hash = key_.sign(whose);
    return tenancy::keys::rate(to.method + " " + to.pattern,
                               fmt::format("{}/{}", word_for(limit.who), limit.per.count()),
                               text::hex(std::string_view(hash).substr(0, 16)));
}

}  // namespace agente::app
