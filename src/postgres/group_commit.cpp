#include "postgres/group_commit.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/ids.hpp"
#include "net/retry.hpp"

namespace agente::postgres {

using clock_type = std::chrono::steady_clock;

// Counts a caller for as long as it waits, however its wait ends.
class group_driver::caller {
public:
    explicit caller(group_queue& queue) : queue_(queue) {}
    ~caller() { queue_.leave(); }
    caller(caller const&) = delete;
    caller& operator=(caller const&) = delete;

private:
    group_queue& queue_;
};

group_driver::group_driver(database& db, access as, group_query query, std::vector<type_oid> types,
                           bool keyed, group_limits limits, telemetry::metrics& metrics)
    : database_(db), as_(std::move(as)), query_(query), types_(std::move(types)), keyed_(keyed),
      limits_(limits), queue_(std::string(query.name), limits), metrics_(metrics, query.name) {}

// Rows without a key of their own keep the order they came in.
std::string group_driver::next_key() { return fmt::format("{:020}", ++last_key_); }

task<bool> group_driver::add(group_row row) {
    auto const self = shared_from_this();
    auto const executor = co_await asio::this_coro::executor;
    auto const mine = enter(std::move(row));
    caller const counted(queue_);
    if (flights_ < limits_.most_flights && queue_.waiting() > 0) {
        ++flights_;
        asio::co_spawn(
            executor,
            [](std::shared_ptr<group_driver> one) -> task<> { co_await one->fly(); }(self),
            asio::detached);
    }
    while (!mine->settled()) co_await mine->changed.wait();
    co_return mine->claim_added();
}

group_entry_ptr group_driver::enter(group_row row) {
    try {
        auto one = queue_.enter(std::move(row), clock_type::now());
        metrics_.waiting(queue_.waiting());
        return one;
    } catch (error const& full) {
        metrics_.failed(1, full.reason().kind());
        throw;
    }
}

void group_driver::fail(group const& rows, error const& wrong) {
    metrics_.failed(rows.size(), wrong.reason().kind());
    queue_.fail(rows, wrong);
}

void group_driver::abandon() {
    metrics_.failed(queue_.waiting(), error_kind::unavailable);
    queue_.close();
    metrics_.waiting(0);
}

task<> group_driver::stop() {
    auto const self = shared_from_this();
    abandon();
    while (flights_ > 0) co_await landed_.wait();
}

// A flight slot: sends what waits until nothing does. Not a part of any caller, so that one who is
// cancelled stops nobody.
task<> group_driver::fly() {
    auto const executor = co_await asio::this_coro::executor;
    co_await asio::post(
        executor, asio::use_awaitable);  // rows that arrive in the same turn of the loop come along
    for (;;) {
        auto const before = queue_.waiting();
        auto rows = queue_.take(clock_type::now());
        // What neither waits nor leaves had waited too long.
        metrics_.failed(before - queue_.waiting() - rows.size(), error_kind::unavailable);
        metrics_.waiting(queue_.waiting());
        if (rows.empty()) break;
        co_await commit(std::move(rows));
    }
    --flights_;
    landed_.open_all();
}

task<> group_driver::commit(group whole) {
    std::vector<group> rest;
    rest.push_back(std::move(whole));
    system_random random;
    net::backoff pauses(
        {.first = std::chrono::milliseconds(5), .most = std::chrono::milliseconds(100)}, random);
    int statements = 0, attempts = 0;
    while (!rest.empty()) {
        auto const rows = std::move(rest.back());
        rest.pop_back();
        if (queue_.closed() &&
            statements > 0) {  // the first one is under way when stop() is called; no more follow
            fail(rows,
                 error(agente::error(
                     error_kind::unavailable, "postgres.group_commit_full",
                     fmt::format("{}: the service is stopping: try again later", query_.name))));
            continue;
        }
        if (++statements > limits_.most_statements_a_group) {
            fail(rows, error(agente::error(
                           error_kind::unavailable, "postgres.group_commit_full",
                           fmt::format("{}: too many bad rows came with this one: try again",
                                       query_.name))));
            continue;
        }
        auto answer = co_await send(rows);
        if (!answer.wrong) {
            attempts = 0;
            statistics_.added += keyed_ ? answer.keys.size() : rows.size();
            if (!keyed_) {
                answer.keys.clear();
                for (auto const& one : rows) answer.keys.push_back(one->row().key);
            }
            queue_.settle(rows, answer.keys);
            continue;
        }
        switch (remedy_for(*answer.wrong, rows.size(), attempts, limits_)) {
            case group_remedy::again: {
                ++attempts;
                ++statistics_.retried;
                metrics_.retried();
                rest.push_back(rows);
                co_await net::pause(pauses.next());
                break;
            }
            case group_remedy::halve: {
                ++statistics_.halved;
                metrics_.halved();
                auto const middle = rows.begin() + static_cast<std::ptrdiff_t>(rows.size() / 2);
                rest.emplace_back(middle, rows.end());
                rest.emplace_back(rows.begin(), middle);
                break;
            }
            case group_remedy::give_up: {
                attempts = 0;
                fail(rows, *answer.wrong);
                break;
            }
        }
    }
}

task<group_driver::sent> group_driver::send(group const& rows) {
    ++statistics_.statements;
    statistics_.rows += rows.size();
    metrics_.sent(rows.size());
    sent out;
    try {
        batch one(as_);
        auto const at = one.add_encoded<std::string>(encode(rows));
        auto const answer = co_await database_.run(std::move(one));
        if (keyed_) out.keys = answer.rows(at);
    } catch (error const& e) {
        out.wrong = e;
    } catch (std::exception const&
                 e) {  // of the loop's end, or a bug: nobody knows whether it was committed
        out.wrong = connection_error(query_.name, true, e.what());
    }
    co_return out;
}

statement group_driver::encode(group const& rows) const {
    statement made{query_.name, query_.sql, {}};
    std::string array;
    for (std::size_t column = 0; column < types_.size(); ++column) {
        array = '{';
        for (auto const& one : rows) {
            if (array.size() > 1) array += ',';
            array += one->row().cells[column];
        }
        array += '}';
        made.values.add_text(types_[column], array);
    }
    return made;
}

}  // namespace agente::postgres
