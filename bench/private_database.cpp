#include "bench/private_database.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "bench/loop.hpp"
#include "bench/statistics.hpp"
#include "operations/deploy.hpp"
#include "postgres/database.hpp"
#include "telemetry/metrics.hpp"

namespace agente::bench {
namespace {

// A connection for one statement or so: nothing here is measured.
template <class F>
void with_owner(std::string const& url, F work) {
    asio::io_context loop;
    telemetry::metrics metrics;
    postgres::options o;
    o.server = postgres::parse_url(url).value();
    o.mode = postgres::pipeline_mode::single;
    o.size = 1;
    o.statement_timeout = o.reply_deadline = std::chrono::minutes(2);
    postgres::database db(loop, o, metrics);
    run(loop, db.start());
    work(loop, db);
    run(loop, db.stop());
}

task<> execute_on(postgres::database& db, std::string const& sql) {
    postgres::query<void> const statement{"bench.execute", sql};
    auto const as = postgres::access::owner();
    co_await db.execute(as, statement);
}

task<> number_on(postgres::database& db, std::string const& sql, std::int64_t& into) {
    postgres::query<std::int64_t> const statement{"bench.number", sql};
    auto const as = postgres::access::owner();
    into = (co_await db.row(as, statement)).value();
}

task<> commit_often(postgres::database& db, latencies& taken) {
    constexpr postgres::query<void> insert{
        "bench.commit", "insert into public.lock_audit (lock_key, event_type) values ('b', 'b')"};
    auto const as = postgres::access::owner();
    for (int i = 0; i < 200; ++i) {
        auto const start = steady::now();
        co_await db.execute(as, insert);
        taken.add(steady::now() - start);
    }
}

}  // namespace

temporary_folder::temporary_folder()
    : path_(std::filesystem::temp_directory_path() / fmt::format("agente-bench-{}", ::getpid())) {}

temporary_folder::~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

private_database::private_database(std::filesystem::path const& folder)
    : server_({.folder = folder / "postgres"}) {
    operations::deploy(postgres::parse_url(server_.url()).value());
}

private_database::~private_database() { proxies_.clear(); }

std::string private_database::url(int rtt) {
    auto url = server_.url();
    if (rtt == 0) return url;
    auto& proxy = proxies_[rtt];
    if (!proxy)
        proxy = std::make_unique<delay_proxy>(server_.port(), std::chrono::microseconds(rtt * 500));
    auto const port = fmt::format(":{}/", server_.port());
    return url.replace(url.find(port), port.size(), fmt::format(":{}/", proxy->port()));
}

void private_database::execute(std::string const& sql) {
    with_owner(server_.url(), [&](auto& loop, auto& db) { run(loop, execute_on(db, sql)); });
}

std::int64_t private_database::number(std::string const& sql) {
    std::int64_t got = 0;
    with_owner(server_.url(), [&](auto& loop, auto& db) { run(loop, number_on(db, sql, got)); });
    return got;
}

double private_database::commit_ms() {
    latencies taken;
    with_owner(server_.url(), [&](auto& loop, auto& db) { run(loop, commit_often(db, taken)); });
    return taken.percentile(0.5);
}

}  // namespace agente::bench
