#include "operations/faulty_servers.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>
#include <stdexcept>

namespace agente::operations::tests {
namespace {

std::uint32_t read_u32(std::string_view from) {
    std::uint32_t v = 0;
    for (std::size_t i = 0; i < 4; ++i) v = v << 8 | static_cast<unsigned char>(from[i]);
    return v;
}

bool send_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        auto const sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

// Appends what there is; false at the end.
bool receive(int fd, std::string& into) {
    char chunk[16 * 1024];
    auto const size = ::recv(fd, chunk, sizeof chunk, 0);
    if (size <= 0) return false;
    into.append(chunk, static_cast<std::size_t>(size));
    return true;
}

constexpr std::uint32_t ssl_request = 80877103;

// The start-up packet, after "no" to TLS. Empty: the client left.
std::string start_up(int client) {
    std::string in;
    for (;;) {
        while (in.size() < 8 || in.size() < read_u32(in))
            if (!receive(client, in)) return {};
        if (read_u32(std::string_view(in).substr(4)) != ssl_request) return in;
        in.erase(0, 8);
        send_all(client, "N");
    }
}

sockaddr_in address_of(std::string const& address, unsigned short port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(port);
    ::inet_pton(AF_INET, address.c_str(), &out.sin_addr);
    return out;
}

}  // namespace

listening::listening(unsigned short port) {
    std::random_device dice;
    for (int tries = 0; tries < 50; ++tries) {
        address_ = port == 0 ? "127.0.0.1"
                             : fmt::format("127.{}.{}.{}", 1 + dice() % 250, dice() % 250,
                                           1 + dice() % 250);
        fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        auto at = address_of(address_, port);
        if (::bind(fd_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0 &&
            ::listen(fd_, 16) == 0) {
            socklen_t size = sizeof at;
            ::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size);
            port_ = ntohs(at.sin_port);
            return;
        }
        ::close(fd_);
    }
    throw std::runtime_error("no address to listen on");
}

listening::~listening() { ::close(fd_); }
int listening::accept() const { return ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC); }
void listening::stop() { ::shutdown(fd_, SHUT_RDWR); }

refusing_server::refusing_server(std::string sqlstate, std::string message, unsigned short port)
    : sqlstate_(std::move(sqlstate)), message_(std::move(message)), socket_(port),
      thread_([this] { serve(); }) {}

refusing_server::~refusing_server() {
    socket_.stop();
    thread_.join();
}

void refusing_server::serve() {
    for (int client; (client = socket_.accept()) >= 0; ::close(client)) {
        if (start_up(client).empty()) continue;
        ++attempts_;
        std::string body;
        for (auto const& field : {"SFATAL", "VFATAL"}) body += field + std::string(1, '\0');
        body += "C" + sqlstate_ + '\0' + "M" + message_ + '\0' + '\0';
        auto const size = static_cast<std::uint32_t>(body.size() + 4);
        send_all(client, std::string("E") + static_cast<char>(size >> 24) +
                             static_cast<char>(size >> 16) + static_cast<char>(size >> 8) +
                             static_cast<char>(size) + body);
    }
}

losing_pooler::losing_pooler(unsigned short target, unsigned short port)
    : target_(target), socket_(port), thread_([this] { serve(); }) {}

losing_pooler::~losing_pooler() {
    over_ = true;
    socket_.stop();
    thread_.join();
    for (auto& one : relays_) one.join();
}

void losing_pooler::serve() {
    for (int client; (client = socket_.accept()) >= 0;)
        relays_.emplace_back([this, client] { relay(client); });
}

void losing_pooler::relay(int client) {
    int const server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto const at = address_of("127.0.0.1", target_);
    auto const hello = start_up(client);
    bool alive = !hello.empty() &&
                 ::connect(server, reinterpret_cast<sockaddr const*>(&at), sizeof at) == 0 &&
                 send_all(server, hello);
    int const at_once = 1;
    for (int const fd : {server, client})
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    std::string from_client, from_server;
    int owed = 1;  // ReadyForQuery, of the sign-in
    while (alive && !over_) {
        pollfd both[2]{{client, POLLIN, 0}, {server, POLLIN, 0}};
        if (::poll(both, 2, 50) <= 0) continue;
        if (both[1].revents != 0) {
            alive = receive(server, from_server);
            while (from_server.size() >= 5 &&
                   from_server.size() > read_u32(std::string_view(from_server).substr(1))) {
                auto const size = 1 + read_u32(std::string_view(from_server).substr(1));
                if (from_server[0] == 'Z') --owed;
                alive = alive && send_all(client, from_server.substr(0, size));
                from_server.erase(0, size);
            }
        }
        if (both[0].revents != 0) {
            alive = alive && receive(client, from_client);
            while (from_client.size() >= 5 &&
                   from_client.size() > read_u32(std::string_view(from_client).substr(1))) {
                auto const size = 1 + read_u32(std::string_view(from_client).substr(1));
                auto const type = from_client[0];
                if (owed > 0 && type != 'p')
                    ++thrown_away_;
                else
                    alive = alive && send_all(server, from_client.substr(0, size));
                if (owed == 0 && (type == 'S' || type == 'Q')) owed = 1;
                from_client.erase(0, size);
            }
        }
    }
    ::close(server);
    ::close(client);
}

}  // namespace agente::operations::tests
