// Load over HTTP: whole requests, made before the clock runs, over one kept connection a sender;
// nothing parsed but status and length. Used by the benchmarks of the service.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/statistics.hpp"
#include "net/task.hpp"

namespace agente::bench {

// One keep-alive connection to 127.0.0.1.
class http_client {
public:
    http_client(asio::any_io_executor loop, unsigned short port) : socket_(loop), port_(port) {}

    task<> connect();
    // Sends the text and reads its answer: the status. Throws when the connection is cut.
    task<int> exchange(std::string_view request);
    std::string_view body() const noexcept { return body_; }  // of the last answer

private:
    asio::ip::tcp::socket socket_;
    unsigned short port_;
    std::string buffer_;
    std::string_view body_;
};

// Many senders at once, each with one request on the way, spread over some event loops.
struct flood_options {
    unsigned short port{};
    int senders{32};
    int loops{1};
    double warm_seconds{0.5}, seconds{2};
    bool again{false};  // from the first text, after the last
    // Whether this is the answer to the text of that number; unset: every 200 is.
    std::function<bool(std::size_t n, int status, std::string_view body)> good;
};
struct flood_result {
    std::size_t acknowledged{0};  // answered well, from first to last
    std::size_t refused{0};       // answered otherwise
    std::size_t counted{0};       // acknowledged while it was measured
    double took_seconds{0};       // measured
    double generator_cpu_us{0};   // a counted message
    latencies taken;
};
// `texts` are sent in order; runs out of them: throws, unless they shall be sent again. The
// callbacks are called when the measured time begins and ends.
flood_result flood(flood_options const& with, std::vector<std::string> const& texts,
                   std::function<void()> const& begins, std::function<void()> const& ends);

}  // namespace agente::bench
