#include "http/server_core.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>

#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "http/session.hpp"
#include "http/wire.hpp"

namespace agente::http {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

// Connections that are only told that there is no room. Past this they are closed without a word.
constexpr std::size_t most_refused = 256;
constexpr auto pause_after_accept_error = 100ms;
constexpr auto quiet_between_complaints = 10s;
constexpr auto last_wait = 5s;  // for cancelled handlers to notice

// How often deadlines are looked at: a quarter of the shortest, so that none is overrun by much.
std::chrono::milliseconds tick_for(server_options const& o) {
    auto const shortest =
        std::min({o.header_time, o.body_time, o.idle_time, o.write_time, o.linger_time});
    return std::clamp<std::chrono::milliseconds>(shortest / 4, 5ms, 250ms);
}

}  // namespace

server_core::server_core(asio::io_context& on, router const& r, server_options o,
                         telemetry::metrics& metrics)
    : loop(on), routes(r), options(std::move(o)), log(metrics, options.access_log),
      cancelled(metrics.count("http_cancelled_total",
                              "Handlers cancelled: past their deadline, or their client hung up")),
      metrics_(metrics), connected_(metrics.measure("http_connections", "Open connections")),
      accept_errors_(metrics.count(
          "http_accept_errors_total",
          "Connections that could not be accepted, mostly for want of file descriptors")),
      tick_(tick_for(options)), watch_timer_(loop), emptied_(loop.get_executor()),
      id_prefix_(random_hex(6)) {}

server_core::~server_core() = default;

unsigned short server_core::listen(std::string const& address, unsigned short port) {
    auto const fail = [&](std::string const& why) {
        throw failure(error(error_kind::unavailable, "http.listen_failed",
                            fmt::format("cannot listen on {} port {}: {}", address, port, why)));
    };
    boost::system::error_code ec;
    auto const ip = asio::ip::make_address(address, ec);
    if (ec) fail("not an IP address");
    asio::ip::tcp::endpoint const at(ip, port);
    auto const fresh = std::make_shared<acceptor>(loop);
    fresh->open(at.protocol(), ec);
    if (ec) fail(ec.message());
    fresh->set_option(acceptor::reuse_address(true), ec);
    if (options.reuse_port) {
        int const on = 1;
        if (::setsockopt(fresh->native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0)
            fail("SO_REUSEPORT is not available");
    }
    fresh->bind(at, ec);
    if (ec) fail(ec.message());
    fresh->listen(options.backlog, ec);
    if (ec) fail(ec.message());
    acceptors_.push_back(fresh);
    asio::co_spawn(loop, accept(shared_from_this(), fresh), asio::detached);
    return fresh->local_endpoint().port();
}

task<> server_core::accept(std::shared_ptr<server_core> self, std::shared_ptr<acceptor> from) {
    while (from->is_open()) {
        auto [ec, socket] = co_await from->async_accept(asio::as_tuple(asio::deferred));
        if (!from->is_open()) co_return;
        if (!ec) {
            self->admit(std::move(socket));
            continue;
        }
        self->accept_failed(ec);
        // Out of descriptors or memory: the kernel's bounded backlog holds the newcomers meanwhile.
        if (ec != asio::error::connection_aborted) co_await net::pause(pause_after_accept_error);
    }
}

void server_core::accept_failed(boost::system::error_code ec) {
    accept_errors_.add();
    auto const now = steady_clock::now();
    if (last_accept_complaint_ != steady_clock::time_point{} &&
        now - last_accept_complaint_ < quiet_between_complaints)
        return;
    last_accept_complaint_ = now;
    log::error("http.accept_failed", {{"message", ec.message()}, {"connections", connections()}});
}

void server_core::admit(asio::ip::tcp::socket socket) {
    bool const full = connections() >= options.most_connections;
    if (full) shed("connections");
    if (full && refused_ >= most_refused) return;  // the socket closes
    auto const fresh = std::make_shared<session>(shared_from_this(), std::move(socket), full);
    fresh->place = sessions_.insert(sessions_.end(), fresh);
    if (full) ++refused_;
    connected_.set(static_cast<double>(connections()));
    session::start(fresh);
    arm_watch();
}

void server_core::left(session& gone) {
    if (gone.refused()) --refused_;
    sessions_.erase(gone.place);
    connected_.set(static_cast<double>(connections()));
    if (sessions_.empty()) emptied_.open_all();
}

void server_core::arm_watch() {
    if (watching_ || sessions_.empty()) return;
    watching_ = true;
    watch_timer_.expires_after(tick_);
    watch_timer_.async_wait([self = shared_from_this()](boost::system::error_code) {
        self->watching_ = false;
        self->watch();
        self->arm_watch();
    });
}

void server_core::watch() {
    auto const now = steady_clock::now();
    for (auto const& s : present())
        if (s->overdue(now)) s->check(now);
}

std::vector<std::shared_ptr<session>> server_core::present() const {
    std::vector<std::shared_ptr<session>> all;
    all.reserve(sessions_.size());
    for (auto const& s : sessions_)
        if (auto held = s.lock()) all.push_back(std::move(held));
    return all;
}

task<> server_core::stop(std::chrono::milliseconds drain) {
    auto const self = shared_from_this();
    draining = true;
    for (auto const& a : acceptors_) {
        boost::system::error_code ignored;
        a->close(ignored);
    }
    acceptors_.clear();
    for (auto const& s : present()) s->drain();
    co_await wait_until_empty(steady_clock::now() + drain);
    if (sessions_.empty()) co_return;
    log::warn("http.drain_incomplete", {{"connections", connections()}, {"in_flight", in_flight}});
    for (auto const& s : present()) s->cut();
    co_await wait_until_empty(steady_clock::now() + last_wait);
    // A handler that ignores its cancellation keeps its connection's memory alive; the process must
    // still be able to end.
    if (!sessions_.empty()) log::error("http.connections_left", {{"connections", connections()}});
}

task<> server_core::wait_until_empty(steady_clock::time_point at) {
    while (!sessions_.empty() && steady_clock::now() < at) co_await emptied_.wait_until(at);
}

void server_core::abandon() {
    draining = true;
    for (auto const& a : acceptors_) {
        boost::system::error_code ignored;
        a->close(ignored);
    }
    acceptors_.clear();
    for (auto const& s : present()) s->cut();
    watch_timer_.cancel();
}

void server_core::shed(std::string_view reason) {
    metrics_
        .count("http_shed_total", "Requests and connections refused for lack of room",
               {{"reason", std::string(reason)}})
        .add();
}

std::string server_core::new_request_id() {
    return fmt::format("{}-{:08x}", id_prefix_, next_id_++);
}

std::string_view server_core::date() {
    auto const now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (now != dated_) {
        dated_ = now;
        date_ = imf_fixdate(now);
    }
    return date_;
}

}  // namespace agente::http
