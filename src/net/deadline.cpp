#include "net/deadline.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <exception>

namespace agente::net {
namespace {

// What came of the work, so that the group below can tell an exception from a cancellation.
task<std::exception_ptr> catching(task<> work) {
    try {
        co_await std::move(work);
    } catch (...) {
        co_return std::current_exception();
    }
    co_return nullptr;
}

bool is_cancellation(std::exception_ptr const& e) {
    try {
        std::rethrow_exception(e);
    } catch (boost::system::system_error const& known) {
        return known.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

}  // namespace

task<> with_deadline(task<> work, std::chrono::steady_clock::duration limit,
                     std::string_view code) {
    auto const executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, limit);
    auto guarded = catching(std::move(work));
    auto both = asio::experimental::make_parallel_group(
        asio::co_spawn(executor, std::move(guarded), asio::deferred),
        timer.async_wait(asio::deferred));
    auto [order, broken, thrown, timer_ended] =
        co_await both.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    bool const late = !timer_ended && order[0] == 1;
    auto const why = broken ? broken : thrown;  // broken: cancelled before the work could begin
    if (!why) co_return;
    if (late && is_cancellation(why)) {
        auto const ms = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
        throw failure(error(error_kind::timeout, code, fmt::format("no answer within {} ms", ms)));
    }
    std::rethrow_exception(why);
}

}  // namespace agente::net
