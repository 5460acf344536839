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

}  // namespace

task<probe_verdict> probe_pipeline(conninfo where, std::chrono::milliseconds connect_timeout) {
    auto const loop = co_await asio::this_coro::executor;
    auto made = co_await sign_in(std::move(where), connect_timeout, 0);
    listener heard(loop);
    auto const scratch = std::make_shared<connection>(loop, std::move(made), 0, heard);
    struct closing {  // also when this coroutine is destroyed: the listener dies with it
        ~closing() { of.close(); }
        connection& of;
    } const closed{*scratch};
    scratch->start();
    auto const told = std::to_string(scratch->backend_pid());
    for (std::string_view const sql :
         {"select pg_backend_pid()", "select 1", "select pg_sleep(0.2)", "select 2"}) {
        scratch->send({"postgres.probe", sql, {}});
        scratch->sync();
    }
    std::vector<std::string> const expected{told, "sync", "1", "sync", "", "sync", "2", "sync"};
    auto const until = std::chrono::steady_clock::now() + deadline;
    while (!heard.over && heard.seen.size() < expected.size() &&
           co_await heard.changed.wait_until(until)) {
    }
    if (heard.seen == expected)
        co_return probe_verdict{
            true,
            "a PostgreSQL server without a pooler; it answered four Syncs in flight, in order"};
    if (std::ranges::equal(expected | std::views::drop(1), heard.seen | std::views::drop(1)))
        co_return probe_verdict{
            false,
            "a pooler stands between: it may give the server connection to another client while half a batch is under "
            "way (PgBouncer does, pgbouncer issue 759), who then gets the other's answers"};
    co_return probe_verdict{
        false,
        fmt::format(
            "the pooler drops or crosses pipelined replies (Supavisor before 2.10 does, supavisor issue 1061): of four "
            "Syncs in flight it answered [{}]",
            fmt::join(heard.seen, ", "))};
}

}  // namespace agente::postgres
