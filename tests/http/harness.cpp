#include "http/harness.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>

namespace agente::http::test {

running_server::running_server(router const& routes, server_options options)
    : work_(asio::make_work_guard(loop_)),
      server_(std::make_unique<server>(loop_, routes, std::move(options), metrics_)) {
    port_ = server_->listen("127.0.0.1", 0);
    thread_ = std::thread([this] { loop_.run(); });
}

running_server::~running_server() {
    begin_stop(std::chrono::milliseconds(0)).wait();
    work_.reset();
    loop_.stop();
    thread_.join();
    server_.reset();
}

std::future<void> running_server::begin_stop(std::chrono::milliseconds drain) {
    return asio::co_spawn(loop_, server_->stop(drain), asio::use_future);
}

bool running_server::eventually(std::function<bool()> condition) {
    auto const end = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < end)
        if (on_loop(condition))
            return true;
        else
            std::this_thread::yield();
    return false;
}

double running_server::counted(std::string const& name, telemetry::labels const& with) {
    return metrics_.count(name, "", with).value();
}

handler held_handler::make() {
    return [this](request const& r) { return hold(r); };
}

task<response> held_handler::hold(request const&) {
    if (!gate_) gate_ = std::make_unique<net::gate>(co_await asio::this_coro::executor);
    ++entered;
    try {
        while (!open_) co_await gate_->wait();
    } catch (...) {
        ++cancelled;
        throw;
    }
    ++ended;
    co_return text_response("held");
}

void held_handler::open(running_server& s) {
    s.on_loop([this] {
        open_ = true;
        if (gate_) gate_->open_all();
    });
}

std::string answer::header(std::string_view name) const {
    for (auto const& [key, value] : headers)
        if (same_name(key, name)) return value;
    return {};
}

bool answer::has(std::string_view name) const {
    return std::any_of(headers.begin(), headers.end(),
                       [&](auto const& h) { return same_name(h.first, name); });
}

client::client(unsigned short port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
        ADD_FAILURE() << "cannot connect: " << strerror(errno);
    int const on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

client::~client() {
    if (fd_ >= 0) ::close(fd_);
}

void client::send(std::string_view bytes) {
    while (!bytes.empty()) {
        auto const n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
}

void client::shut_write() { ::shutdown(fd_, SHUT_WR); }

void client::reset() {
    linger const now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(std::exchange(fd_, -1));
}

void client::hang_up() { ::close(std::exchange(fd_, -1)); }

bool client::readable_now() {
    pollfd p{fd_, POLLIN, 0};
    return ::poll(&p, 1, 0) > 0;
}

bool client::more() {
    pollfd p{fd_, POLLIN, 0};
    auto const limit = std::chrono::duration_cast<std::chrono::milliseconds>(patience).count();
    if (::poll(&p, 1, static_cast<int>(limit)) <= 0) {
        ADD_FAILURE() << "nothing came from the server; so far: " << rest_;
        return false;
    }
    char buffer[16 * 1024];
    auto const n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n <= 0) return false;
    rest_.append(buffer, static_cast<std::size_t>(n));
    return true;
}

answer client::read(bool to_head) {
    answer got;
    std::size_t end;
    while ((end = rest_.find("\r\n\r\n")) == std::string::npos)
        if (!more()) return got;
    std::string const head = rest_.substr(0, end + 2);
    rest_.erase(0, end + 4);
    std::size_t at = head.find("\r\n");
    got.status_line = head.substr(0, at);
    if (got.status_line.size() < 12) {
        ADD_FAILURE() << "not a status line: " << got.status_line;
        return got;
    }
    std::from_chars(got.status_line.data() + 9, got.status_line.data() + 12, got.status);
    for (at += 2; at < head.size();) {
        auto const line_end = head.find("\r\n", at);
        auto const colon = head.find(": ", at);
        got.headers.emplace_back(head.substr(at, colon - at),
                                 head.substr(colon + 2, line_end - colon - 2));
        at = line_end + 2;
    }
    if (to_head || got.status < 200 || got.status == 204 || got.status == 304) return got;
    auto const length = got.header("Content-Length");
    if (length.empty()) {
        while (more()) {
        }
        got.body = std::exchange(rest_, {});
        return got;
    }
    auto const size = std::stoul(length);
    while (rest_.size() < size)
        if (!more()) break;
    got.body = rest_.substr(0, size);
    rest_.erase(0, size);
    return got;
}

std::string client::read_all() {
    while (more()) {
    }
    return std::exchange(rest_, {});
}

bool client::closed() {
    if (!rest_.empty()) return false;
    return !more() && rest_.empty();
}

std::string get(std::string_view path, std::string_view more_headers) {
    return fmt::format("GET {} HTTP/1.1\r\nHost: test\r\n{}\r\n", path, more_headers);
}

std::string post(std::string_view path, std::string_view body, std::string_view content_type) {
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: test\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}", path,
        content_type, body.size(), body);
}

answer once(unsigned short port, std::string_view bytes, bool to_head) {
    client c(port);
    return c.ask(bytes, to_head);
}

}  // namespace agente::http::test
