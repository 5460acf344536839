#include "net/gate.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace agente::net {
namespace {

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

}  // namespace

struct gate::line {
    std::list<waiter*> waiting;
    bool closed = false;

    void open_one();
};

// Lives in the frame of the coroutine that waits; its timer is the deadline, and cancelling it is
// the wake-up.
struct gate::waiter {
    waiter(asio::any_io_executor const& executor, std::chrono::steady_clock::time_point at,
           std::shared_ptr<line> where)
        : timer(executor, at), in(std::move(where)),
          place(in->waiting.insert(in->waiting.end(), this)) {}
    waiter(waiter const&) = delete;
    waiter& operator=(waiter const&) = delete;
    ~waiter() { leave(); }

    void leave() {
        if (!opened) in->waiting.erase(place);
        opened = true;
    }

    asio::steady_timer timer;
    std::shared_ptr<line> in;
    std::list<waiter*>::iterator place;
    bool opened = false;  // taken out of the line by whoever opened the gate
};

void gate::line::open_one() {
    if (waiting.empty()) return;
    auto* const first = waiting.front();
    waiting.pop_front();
    first->opened = true;
    first->timer.cancel();
}

gate::gate() : line_(std::make_shared<line>()) {}

gate::~gate() {
    line_->closed = true;
    open_all();
}

task<bool> gate::stand_in(std::shared_ptr<line> where, std::chrono::steady_clock::time_point at) {
    auto const executor = co_await asio::this_coro::executor;
    waiter me(executor, at, where);
    co_await me.timer.async_wait(quietly);
    auto const opened = me.opened;
    me.leave();
    auto const state = co_await asio::this_coro::cancellation_state;
    auto const stop = state.cancelled() != asio::cancellation_type::none;
    if (stop && opened && !where->closed) where->open_one();
    if (stop || where->closed) throw boost::system::system_error(asio::error::operation_aborted);
    co_return opened;
}

task<> gate::wait() {
    auto const where = line_;
    co_await stand_in(where, std::chrono::steady_clock::time_point::max());
}

task<bool> gate::wait_until(std::chrono::steady_clock::time_point at) {
    auto const where = line_;
    co_return co_await stand_in(where, at);
}

void gate::open_one() { line_->open_one(); }

void gate::open_all() {
    // Waking only cancels timers, which resumes nobody before the next turn of the loop.
    while (!line_->waiting.empty()) line_->open_one();
}

task<> pause(std::chrono::steady_clock::duration length) {
    asio::steady_timer timer(co_await asio::this_coro::executor, length);
    co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace agente::net
