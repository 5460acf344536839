// The door of every route: host names, who may see metrics, rate limits, who asks, and whether they
// may. Used by app/worker.
#pragma once

#include <functional>

#include "app/access_rules.hpp"
#include "base/crypto.hpp"
#include "base/secret.hpp"
#include "http/router.hpp"
#include "redis/rate_limiter.hpp"
#include "tenancy/caller.hpp"

namespace agente::app {

// Who sends this request. Throws failure unauthenticated without a token that is good, and
// forbidden for who may only do something else first (change the password).
using authenticate = std::function<task<tenancy::caller_ptr>(http::request const&)>;

struct edge_options {
    host_rules hosts{{}};
    address_rules scrapers;  // who may read /metrics
    secret
        key;  // of the hashes that stand for addresses and accounts in Redis; the same everywhere
    std::vector<http::problem_doc> authentication_problems;  // what `authenticate` refuses with
};

class edge_guard {
public:
    // `rates` must outlive it.
    edge_guard(redis::rate_limiter& rates, authenticate who, edge_options options)
        : rates_(rates), who_(std::move(who)), options_(std::move(options)), key_(options_.key) {}

    // For router::set_guard(). It refers to *this.
    http::guard guard();
    http::guard_duties duties() const;

    // 403 http.host | metrics.address; 429 http.rate_limited with Retry-After; what `authenticate`
    // throws; 403 auth.forbidden. Sets request.principal for a route with a scope, and
    // request.answer_headers for one with rate limits: RateLimit-Limit, -Remaining, -Reset and
    // -Policy of the tightest (draft-ietf-httpapi-ratelimit-headers). The token is checked first,
    // which costs no round trip, so that one round trip counts by address, account and tenant
    // alike; but a request that the limits refuse hears that, whatever its token is.
    task<> pass(http::request& r, http::route const& to);

private:
    void check_place(http::request const& r, http::route const& to) const;
    task<> count(http::request& r, http::route const& to, tenancy::caller const* who);
    std::string bucket(http::route const& to, http::rate_limit const& limit, http::request const& r,
                       tenancy::caller const* who) const;

    redis::rate_limiter& rates_;
    authenticate who_;
    edge_options options_;
    crypto::hmac_key key_;
};

}  // namespace agente::app
