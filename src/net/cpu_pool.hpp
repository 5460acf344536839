// Threads for work that would hold up an event loop: password hashing, classification. One pool a
// process, shared by all workers; bounded, so that overload is refused at once instead of queueing.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <variant>

#include "net/task.hpp"
#include "telemetry/metrics.hpp"

namespace agente::net {

struct cpu_pool_options {
    std::size_t threads{1};
    std::size_t most_waiting{64};  // not begun yet
};

class cpu_pool {
public:
    cpu_pool(cpu_pool_options with, telemetry::metrics& metrics);
    // Lets work that has begun end; the waiters of the rest get failure (unavailable). Destroy it
    // before the event loops that wait for its results.
    ~cpu_pool();
    cpu_pool(cpu_pool const&) = delete;
    cpu_pool& operator=(cpu_pool const&) = delete;

    // Runs `f()` on a thread of the pool; its value or exception comes back on the caller's loop.
    // `f` is moved to the thread and destroyed there, before the answer comes. Throws failure
    // (unavailable) when the queue is full. A cancelled waiter leaves at once; the work goes on and
    // keeps its place until it has ended.
    template <class F>
    task<std::invoke_result_t<F&>> run(F f);

private:
    struct job {
        virtual ~job() = default;
        // One of the two is called, once.
        virtual void work() noexcept = 0;
        virtual void drop(std::exception_ptr why) noexcept = 0;
    };
    template <class F>
    struct answer;
    template <class F>
    struct job_of;
    struct state;

    void submit(std::unique_ptr<job> what);  // throws failure

    std::unique_ptr<state> state_;
};

// Shared by the waiter and the thread; touched by one at a time: the thread until it posts, the
// waiter's loop afterwards.
template <class F>
struct cpu_pool::answer {
    using value = std::invoke_result_t<F&>;
    using kept = std::conditional_t<std::is_void_v<value>, std::monostate, value>;

    explicit answer(asio::any_io_executor const& executor)
        : timer(executor, asio::steady_timer::time_point::max()) {}

    asio::steady_timer timer;  // never expires: cancelling it wakes the waiter
    std::optional<kept> good;
    std::exception_ptr bad;
    bool arrived = false;
};

template <class F>
struct cpu_pool::job_of final : job {
    job_of(F f, std::shared_ptr<answer<F>> a, asio::any_io_executor const& executor)
        : call(std::move(f)), to(std::move(a)),
          home(asio::prefer(executor, asio::execution::outstanding_work.tracked)) {}

    void work() noexcept override {
        try {
            if constexpr (std::is_void_v<typename answer<F>::value>) {
                (*call)();
                to->good.emplace();
            } else {
                to->good.emplace((*call)());
            }
        } catch (...) {
            to->bad = std::current_exception();
        }
        deliver();
    }

    void drop(std::exception_ptr why) noexcept override {
        to->bad = std::move(why);
        deliver();
    }

    void deliver() {
        call.reset();
        asio::post(home, [arrived = std::move(to)] {
            arrived->arrived = true;
            arrived->timer.cancel();
        });
    }

    std::optional<F> call;
    std::shared_ptr<answer<F>> to;
    asio::any_io_executor home;  // keeps the loop from running out of work meanwhile
};

template <class F>
task<std::invoke_result_t<F&>> cpu_pool::run(F f) {
    auto const executor = co_await asio::this_coro::executor;
    auto const mine = std::make_shared<answer<F>>(executor);
    submit(std::make_unique<job_of<F>>(std::move(f), mine, executor));
    co_await mine->timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!mine->arrived) throw boost::system::system_error(asio::error::operation_aborted);
    if (mine->bad) std::rethrow_exception(mine->bad);
    if constexpr (!std::is_void_v<std::invoke_result_t<F&>>) co_return std::move(*mine->good);
}

}  // namespace agente::net
