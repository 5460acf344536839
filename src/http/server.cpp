#include "http/server.hpp"

#include "http/server_core.hpp"

namespace agente::http {

header_list api_headers(std::chrono::seconds https_only) {
    header_list all{{"Cache-Control", "no-store"},
                    {"X-Content-Type-Options", "nosniff"},
                    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
                    {"X-Frame-Options", "DENY"},
                    {"Referrer-Policy", "no-referrer"}};
    if (https_only.count() > 0)
        all.emplace_back("Strict-Transport-Security",
                         "max-age=" + std::to_string(https_only.count()));
    return all;
}

server::server(asio::io_context& loop, router const& routes, server_options options,
               telemetry::metrics& metrics) {
    routes.check();
    core_ = std::make_shared<server_core>(loop, routes, std::move(options), metrics);
}

server::~server() { core_->abandon(); }

unsigned short server::listen(std::string const& address, unsigned short port) {
    return core_->listen(address, port);
}

task<> server::stop(std::chrono::milliseconds drain) {
    auto const core = core_;
    co_await core->stop(drain);
}

std::size_t server::connections() const noexcept { return core_->connections(); }
std::size_t server::in_flight() const noexcept { return core_->in_flight; }

}  // namespace agente::http
