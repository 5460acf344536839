// The Redis library alone: GETs a second over one shared connection, by number of concurrent
// callers, beside what redis-benchmark reaches over one connection with a pipeline as deep. Prints
// a Markdown table.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstdio>
#include <filesystem>

#include "embedded/redis_server.hpp"
#include "net/gate.hpp"
#include "redis/connection.hpp"

namespace agente::bench {
namespace {

using steady = std::chrono::steady_clock;

constexpr int rounds = 3;  // interleaved; the median is printed

struct line {
    std::vector<double> ours, theirs,
        microseconds;  // per second, per second, CPU of this process a GET
};

double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    auto const seconds = [](timeval const& t) {
        return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double median(std::vector<double> of) {
    if (of.empty()) return 0;
    std::sort(of.begin(), of.end());
    return of[of.size() / 2];
}

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
    into.ours.push_back(total / std::chrono::duration<double>(steady::now() - began).count());
    into.microseconds.push_back((cpu_seconds() - cpu) * 1e6 / total);
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

void table() {
    auto const folder =
        std::filesystem::temp_directory_path() / fmt::format("agente-redis-bench-{}", ::getpid());
    embedded::redis_server server({.folder = folder});
    asio::io_context loop(1);
    telemetry::metrics metrics;
    redis::connection at(loop, redis::parse_url(server.url()).value(), metrics);
    std::map<int, line> lines;
    auto const all = [&]() -> task<> {
        co_await at.start();
        std::vector<std::string> words{"SET", "key", "0123456789"};
        co_await at.command(std::move(words));
        for (int round = 0; round < rounds; ++round)
            for (int const callers : {1, 32, 128}) {
                auto const total = callers == 1 ? 20'000 : 256'000;
                co_await measure(at, callers, total, lines[callers]);
                if (auto const theirs = redis_benchmark(server, callers, total))
                    lines[callers].theirs.push_back(*theirs);
            }
        co_await at.stop();
    };
    std::exception_ptr failed;
    asio::co_spawn(loop, all(), [&](std::exception_ptr e) { failed = e; });
    loop.run();
    if (failed) std::rethrow_exception(failed);

    fmt::print(
        "| callers | GET/s | CPU us each | redis-benchmark, 1 connection, as deep a pipeline | ratio |\n|---|---|---|---|---|\n");
    for (auto const& [callers, each] : lines) {
        auto const theirs = median(each.theirs);
        fmt::print("| {} | {:.0f} | {:.1f} | {} | {} |\n", callers, median(each.ours),
                   median(each.microseconds),
                   theirs > 0 ? fmt::format("{:.0f}", theirs) : "not installed",
                   theirs > 0 ? fmt::format("{:.2f}", median(each.ours) / theirs) : "");
    }
    server.stop();
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace agente::bench

int main() { agente::bench::table(); }
