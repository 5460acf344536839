#include "net/gate.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace agente::net {
namespace {

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

task<> throw_if_cancelled() {
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        throw boost::system::system_error(asio::error::operation_aborted);
}

}  // namespace

gate::gate(asio::any_io_executor loop) : timer_(std::move(loop), asio::steady_timer::time_point::max()) {}

task<> gate::wait() {
    co_await timer_.async_wait(quietly);
    co_await throw_if_cancelled();
}

task<bool> gate::wait_until(std::chrono::steady_clock::time_point at) {
    // Each bounded waiter has a timer of its own, so that deadlines differ; the gate's timer cannot carry them.
    auto const executor = co_await asio::this_coro::executor;
    if (std::chrono::steady_clock::now() >= at) co_return false;
    bool late = false;
    auto bound = std::make_shared<asio::steady_timer>(executor, at);
    auto const waiting = std::make_shared<bool>(true);
    bound->async_wait([this, waiting, &late](boost::system::error_code ec) {
        if (ec || !*waiting) return;
        late = true;
        timer_.cancel();  // wakes everybody; the others re-check and wait again
    });
    co_await timer_.async_wait(quietly);
    *waiting = false;
    bound->cancel();
    co_await throw_if_cancelled();
    co_return !late;
}

void gate::open_one() { timer_.cancel_one(); }
void gate::open_all() { timer_.cancel(); }

task<> pause(std::chrono::steady_clock::duration length) {
    asio::steady_timer timer(co_await asio::this_coro::executor, length);
    co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace agente::net
