// Posting webhooks as cheaply as can be: texts made and signed before the clock runs, one kept
// connection a sender, nothing parsed but status and length. Used by the benchmarks of the service.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "bench/statistics.hpp"
#include "net/task.hpp"

namespace agente::bench {

struct webhook_source {
    unsigned short port{};
    secret app_secret;
    std::vector<std::string> number_ids;  // the hotels' numbers, in turn
};

// The whole HTTP request of a guest's first message; a guest of its own for each `n`.
std::string guest_phone(std::size_t n);  // digits
std::string webhook(webhook_source const& to, std::size_t n, std::string_view text);

// One keep-alive connection to 127.0.0.1.
class webhook_client {
public:
    webhook_client(asio::any_io_executor loop, unsigned short port) : socket_(loop), port_(port) {}

    task<> connect();
    // Sends the text and reads its answer: the status. Throws when the connection is cut.
    task<int> exchange(std::string_view request);

private:
    asio::ip::tcp::socket socket_;
    unsigned short port_;
    std::string buffer_;
};

// Many senders at once, each with one message on the way, spread over some event loops.
struct flood_options {
    unsigned short port{};
    int senders{32};
    int loops{1};
    double warm_seconds{0.5}, seconds{2};
};
struct flood_result {
    std::size_t acknowledged{0};  // answered 200, from first to last
    std::size_t refused{0};       // answered otherwise
    std::size_t counted{0};       // acknowledged while it was measured
    double took_seconds{0};       // measured
    double generator_cpu_us{0};   // a counted message
    latencies taken;
};
// `texts` are sent in order, each once; runs out of them: throws. The callbacks are called when the
// measured time begins and ends.
flood_result flood(flood_options const& with, std::vector<std::string> const& texts,
                   std::function<void()> const& begins, std::function<void()> const& ends);

}  // namespace agente::bench
