#include "postgres/probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "net/gate.hpp"
#include "postgres/connection.hpp"

namespace agente::postgres {
namespace {

constexpr std::chrono::seconds deadline{3};

// What came back, one word an event.
class listener final : public connection_events {
public:
    explicit listener(asio::any_io_executor const& loop) : changed(loop) {}

    void replied(int, reply one) override {
        if (one.is != reply::kind::answer || one.rows.row_count() != 1)
            seen.push_back("error " + one.sqlstate);
        else
            seen.emplace_back(one.rows.text(0, 0));
        changed.open_all();
    }
    void synced(int) override {
        seen.emplace_back("sync");
        changed.open_all();
    }
    void lost(int, std::string why) override {
        seen.push_back("connection lost: " + why);
        over = true;
        changed.open_all();
    }

    std::vector<std::string> seen;
    bool over{false};
    net::gate changed;
};

// A connection of its own, closed whatever comes, also when its coroutine is destroyed: the
// listener dies with it.
class scratch {
public:
    scratch(asio::any_io_executor const& loop, session made)
        : heard_(loop),
          connection_(std::make_shared<connection>(loop, std::move(made), 0, heard_)) {
        connection_->start();
    }
    ~scratch() { connection_->close(); }
    scratch(scratch const&) = delete;
    scratch& operator=(scratch const&) = delete;

    connection& with() { return *connection_; }

    // Until `count` words came, the connection ended, or the deadline.
    task<std::vector<std::string>> hear(std::size_t count) {
        auto const until = std::chrono::steady_clock::now() + deadline;
        while (!heard_.over && heard_.seen.size() < count &&
               co_await heard_.changed.wait_until(until)) {
        }
        co_return heard_.seen;
    }

private:
    listener heard_;
    std::shared_ptr<connection> connection_;
};

std::string in_words(std::vector<std::string> const& heard) {
    return fmt::format("[{}]", fmt::join(heard, ", "));
}

}  // namespace

task<probe_verdict> probe_pipeline(conninfo where, std::chrono::milliseconds connect_timeout) {
    auto made = co_await sign_in(std::move(where), connect_timeout, 0);
    scratch one(co_await asio::this_coro::executor, std::move(made));
    auto const told = std::to_string(one.with().backend_pid());
    for (std::string_view const sql :
         {"select pg_backend_pid()", "select 1", "select pg_sleep(0.2)", "select 2"}) {
        one.with().send({"postgres.probe", sql, {}});
        one.with().sync();
    }
    std::vector<std::string> const expected{told, "sync", "1", "sync", "", "sync", "2", "sync"};
    auto const seen = co_await one.hear(expected.size());
    if (seen == expected)
        co_return probe_verdict{
            true,
            "a PostgreSQL server without a pooler; it answered four Syncs in flight, in order",
            in_words(seen)};
    if (std::ranges::equal(expected | std::views::drop(1), seen | std::views::drop(1)))
        co_return probe_verdict{
            false,
            "a pooler stands between: it may give the server connection to another client while half a batch is under "
            "way (PgBouncer does, pgbouncer issue 759), who then gets the other's answers",
            in_words(seen)};
    co_return probe_verdict{
        false,
        fmt::format(
            "the pooler drops or crosses pipelined replies (Supavisor before 2.10 does, supavisor issue 1061): of four "
            "Syncs in flight it answered {}",
            in_words(seen)),
        in_words(seen)};
}

task<probe_verdict> probe_one_sync(conninfo where, std::chrono::milliseconds connect_timeout) {
    auto made = co_await sign_in(std::move(where), connect_timeout, 0);
    scratch one(co_await asio::this_coro::executor, std::move(made));
    one.with().send(
        {"postgres.probe", "select pg_catalog.set_config('agente.probe', 'mine', true)", {}});
    std::vector<std::string> expected{"mine"};
    for (std::string_view const sql : {"select 1", "select 2", "select 3", "select 4", "select 5",
                                       "select 6", "select 7", "select 8", "select 9", "select 10",
                                       "select 11", "select 12", "select 13", "select 14"}) {
        one.with().send({"postgres.probe", sql, {}});
        expected.emplace_back(sql.substr(7));
    }
    one.with().send(
        {"postgres.probe", "select pg_catalog.current_setting('agente.probe', true)", {}});
    one.with().sync();
    expected.insert(expected.end(), {"mine", "sync"});
    auto const seen = co_await one.hear(expected.size());
    if (seen == expected)
        co_return probe_verdict{
            true, "sixteen statements before one Sync came back in order, in one transaction",
            in_words(seen)};
    co_return probe_verdict{
        false, fmt::format("of sixteen statements before one Sync came back {}", in_words(seen)),
        in_words(seen)};
}

}  // namespace agente::postgres
