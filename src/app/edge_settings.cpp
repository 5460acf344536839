#include "app/edge_settings.hpp"

#include "base/crypto.hpp"
#include "http/client_address.hpp"

namespace agente::app {

result<http::server_options> edge_server_options(settings const& s) {
    http::server_options out;
    out.default_headers = http::api_headers(std::chrono::seconds(s.https_only_seconds));
    auto proxies = http::address_blocks::make("TRUSTED_PROXIES", s.trusted_proxies);
    if (!proxies) return proxies.error();
    if (!proxies->empty())
        out.remote_address =
            [client = http::client_address(std::move(*proxies),
                                           s.trusted_proxy_header == "forwarded"
                                               ? http::forwarding_header::forwarded
                                               : http::forwarding_header::x_forwarded_for)](
                std::string const& peer, http::request const& r) { return client.of(peer, r); };
    if (!s.cors_allowed_origins.empty()) {
        auto pages = http::cors::make("CORS_ALLOWED_ORIGINS", s.cors_allowed_origins);
        if (!pages) return pages.error();
        out.cross_origin = std::make_shared<http::cors const>(std::move(*pages));
    }
    return out;
}

result<edge_options> edge_guard_options(settings const& s,
                                        std::vector<http::problem_doc> authentication_problems) {
    auto scrapers = address_rules::make(s.metrics_allowed_ips);
    if (!scrapers) return scrapers.error();
    return edge_options{.hosts = host_rules(s.allowed_hosts),
                        .scrapers = std::move(*scrapers),
                        .key = secret(crypto::hmac_sha256(s.secret_key, "rate limits")),
                        .authentication_problems = std::move(authentication_problems)};
}

std::vector<std::string> edge_problems(settings const& s) {
    std::vector<std::string> out;
    if (auto const server = edge_server_options(s); !server)
        out.push_back(server.error().message());
    if (auto const door = edge_guard_options(s, {}); !door) out.push_back(door.error().message());
    return out;
}

std::vector<std::string> documented_servers(settings const& s) {
    if (s.public_url.empty()) return {};
    return {s.public_url};
}

}  // namespace agente::app
