// A TCP proxy that makes a server far away: everything arrives a constant time later, in both
// directions, in order, without Nagle. On a thread of its own. Used by the benchmarks.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <thread>

#include "net/task.hpp"

namespace agente::bench {

class delay_proxy {
public:
    // Round trips through it take twice `one_way` longer. Listens on a free port of 127.0.0.1,
    // forwards to `target` there.
    delay_proxy(unsigned short target, std::chrono::microseconds one_way);
    ~delay_proxy();  // ends all connections

    unsigned short port() const { return port_; }

private:
    struct direction;
    task<> accept();
    task<> serve(asio::ip::tcp::socket client);

    asio::io_context loop_;
    asio::ip::tcp::acceptor acceptor_;
    asio::ip::tcp::endpoint target_;
    std::chrono::microseconds one_way_;
    unsigned short port_;
    std::thread thread_;
};

}  // namespace agente::bench
