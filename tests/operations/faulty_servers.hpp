// Servers that go wrong on purpose, each on threads of its own: for what only a real Supabase would
// say, and for poolers that lose replies.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace agente::operations::tests {

// Listens on 127.x.y.z; `port` 0 takes a free one, any other is taken on an address of its own, so
// that nobody else has it.
class listening {
public:
    explicit listening(unsigned short port = 0);
    ~listening();
    listening(listening const&) = delete;
    listening& operator=(listening const&) = delete;

    std::string const& address() const { return address_; }
    unsigned short port() const { return port_; }
    int accept() const;  // -1 after stop()
    void stop();         // wakes accept()

private:
    int fd_{-1};
    std::string address_;
    unsigned short port_{0};
};

// Answers every client's start-up with an ErrorResponse.
class refusing_server {
public:
    refusing_server(std::string sqlstate, std::string message, unsigned short port = 0);
    ~refusing_server();

    std::string const& address() const { return socket_.address(); }
    unsigned short port() const { return socket_.port(); }
    int attempts() const { return attempts_; }

private:
    void serve();

    std::string sqlstate_, message_;
    listening socket_;
    std::atomic<int> attempts_{0};
    std::thread thread_;
};

// A pooler as Supavisor before 2.10: what a client sends while it is owed a reply is thrown away.
// Before a real server without TLS at 127.0.0.1:`target`.
class losing_pooler {
public:
    explicit losing_pooler(unsigned short target, unsigned short port = 0);
    ~losing_pooler();

    std::string const& address() const { return socket_.address(); }
    unsigned short port() const { return socket_.port(); }
    int thrown_away() const { return thrown_away_; }

private:
    void serve();
    void relay(int client);

    unsigned short target_;
    listening socket_;
    std::atomic<bool> over_{false};
    std::atomic<int> thrown_away_{0};
    std::vector<std::thread> relays_;
    std::thread thread_;
};

}  // namespace agente::operations::tests
