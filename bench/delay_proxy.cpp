#include "bench/delay_proxy.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>
#include <deque>

#include "net/gate.hpp"

namespace agente::bench {
namespace {

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t most_on_the_way = 64 * 1024 * 1024;

}  // namespace

// What is on the way from one socket to the other. Both ends hold it; the first that fails ends
// both.
struct delay_proxy::direction : std::enable_shared_from_this<direction> {
    using socket = asio::ip::tcp::socket;
    using time = std::chrono::steady_clock::time_point;

    direction(std::shared_ptr<socket> f, std::shared_ptr<socket> t, std::chrono::microseconds d)
        : from(std::move(f)), to(std::move(t)), delay(d), changed(from->get_executor()) {}

    static task<> take(std::shared_ptr<direction> self) {
        std::string chunk(64 * 1024, '\0');
        for (;;) {
            while (self->bytes > most_on_the_way && !self->over) co_await self->changed.wait();
            auto const [ec, size] =
                co_await self->from->async_read_some(asio::buffer(chunk), quietly);
            if (ec) break;
            self->on_the_way.emplace_back(std::chrono::steady_clock::now() + self->delay,
                                          chunk.substr(0, size));
            self->bytes += size;
            self->changed.open_all();
        }
        self->end();
    }
    static task<> deliver(std::shared_ptr<direction> self) {
        asio::steady_timer due(self->from->get_executor());
        while (!self->over || !self->on_the_way.empty()) {
            if (self->on_the_way.empty()) {
                co_await self->changed.wait();
                continue;
            }
            auto const [at, chunk] = std::move(self->on_the_way.front());
            self->on_the_way.pop_front();
            self->bytes -= chunk.size();
            if (at > std::chrono::steady_clock::now()) {
                due.expires_at(at);
                co_await due.async_wait(quietly);
            }
            auto const [ec, size] =
                co_await asio::async_write(*self->to, asio::buffer(chunk), quietly);
            if (ec) break;
            self->changed.open_all();
        }
        boost::system::error_code ignored;
        self->to->shutdown(socket::shutdown_send, ignored);
        self->end();
    }
    void end() {
        over = true;
        changed.open_all();
    }

    std::shared_ptr<socket> from, to;
    std::chrono::microseconds delay;
    std::deque<std::pair<time, std::string>> on_the_way;
    std::size_t bytes{0};
    bool over{false};
    net::gate changed;
};

delay_proxy::delay_proxy(unsigned short target, std::chrono::microseconds one_way)
    : acceptor_(loop_, {asio::ip::make_address("127.0.0.1"), 0}),
      target_(asio::ip::make_address("127.0.0.1"), target), one_way_(one_way),
      port_(acceptor_.local_endpoint().port()) {
    asio::co_spawn(loop_, accept(), asio::detached);
    thread_ = std::thread([this] { loop_.run(); });
}

delay_proxy::~delay_proxy() {
    loop_.stop();
    thread_.join();
}

task<> delay_proxy::accept() {
    for (;;) {
        auto [ec, client] = co_await acceptor_.async_accept(quietly);
        if (ec) co_return;
        asio::co_spawn(loop_, serve(std::move(client)), asio::detached);
    }
}

task<> delay_proxy::serve(asio::ip::tcp::socket client) {
    auto const near = std::make_shared<asio::ip::tcp::socket>(std::move(client));
    auto const far = std::make_shared<asio::ip::tcp::socket>(loop_);
    auto const [ec] = co_await far->async_connect(target_, quietly);
    if (ec) co_return;
    near->set_option(asio::ip::tcp::no_delay(true));
    far->set_option(asio::ip::tcp::no_delay(true));
    for (auto const& one : {std::make_shared<direction>(near, far, one_way_),
                            std::make_shared<direction>(far, near, one_way_)}) {
        asio::co_spawn(loop_, direction::take(one), asio::detached);
        asio::co_spawn(loop_, direction::deliver(one), asio::detached);
    }
}

}  // namespace agente::bench
