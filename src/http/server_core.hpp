// What the connections of one server share: limits, counters, the list of who is connected. Private
// to http/.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <memory>
#include <string>

#include "http/server.hpp"
#include "net/gate.hpp"
#include "telemetry/access_log.hpp"

namespace agente::http {

class session;

class server_core : public std::enable_shared_from_this<server_core> {
public:
    server_core(asio::io_context& loop, router const& routes, server_options options,
                telemetry::metrics& metrics);
    ~server_core();

    unsigned short listen(std::string const& address, unsigned short port);
    task<> stop(std::chrono::milliseconds drain);
    void abandon();  // closes everything at once; for a destructor

    // For the connections.
    void left(session& gone);            // called once, when a connection's coroutine has ended
    void shed(std::string_view reason);  // counts a refusal for lack of room
    std::string new_request_id();
    std::string_view date();  // made once a second

    asio::io_context& loop;
    router const& routes;
    server_options const options;
    telemetry::access_log log;
    telemetry::counter& cancelled;
    std::size_t in_flight{0};
    std::size_t body_memory{0};
    bool draining{false};
    std::size_t connections() const noexcept { return sessions_.size() - refused_; }

private:
    using acceptor = asio::ip::tcp::acceptor;
    task<> accept(std::shared_ptr<server_core> self, std::shared_ptr<acceptor> from);
    void admit(asio::ip::tcp::socket socket);
    void accept_failed(boost::system::error_code ec);
    void arm_watch();
    void watch();
    std::vector<std::shared_ptr<session>> present()
        const;  // a copy: ending one may change the list
    task<> wait_until_empty(std::chrono::steady_clock::time_point at);

    telemetry::metrics& metrics_;
    telemetry::gauge& connected_;
    telemetry::counter& accept_errors_;
    std::list<std::shared_ptr<acceptor>> acceptors_;
    std::list<std::weak_ptr<session>> sessions_;  // each is owned by its coroutine
    std::size_t refused_{0};  // of these, the ones that are only told to come back later
    std::chrono::milliseconds tick_;
    asio::steady_timer watch_timer_;
    bool watching_{false};
    net::gate emptied_;
    std::chrono::steady_clock::time_point last_accept_complaint_{};
    std::string id_prefix_;
    std::uint64_t next_id_{0};
    std::chrono::sys_seconds dated_{};
    std::string date_;
};

}  // namespace agente::http
