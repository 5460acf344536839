// Where Redis is and what we allow it: read from a URL by the composition root, used by
// redis::connection.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "net/retry.hpp"

namespace agente::redis {

struct options {
    std::string host{"127.0.0.1"};
    unsigned short port{6379};
    std::string socket_path;  // not empty: a unix socket, host and port do not count
    std::string user;         // empty: the default user
    secret password;          // empty: no AUTH is sent
    unsigned database{0};

    bool tls{false};
    bool verify_certificate{true};  // chain and host name
    std::string ca_file;            // empty: the system's authorities

    std::chrono::milliseconds connect_timeout{3'000};  // name, TCP, TLS and AUTH together
    std::chrono::milliseconds deadline{2'000};         // a command, its time in the queue included
    std::chrono::milliseconds ping_after{
        60'000};  // of silence; every PING counts against a provider's quota
    net::backoff_limits reconnect{};

    std::size_t most_waiting{10'000};                  // requests not answered yet
    std::size_t most_waiting_bytes{16 * 1024 * 1024};  // of requests not written yet
    std::size_t most_reply{64 * 1024 * 1024};          // bytes of one reply
};

// redis://[user[:password]@]host[:port][/database], rediss:// (TLS),
// unix://[user:password@]/path/to/socket. Parameters: db, password, ssl_ca_certs (a file),
// ssl_cert_reqs (required | none); those that only concern a Python client (decode_responses,
// socket_timeout, …) are accepted and ignored. User and password are percent-decoded. An error
// names the part of the URL that is wrong, never its value.
result<options> parse_url(std::string_view url);

std::string describe(
    options const& with);  // "redis.example:6379", "unix:/run/redis.sock": for messages, no secret

}  // namespace agente::redis
