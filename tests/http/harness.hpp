// A server of the test's own on a free port, run by a thread, and a client that sends bytes exactly
// as it is told.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "http/router.hpp"
#include "http/server.hpp"
#include "net/gate.hpp"

namespace agente::http::test {

// How long a test waits for what must happen before it fails; never a measure of speed.
inline constexpr std::chrono::seconds patience{30};

class running_server {
public:
    explicit running_server(router const& routes, server_options options = {});
    ~running_server();

    unsigned short port() const noexcept { return port_; }
    telemetry::metrics& metrics() noexcept { return metrics_; }
    server& inner() noexcept { return *server_; }
    asio::io_context& loop() noexcept { return loop_; }

    // Runs `f` on the server's loop and gives its result.
    template <class F>
    auto on_loop(F f) {
        std::packaged_task<decltype(f())()> job(std::move(f));
        auto done = job.get_future();
        asio::post(loop_, [&job] { job(); });
        return done.get();
    }
    std::future<void> begin_stop(std::chrono::milliseconds drain);
    // Asks the loop again and again, between its other work, until `condition` holds there; false
    // when it never did.
    bool eventually(std::function<bool()> condition);
    double counted(std::string const& name, telemetry::labels const& with = {});

private:
    asio::io_context loop_;
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    telemetry::metrics metrics_;
    std::unique_ptr<server> server_;
    unsigned short port_{0};
    std::thread thread_;
};

struct answer {
    int status{0};
    std::string status_line;
    header_list headers;
    std::string body;
    std::string header(std::string_view name) const;
    bool has(std::string_view name) const;
};

// A handler that waits until the test lets it go on. Touched on the server's loop only, but for the
// counters.
class held_handler {
public:
    handler make();  // answers "held"; refers to *this
    void open(running_server& s);

    std::atomic<int> entered{0};
    std::atomic<int> ended{0};      // answered
    std::atomic<int> cancelled{0};  // left by an exception

private:
    task<response> hold(request const& r);
    bool open_{false};
    std::unique_ptr<net::gate> gate_;
};

// Blocking; every wait ends with a test failure after `patience`.
class client {
public:
    explicit client(unsigned short port);
    ~client();
    client(client&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)), rest_(std::move(other.rest_)) {}
    client(client const&) = delete;

    void send(std::string_view bytes);  // stops quietly when the server closed
    void shut_write();
    void hang_up();                     // closes
    void reset();                       // closes at once, with a TCP reset
    answer read(bool to_head = false);  // one answer; status 0: the connection ended first
    std::string read_all();             // until the server closes
    bool closed();  // waits for the server to close; false: more bytes came instead
    bool readable_now();
    answer ask(std::string_view bytes, bool to_head = false) {
        send(bytes);
        return read(to_head);
    }
    int fd() const noexcept { return fd_; }

private:
    bool more();
    int fd_;
    std::string rest_;
};

std::string get(std::string_view path, std::string_view more_headers = "");
std::string post(std::string_view path, std::string_view body,
                 std::string_view content_type = "application/json");
answer once(unsigned short port, std::string_view bytes, bool to_head = false);

}  // namespace agente::http::test
