// The bytes under a Redis connection: TCP, TLS or a unix socket behind one face. Used by
// redis::driver.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <memory>
#include <string_view>

#include "net/task.hpp"
#include "redis/options.hpp"
#include "redis/tls_facts.hpp"

namespace agente::redis {

// One reader and one writer at a time. Failures are boost::system::system_error.
class stream {
public:
    virtual ~stream() = default;
    virtual task<std::size_t> read_some(char* into, std::size_t most) = 0;
    virtual task<> write(std::string_view bytes) = 0;  // all of them
    virtual void close() noexcept = 0;                 // what is under way fails
    virtual std::optional<tls_facts> tls() const { return std::nullopt; }  // nothing: not encrypted
};

// Makes streams to one server. Reads the certificate authorities once, in its constructor, which
// throws redis::error (invalid) when they cannot be read.
class dialer {
public:
    explicit dialer(options const& with);
    ~dialer();

    // Looks the name up, tries its addresses in turn, each with an equal share of
    // options.connect_timeout, and does the TLS handshake. Throws std::exception with a text for
    // people: failure "redis.no_such_host", "redis.certificate", "redis.no_tls", or what the socket
    // says. The dialer must outlive the task.
    task<std::unique_ptr<stream>> dial();

private:
    struct tls_context;

    options with_;
    std::unique_ptr<tls_context> tls_;
};

}  // namespace agente::redis
