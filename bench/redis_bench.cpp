// The Redis library alone: GETs a second over one shared connection, by number of concurrent
// callers, beside what redis-benchmark reaches over one connection with a pipeline as deep. Prints
// a Markdown table.
#include <CLI/CLI.hpp>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstdio>
#include <map>

#include "bench/loop.hpp"
#include "bench/private_database.hpp"
#include "bench/statistics.hpp"
#include "embedded/redis_server.hpp"
#include "net/gate.hpp"
#include "redis/connection.hpp"

namespace agente::bench {
namespace {

struct settings {
    int rounds{5};
    int gets{256'000};  // a measurement; a twelfth of it for one caller
    std::vector<int> callers{1, 32, 128};
};

struct line {
    rounds ours, theirs, cpu_us;
};

task<> get_often(redis::connection& at, int times, int& left, net::gate& ended) {
    for (int i = 0; i < times; ++i) {
        std::vector<std::string> words{"GET", "key"};
        auto const answer = co_await at.command(std::move(words));
        if (answer.string() != "0123456789") throw std::runtime_error("a wrong answer");
    }
    if (--left == 0) ended.open_all();
}

task<> measure(redis::connection& at, int callers, int total, line& into) {
    auto const executor = co_await asio::this_coro::executor;
    net::gate ended;
    auto left = callers;
    auto const cpu = cpu_seconds();
    auto const began = steady::now();
    for (int i = 0; i < callers; ++i)
        asio::co_spawn(executor, get_often(at, total / callers, left, ended), asio::detached);
    while (left > 0) co_await ended.wait();
    into.ours.add(total / std::chrono::duration<double>(steady::now() - began).count());
    into.cpu_us.add((cpu_seconds() - cpu) * 1e6 / total);
}

// redis-benchmark's own figure; nothing when the program is not installed.
std::optional<double> redis_benchmark(embedded::redis_server const& server, int depth, int total) {
    // It takes the password (a throw-away one) from nowhere else than its command line.
    auto const command =
        fmt::format("redis-benchmark -p {} -a {} -t get -n {} -c 1 -P {} --csv 2>/dev/null",
                    server.port(), server.password().reveal(), total, depth);
    std::unique_ptr<FILE, int (*)(FILE*)> const pipe(::popen(command.c_str(), "r"), ::pclose);
    std::string text;
    for (std::array<char, 256> part{}; pipe && std::fgets(part.data(), part.size(), pipe.get());)
        text += part.data();
    auto const at = text.find("\"GET\",\"");
    if (at == text.npos) return std::nullopt;
    return std::strtod(text.c_str() + at + 7, nullptr);
}

task<> fill(redis::connection& at) {
    co_await at.start();
    std::vector<std::string> words{"SET", "key", "0123456789"};
    co_await at.command(std::move(words));
}

void table(settings const& with) {
    temporary_folder const folder;
    embedded::redis_server server({.folder = folder.path() / "redis"});
    asio::io_context loop(1);
    telemetry::metrics metrics;
    redis::connection at(loop, redis::parse_url(server.url()).value(), metrics);
    std::map<int, line> lines;
    run(loop, fill(at));
    for (int round = 1; round <= with.rounds; ++round)
        for (int const callers : with.callers) {
            auto& to = lines[callers];
            auto const total = callers == 1 ? with.gets / 12 : with.gets;
            run(loop, measure(at, callers, total, to));
            if (auto const theirs = redis_benchmark(server, callers, total)) to.theirs.add(*theirs);
            progress(fmt::format("round {} of {}: {} callers: {}/s, redis-benchmark {}/s (medians)",
                                 round, with.rounds, callers, to.ours.show(), to.theirs.show()));
        }
    run(loop, at.stop());

    fmt::print(
        "| callers | GET/s | CPU us each | redis-benchmark, as deep a pipeline | ratio |\n"
        "|--:|--:|--:|--:|--:|\n");
    for (auto const& [callers, each] : lines)
        fmt::print("| {} | {} | {} | {} | {} |\n", callers, each.ours.show_with_spread(),
                   each.cpu_us.show(1), each.theirs.show_with_spread(),
                   percent(each.ours.median(), each.theirs.median()));
    fmt::print(
        "\nOne connection on either side, no delay; every answer of ours was checked. Medians of {} "
        "interleaved rounds; ± is half the range.\n",
        with.rounds);
}

}  // namespace
}  // namespace agente::bench

int main(int argc, char** argv) {
    agente::bench::settings with;
    CLI::App app("The Redis library beside redis-benchmark");
    app.add_option("--rounds", with.rounds);
    app.add_option("--gets", with.gets, "a measurement");
    app.add_option("--callers", with.callers)->delimiter(',');
    CLI11_PARSE(app, argc, argv);
    agente::bench::table(with);
}
