// What goes over a connection while it is up: requests out, replies in, a PING into the silence;
// and how a caller waits for its replies.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "redis/driver.hpp"

namespace agente::redis {
namespace {

using std::chrono::steady_clock;

// The bytes of one write: what it holds is in doubt together when the connection dies.
constexpr std::size_t most_written_at_once = 256 * 1024;
constexpr std::size_t read_buffer = 64 * 1024;

}  // namespace

// Lives in the frame of the coroutine that waits and, until it is answered, in the queue.
class driver::waiter final : public request {
public:
    waiter(asio::any_io_executor const& executor, std::string bytes, std::size_t replies,
           steady_clock::duration limit)
        : request(std::move(bytes), replies), timer(executor, limit) {}

    asio::steady_timer timer;

private:
    void wake() override { timer.cancel(); }
};

task<std::string> driver::serve() {
    using namespace asio::experimental::awaitable_operators;
    auto reading = read_replies();
    auto writing = write_requests();
    auto beating = keep_alive();
    auto first = co_await (std::move(reading) || std::move(writing) || std::move(beating));
    co_return hung_up_.empty() ? std::visit([](std::string& why) { return std::move(why); }, first)
                               : std::exchange(hung_up_, {});
}

task<std::string> driver::read_replies() {
    try {
        std::vector<char> buffer(read_buffer);
        for (;;) {
            auto const length = co_await stream_->read_some(buffer.data(), buffer.size());
            reader_->feed({buffer.data(), length});
            last_heard_ = steady_clock::now();
            for (auto answer = reader_->next(); answer; answer = reader_->next())
                if (!queue_.answer(*std::move(answer)))
                    co_return "Redis sent an answer that nobody asked for";
            if (stopping_ && queue_.size() == 0) changed_.open_all();
        }
    } catch (boost::system::system_error const& e) {
        co_return e.code() == asio::error::eof ? "Redis closed the connection" : e.code().message();
    } catch (std::exception const& e) {
        co_return fmt::format("Redis sent what is not its protocol: {}", e.what());
    }
}

task<std::string> driver::write_requests() {
    try {
        for (;;) {
            while (queue_.nothing_to_write()) co_await work_.wait();
            auto const bytes = queue_.take(most_written_at_once);
            writes_metric_.add();
            co_await stream_->write(bytes);
        }
    } catch (boost::system::system_error const& e) {
        co_return e.code().message();
    }
}

task<std::string> driver::keep_alive() {
    std::string ping;
    append_command(ping, {"PING"});
    try {
        for (;;) {
            auto const silent = steady_clock::now() - last_heard_;
            if (silent < with_.ping_after) {
                co_await net::pause(with_.ping_after - silent);
                continue;
            }
            co_await exchange(ping, 1);
        }
    } catch (std::exception const& e) {
        co_return e.what();
    }
}

void driver::admit(std::shared_ptr<request> r) {
    if (stopping_ || status_ == status::down || status_ == status::stopped) {
        count_error("unavailable");
        throw gone(error_kind::unavailable, "redis.unavailable",
                   stopping_ ? "takes no more commands" : "is not reachable");
    }
    if (!queue_.add(std::move(r))) {
        count_error("unavailable");
        throw error(agente::error(
            error_kind::unavailable, "redis.overloaded",
            fmt::format("too many commands wait for Redis ({}): try later", queue_.size())));
    }
    work_.open_one();
}

task<std::vector<reply>> driver::exchange(std::string bytes, std::size_t replies,
                                          std::optional<std::chrono::milliseconds> patience) {
    auto const self = shared_from_this();
    auto const impatient = patience && *patience < with_.deadline;
    auto const limit = impatient ? *patience : with_.deadline;
    auto const mine = std::make_shared<waiter>(executor_, std::move(bytes), replies, limit);
    auto const began = steady_clock::now();
    admit(mine);
    commands_metric_.add(static_cast<double>(replies));
    struct leave {
        driver& in;
        std::shared_ptr<waiter> const& who;
        ~leave() {
            if (!who->finished()) in.queue_.abandon(who);
        }
    } const leaving{*self, mine};

    co_await mine->timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!mine->finished()) {
        auto const state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            throw boost::system::system_error(asio::error::operation_aborted);
        auto const why = fmt::format("no answer within {} ms", limit.count());
        if (impatient || !mine->written()) {
            count_error("timeout");
            throw error(agente::error(
                error_kind::timeout, impatient ? "redis.slow" : "redis.timeout",
                fmt::format("Redis at {} {}: {}", describe(with_),
                            mine->written() ? "is slow" : "did not take the command", why)));
        }
        // Later answers would be taken for those of later commands.
        hang_up(why);
        count_error("in_doubt");
        throw error(
            agente::error(error_kind::in_doubt, "redis.in_doubt",
                          fmt::format("Redis at {} may or may not have executed the command: {}",
                                      describe(with_), why)));
    }
    latency_metric_.observe(std::chrono::duration<double>(steady_clock::now() - began).count());
    try {
        co_return mine->take_replies();
    } catch (error const& e) {
        count_error(to_string(e.reason().kind()));
        throw;
    }
}

}  // namespace agente::redis
