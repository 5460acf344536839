#include "channels/crew.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <list>

#include "base/log.hpp"
#include "net/gate.hpp"

namespace agente::channels {

struct crew::state {
    asio::any_io_executor loop;
    std::list<asio::cancellation_signal> members;
    net::gate left;
};

namespace {

void tell(std::string_view name, std::exception_ptr trouble) {
    try {
        std::rethrow_exception(trouble);
    } catch (boost::system::system_error const& e) {
        if (e.code() == asio::error::operation_aborted) return;
        log::error("channels.coroutine_failed", {{"name", name}, {"message", e.what()}});
    } catch (std::exception const& e) {
        log::error("channels.coroutine_failed", {{"name", name}, {"message", e.what()}});
    }
}

}  // namespace

crew::crew(asio::any_io_executor loop) : state_(std::make_shared<state>()) {
    state_->loop = std::move(loop);
}

crew::~crew() { cancel(); }

void crew::run(std::string_view name, task<> work) {
    auto const s = state_;
    auto const member = s->members.emplace(s->members.end());
    asio::co_spawn(
        s->loop, std::move(work),
        asio::bind_cancellation_slot(member->slot(), [s, member, name](std::exception_ptr trouble) {
            if (trouble) tell(name, trouble);
            s->members.erase(member);
            s->left.open_all();
        }));
}

void crew::cancel() {
    // Emitting may end a member at once, which takes it out of the list.
    for (auto at = state_->members.begin(); at != state_->members.end();) {
        auto const next = std::next(at);
        at->emit(asio::cancellation_type::terminal);
        at = next;
    }
}

task<> crew::join() {
    auto const s = state_;
    while (!s->members.empty()) co_await s->left.wait();
}

task<bool> crew::join_for(std::chrono::milliseconds at_most) {
    auto const s = state_;
    auto const until = std::chrono::steady_clock::now() + at_most;
    while (!s->members.empty())
        if (!co_await s->left.wait_until(until)) co_return s->members.empty();
    co_return true;
}

std::size_t crew::size() const noexcept { return state_->members.size(); }

task<> all_of(std::vector<task<>> works) {
    struct progress {
        std::size_t left;
        std::exception_ptr trouble;
        net::gate ended;
    };
    if (works.size() == 1) {
        co_await std::move(works.front());
        co_return;
    }
    auto const executor = co_await asio::this_coro::executor;
    auto const p = std::make_shared<progress>();
    p->left = works.size();
    for (auto& work : works)
        asio::co_spawn(executor, std::move(work), [p](std::exception_ptr trouble) {
            if (trouble && !p->trouble) p->trouble = trouble;
            if (--p->left == 0) p->ended.open_all();
        });
    while (p->left > 0) co_await p->ended.wait();
    if (p->trouble) std::rethrow_exception(p->trouble);
}

}  // namespace agente::channels
