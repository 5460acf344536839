// The HTTP/1 server of one worker: listens, reads requests within limits, calls the router's
// handlers, drains. Used by app/ and by simulators. Everything of one server runs on its event
// loop.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "http/cors.hpp"
#include "http/router.hpp"
#include "telemetry/metrics.hpp"

namespace agente::http {

// Sent with every answer unless the handler gave the same header: nosniff, no-store, no framing, no
// referrer, nothing that a page could load. `https_only` above zero: browsers keep to HTTPS that
// long (Strict-Transport-Security), which only a service behind TLS may ask for.
header_list api_headers(std::chrono::seconds https_only = std::chrono::seconds(0));

struct server_options {
    std::size_t most_connections{10'000};  // past it: 503 with Retry-After, then closed
    std::size_t most_in_flight{
        1'024};  // requests whose handler runs; past it: 503 with Retry-After
    std::size_t most_header{16 * 1024};  // bytes of request line and headers; past it 431
    std::size_t most_fields{100};        // header lines; past it 431
    std::size_t most_target{8 * 1024};   // bytes; past it 414
    std::size_t most_body_memory{64 * 1024 * 1024};  // request bodies held at one time; past it 503
    std::chrono::milliseconds header_time{
        10'000};  // from a request's first byte to the end of its header; then 408
    std::chrono::milliseconds body_time{30'000};  // for the whole body; then 408
    std::chrono::milliseconds idle_time{75'000};  // between requests; then closed without a word
    std::chrono::milliseconds write_time{
        30'000};  // for the whole answer; then the connection is cut
    std::chrono::milliseconds linger_time{
        2'000};  // how long a refused client may go on sending before it is cut
    std::chrono::seconds retry_after{1};
    int backlog{1'024};      // of the listening socket
    bool reuse_port{false};  // SO_REUSEPORT: several workers listen on one port
    header_list default_headers{api_headers()};
    bool send_request_id{true};  // X-Request-Id on every answer
    bool access_log{true};       // one line a request; metrics are kept either way
    // Behind a trusted proxy the client's address is in a header. Unset: the address of the socket.
    std::function<std::string(std::string const& socket_address, request const&)> remote_address{};
    std::shared_ptr<cors const> cross_origin{};  // unset: pages of other sites may not call
};

class server {
public:
    // References must outlive the server. Throws std::logic_error when router.check() does.
    server(asio::io_context& loop, router const& routes, server_options options,
           telemetry::metrics& metrics);
    // stop() must have ended, or the loop must no longer run.
    ~server();
    server(server const&) = delete;
    server& operator=(server const&) = delete;

    // Starts to accept; may be called several times. Returns the port. `port` 0: a free one. Throws
    // failure("http.listen_failed").
    unsigned short listen(std::string const& address, unsigned short port);

    // Stops accepting, closes idle connections at once, lets requests in flight end for at most
    // `drain`, then cancels what is left. Returns when no connection is left; a second caller waits
    // for the same end.
    task<> stop(std::chrono::milliseconds drain = std::chrono::milliseconds(10'000));

    std::size_t connections() const noexcept;
    std::size_t in_flight() const noexcept;

private:
    std::shared_ptr<class server_core> core_;
};

}  // namespace agente::http
