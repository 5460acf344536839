// A server that does to its peers exactly what a test tells it, byte by byte. On the test's own
// loop.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <memory>
#include <string>

#include "net/task.hpp"

namespace agente::testing {

struct raw_counts {
    int accepted = 0;
    int open = 0;
    int most_open = 0;
    int requests = 0;  // read to their end by next_request()
};

struct raw_peer {
    asio::ip::tcp::socket socket;
    raw_counts& counts;
    std::string buffered{};

    task<> send(std::string bytes) {
        co_await asio::async_write(socket, asio::buffer(bytes), asio::use_awaitable);
    }

    // Until the peer hangs up.
    task<> drain() {
        std::string bytes(4096, '\0');
        for (;;) co_await socket.async_read_some(asio::buffer(bytes), asio::use_awaitable);
    }

    // One HTTP request with its body, as it came.
    task<std::string> next_request() {
        auto const head = co_await asio::async_read_until(socket, asio::dynamic_buffer(buffered),
                                                          "\r\n\r\n", asio::use_awaitable);
        auto whole = head;
        auto const length = buffered.find("Content-Length: ");
        if (length < head) whole += std::stoul(buffered.substr(length + 16));
        while (buffered.size() < whole) {
            std::string bytes(4096, '\0');
            auto const count =
                co_await socket.async_read_some(asio::buffer(bytes), asio::use_awaitable);
            buffered.append(bytes, 0, count);
        }
        auto request = buffered.substr(0, whole);
        buffered.erase(0, whole);
        ++counts.requests;
        co_return request;
    }
};

inline std::string http_answer(std::string_view body, std::string_view status = "200 OK",
                               std::string_view more = {}) {
    return fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(), more,
                       body);
}

class raw_server {
public:
    // Called for each connection; an exception (the peer hung up) or the end closes it. A lambda
    // must capture by reference only what outlives the loop's last turn, since it is kept here and
    // not in the coroutine.
    using behaviour = std::function<task<>(raw_peer&)>;

    raw_server(asio::io_context& loop, behaviour what,
               asio::ip::address_v4 at = asio::ip::address_v4::loopback())
        : state_(std::make_shared<state>(asio::ip::tcp::acceptor(loop, {at, 0}), std::move(what))) {
        asio::co_spawn(loop, accept(state_), asio::detached);
    }
    ~raw_server() { close(); }
    raw_server(raw_server const&) = delete;
    raw_server& operator=(raw_server const&) = delete;

    unsigned short port() const { return state_->port; }
    std::string url(std::string_view path = "/") const {
        return fmt::format("http://127.0.0.1:{}{}", port(), path);
    }
    raw_counts const& counts() const { return state_->counts; }
    void close() {  // refuses from now on
        boost::system::error_code ignored;
        state_->acceptor.close(ignored);
    }

private:
    struct state {
        state(asio::ip::tcp::acceptor a, behaviour b)
            : acceptor(std::move(a)), what(std::move(b)), port(acceptor.local_endpoint().port()) {}
        asio::ip::tcp::acceptor acceptor;
        behaviour what;
        unsigned short port;
        raw_counts counts;
    };

    static task<> accept(std::shared_ptr<state> mine) {
        auto const executor = co_await asio::this_coro::executor;
        for (;;) {
            auto socket = co_await mine->acceptor.async_accept(asio::use_awaitable);
            asio::co_spawn(executor, serve(mine, std::move(socket)), asio::detached);
        }
    }

    static task<> serve(std::shared_ptr<state> mine, asio::ip::tcp::socket socket) {
        auto& counts = mine->counts;
        ++counts.accepted;
        counts.most_open = std::max(counts.most_open, ++counts.open);
        raw_peer peer{std::move(socket), counts};
        try {
            co_await mine->what(peer);
        } catch (boost::system::system_error const&) {  // the peer went away, which tests provoke
        }
        --counts.open;
    }

    std::shared_ptr<state> state_;
};

}  // namespace agente::testing
