// Outbound HTTP of one worker: libcurl's multi interface on the worker's event loop. Pooled
// keep-alive connections, a limit a host, deadlines. HTTP/1.1 only; follows no redirects; only http
// and https.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "net/task.hpp"
#include "telemetry/metrics.hpp"

namespace agente::net {

struct http_request {
    std::string method{"GET"};
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::chrono::milliseconds deadline{
        10'000};  // of everything: queue, connect, sending, the whole answer
    std::size_t most_body{4 * 1024 * 1024};  // bytes of the answer's body
    secret basic_user;  // not empty: HTTP Basic with this user and an empty password
    secret bearer;      // not empty: Authorization: Bearer
};

struct http_response {
    int status{0};
    std::vector<std::pair<std::string, std::string>>
        headers;  // names in lower case, in the order they came
    std::string body;

    std::string_view header(
        std::string_view name) const noexcept;  // the first of that (lower case) name, or empty
};

struct http_client_options {
    std::size_t connections_per_host{8};
    std::size_t most_connections{64};  // kept open in all
    std::size_t most_waiting{
        1'024};  // requests not answered yet, those in the queue of a busy host included
    std::chrono::milliseconds connect_timeout{3'000};  // name, TCP and TLS together
    std::chrono::seconds keep_alive{55};  // an idle connection older than this is not used again
    bool verify_certificates{true};
    std::string ca_file;  // empty: the system's authorities
    std::string proxy;    // empty: none; the environment is not looked at
    std::string user_agent{"agente-hotel"};
};

class http_client {
public:
    // Made, used and destroyed on the loop's thread (or while the loop does not run), and before
    // the loop and `metrics`.
    http_client(asio::io_context& loop, http_client_options with, telemetry::metrics& metrics);
    ~http_client();  // requests in flight end as if their connection had been cut
    http_client(http_client const&) = delete;
    http_client& operator=(http_client const&) = delete;

    // Any status is an answer. Otherwise the error's kind says what is known about the request:
    //   unavailable  it never left: name, connection, TLS, or the queue is full
    //   timeout      it never left, because its time ran out while it was queued or connecting
    //   in_doubt     it left, at least in part, and no complete answer came (time ran out, cut off,
    //   nonsense) too_large    an answer came that is larger than `most_body` (or than 64 KiB of
    //   headers) invalid      the request itself cannot be sent (URL, scheme, line break in a
    //   header)
    // Nothing is sent twice, but for a GET or HEAD that met a kept connection which the server was
    // just closing. Cancelling the task drops the request and throws operation_aborted.
    task<result<http_response>> send(http_request what);

private:
    class core;
    std::shared_ptr<core> core_;
};

// RFC 3986 §2.1: everything but letters, digits and -._~ becomes %XX. For one path segment, name or
// value of a query.
std::string percent_encode(std::string_view text);

}  // namespace agente::net
