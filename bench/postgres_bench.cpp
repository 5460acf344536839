// The PostgreSQL library alone: how many tenant-scoped reads a small pool answers, by mode,
// distance and callers, against what one request a connection could (connections / RTT) and what
// nobody can exceed (callers / RTT). Prints a Markdown table.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstdio>
#include <filesystem>
#include <random>

#include "bench/delay_proxy.hpp"
#include "embedded/postgres_server.hpp"
#include "net/gate.hpp"
#include "postgres/database.hpp"
#include "telemetry/metrics.hpp"

namespace agente::bench {
namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

constexpr int tenants = 100, keys = 1'000;  // 100,000 rows

struct note {
    std::string key, tenant_id, title;
};
BOOST_DESCRIBE_STRUCT(note, (), (key, tenant_id, title))

constexpr std::string_view read_sql =
    "select key, tenant_id, title from public.notes where key = $1";
constexpr postgres::query<note, std::string> shared_read{"bench.shared_read", read_sql,
                                                         postgres::sharing::coalescible};
constexpr postgres::query<note, std::string> lone_read{"bench.lone_read", read_sql};

struct way {
    char const* name;
    postgres::pipeline_mode mode;
    bool shared;
};
constexpr way ways[] = {{"one request a connection", postgres::pipeline_mode::single, false},
                        {"single", postgres::pipeline_mode::single, true},
                        {"multi", postgres::pipeline_mode::multi, true}};

struct settings {
    double seconds{2};
    std::size_t connections{4};
    std::vector<int> rtts{0, 10, 20, 40}, callers{4, 32, 128};
    std::string folder;
    int rounds{1};
};

struct measured {
    double rps{0}, p50{0}, p99{0}, cpu_us{0}, reads_per_sync{0};
    std::size_t wrong{0};
};

template <class T>
void run(asio::io_context& loop, task<T> work) {
    std::exception_ptr failed;
    bool ended = false;
    auto done = [&](std::exception_ptr e, auto&&...) { failed = e, ended = true; };
    asio::co_spawn(loop, std::move(work), done);
    while (!ended) loop.run_one();
    if (failed) std::rethrow_exception(failed);
}

double cpu_seconds() {
    rusage used{};
    getrusage(RUSAGE_THREAD, &used);
    auto const in_seconds = [](timeval const& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return in_seconds(used.ru_utime) + in_seconds(used.ru_stime);
}

struct load {
    bool over{false}, counting{false};
    std::size_t wrong{0};
    std::vector<float> milliseconds;
};

task<> caller(postgres::database& db, bool shared, unsigned seed, load& of) {
    std::minstd_rand dice(seed);
    while (!of.over) {
        auto const tenant = fmt::format("hotel-{}", dice() % tenants);
        auto const key = fmt::format("k{}", dice() % keys);
        auto const as = postgres::access::tenant(tenant);
        auto const start = steady::now();
        auto const found = co_await db.row(as, shared ? shared_read : lone_read, key);
        if (!found || found->key != key || found->tenant_id != tenant) ++of.wrong;
        if (of.counting)
            of.milliseconds.push_back(
                std::chrono::duration<float, std::milli>(steady::now() - start).count());
    }
}

measured measure(settings const& with, std::string const& url, way const& how, int callers,
                 double flight_seconds) {
    asio::io_context loop;
    telemetry::metrics metrics;
    postgres::options o;
    o.server = postgres::parse_url(url).value();
    o.mode = how.mode;
    o.size = with.connections;
    o.most_wait = 60s;
    postgres::database db(loop, o, metrics);
    run(loop, db.start());
    while (db.now().open < with.connections) loop.run_one();

    load of;
    int running = callers;
    for (int n = 0; n < callers; ++n)
        asio::co_spawn(loop, caller(db, how.shared, static_cast<unsigned>(n) * 7'919 + 1, of),
                       [&](std::exception_ptr e) {
                           --running;
                           if (e) std::rethrow_exception(e);
                       });
    loop.run_for(std::chrono::duration_cast<steady::duration>(
        std::chrono::duration<double>(0.3 + 4 * flight_seconds)));
    auto const shared = [&] { return metrics.count("postgres_coalesced_reads_total", "").value(); };
    auto const syncs = [&] {
        return metrics.count("postgres_shared_round_trips_total", "").value();
    };
    auto const reads_before = shared(), syncs_before = syncs(), cpu_before = cpu_seconds();
    of.counting = true;
    auto const start = steady::now();
    loop.run_for(
        std::chrono::duration_cast<steady::duration>(std::chrono::duration<double>(with.seconds)));
    auto const took = std::chrono::duration<double>(steady::now() - start).count();
    auto const cpu = cpu_seconds() - cpu_before;
    of.counting = false;
    auto const many = of.milliseconds.size();
    measured out;
    out.rps = static_cast<double>(many) / took;
    out.cpu_us = many > 0 ? cpu * 1e6 / static_cast<double>(many) : 0;
    out.reads_per_sync =
        syncs() > syncs_before ? (shared() - reads_before) / (syncs() - syncs_before) : 1;
    std::ranges::sort(of.milliseconds);
    if (many > 0) out.p50 = of.milliseconds[many / 2], out.p99 = of.milliseconds[many * 99 / 100];
    of.over = true;
    while (running > 0) loop.run_one();
    out.wrong = of.wrong;
    run(loop, db.stop());
    return out;
}

void set_up(std::string const& url) {
    asio::io_context loop;
    telemetry::metrics metrics;
    postgres::options o;
    o.server = postgres::parse_url(url).value();
    o.mode = postgres::pipeline_mode::multi;
    o.size = 1;
    o.statement_timeout = 60s;
    postgres::database db(loop, o, metrics);
    run(loop, db.start());
    auto const rows = fmt::format(
        "insert into public.notes select 'k' || k, 'hotel-' || t, repeat('x', 60) from generate_series(0, {}) t, generate_series(0, {}) k",
        tenants - 1, keys - 1);
    std::string_view const statements[] = {
        "do $$ begin if not exists (select from pg_roles where rolname = 'agente_app') then create role agente_app nologin nobypassrls; "
        "end if; end $$",
        "drop table if exists public.notes",
        "create table public.notes (key text, tenant_id text, title text, primary key (key, tenant_id))",
        "alter table public.notes enable row level security",
        "create policy own on public.notes to agente_app using (tenant_id = nullif(current_setting('agente.tenant', true), ''))",
        "grant select on public.notes to agente_app",
        rows,
        "analyze public.notes"};
    for (auto const sql : statements)
        run(loop, db.execute(postgres::access::owner(), postgres::query<void>{"bench.setup", sql}));
    run(loop, db.stop());
}

// pgbench -M extended in pipeline mode: the same two statements, `reads` of them before one Sync.
std::optional<double> pgbench(settings const& with, embedded::postgres_server const& server,
                              int reads) {
    std::string program;
    for (auto const* version : {"17", "16", "15"})
        if (auto const at = fmt::format("/usr/lib/postgresql/{}/bin/pgbench", version);
            std::filesystem::exists(at))
            program = at;
    if (program.empty()) return std::nullopt;
    auto const script =
        std::filesystem::temp_directory_path() / fmt::format("agente-pgbench-{}.sql", ::getpid());
    {
        auto* const out = std::fopen(script.c_str(), "w");
        for (int i = 0; i < reads; ++i)
            fmt::print(out, "\\set t{0} random(0, {1})\n\\set k{0} random(0, {2})\n", i,
                       tenants - 1, keys - 1);
        fmt::print(out, "\\startpipeline\n");
        for (int i = 0; i < reads; ++i)
            fmt::print(
                out,
                "select set_config('role', 'agente_app', true), set_config('agente.tenant', 'hotel-' || :t{0}::int, true), "
                "set_config('statement_timeout', '5000', true);\n"
                "select key, tenant_id, title from public.notes where key = 'k' || :k{0}::int;\n",
                i);
        fmt::print(out, "\\endpipeline\n");
        std::fclose(out);
    }
    ::setenv("PGPASSWORD", std::string(server.password().reveal()).c_str(), 1);
    auto const command = fmt::format(
        "{} -n -M extended -c {} -j 1 -T {} -f {} -h 127.0.0.1 -p {} -U postgres agente 2>/dev/null",
        program, with.connections, std::max(1, static_cast<int>(with.seconds)), script.string(),
        server.port());
    std::optional<double> tps;
    if (auto* const pipe = ::popen(command.c_str(), "r")) {
        char line[512];
        while (std::fgets(line, sizeof line, pipe))
            if (double found = 0; std::sscanf(line, "tps = %lf", &found) == 1) tps = found * reads;
        ::pclose(pipe);
    }
    std::filesystem::remove(script);
    return tps;
}

void table(settings const& with) {
    auto const folder = with.folder.empty() ? std::filesystem::temp_directory_path() /
                                                  fmt::format("agente-bench-{}", ::getpid())
                                            : std::filesystem::path(with.folder);
    embedded::postgres_server server({.folder = folder / "postgres", .durable = false});
    auto const url = server.url();
    set_up(url);
    fmt::print(
        "| RTT ms | callers | how | reads/s | p50 ms | p99 ms | of connections/RTT | of callers/RTT | reads a Sync | CPU us a read |\n"
        "|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|\n");
    std::size_t wrong = 0;
    for (auto const rtt : with.rtts) {
        std::optional<delay_proxy> proxy;
        auto where = postgres::parse_url(url).value();
        auto far = url;
        if (rtt > 0) {
            proxy.emplace(server.port(), std::chrono::microseconds(rtt * 500));
            auto const port = fmt::format(":{}/", server.port());
            far.replace(far.find(port), port.size(), fmt::format(":{}/", proxy->port()));
        }
        for (auto const callers : with.callers) {
            for (auto const& how : ways) {
                std::vector<measured> all;
                for (int round = 0; round < with.rounds; ++round)
                    all.push_back(measure(with, far, how, callers, rtt / 1'000.0));
                std::ranges::sort(all, {}, &measured::rps);
                auto const m = all[all.size() / 2];
                for (auto const& one : all) wrong += one.wrong;
                auto const per_rtt = [&](double n) {
                    return rtt > 0 ? m.rps / (n * 1'000.0 / rtt) : 0;
                };
                fmt::print(
                    "| {} | {} | {} | {:.0f} | {:.1f} | {:.1f} | {} | {} | {:.1f} | {:.0f} |\n",
                    rtt, callers, how.name, m.rps, m.p50, m.p99,
                    rtt > 0
                        ? fmt::format("{:.1f} x", per_rtt(static_cast<double>(with.connections)))
                        : "",
                    rtt > 0 ? fmt::format("{:.0f} %", 100 * per_rtt(callers)) : "",
                    m.reads_per_sync, m.cpu_us);
                std::fflush(stdout);
            }
        }
        if (rtt == 0)
            for (int const reads : {1, 16})
                if (auto const tps = pgbench(with, server, reads))
                    fmt::print(
                        "| 0 | {} | pgbench, pipelined, {} read{} a Sync | {:.0f} | | | | | {} | |\n",
                        with.connections, reads, reads == 1 ? "" : "s", *tps, reads);
    }
    fmt::print(
        "\n{} connections, {} rows of {} tenants under row level security; wrong answers: {}\n",
        with.connections, tenants * keys, tenants, wrong);
    server.stop();
    if (with.folder.empty()) std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace agente::bench

int main(int argc, char** argv) {
    agente::bench::settings with;
    CLI::App app("The PostgreSQL library: mode x round-trip time x callers");
    app.add_option("--seconds", with.seconds, "measured per line");
    app.add_option("--rounds", with.rounds, "of each line; the median is printed");
    app.add_option("--connections", with.connections);
    app.add_option("--rtt", with.rtts, "milliseconds")->delimiter(',');
    app.add_option("--callers", with.callers)->delimiter(',');
    app.add_option("--folder", with.folder,
                   "for the private server; kept. Without it a temporary one is used");
    CLI11_PARSE(app, argc, argv);
    agente::bench::table(with);
}
