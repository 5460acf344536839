// The PostgreSQL library alone: how many tenant-scoped reads a small pool answers, by way of
// sharing, distance and callers, beside what one request a connection could (connections / RTT) and
// what nobody can exceed (callers / RTT). Prints a Markdown table.
#include <CLI/CLI.hpp>
#include <map>
#include <tuple>

#include "bench/read_load.hpp"
#include "bench/statistics.hpp"

namespace agente::bench {
namespace {

struct settings {
    double seconds{1.2};
    std::size_t connections{4};
    std::vector<int> rtts{0, 10, 20, 40}, callers{4, 32, 128};
    int rounds{3};
};

struct line {
    rounds per_second, p50, p99, cpu, per_sync;
};

void table(settings const& with) {
    temporary_folder const folder;
    private_database database(folder.path());
    fill_bookings(database);
    std::map<std::tuple<int, int, way>, line> lines;
    std::size_t wrong = 0;
    for (int round = 1; round <= with.rounds; ++round)
        for (auto const rtt : with.rtts)
            for (auto const callers : with.callers)
                for (auto const how : {way::one_a_connection, way::single, way::multi}) {
                    auto const got = measure_reads({.url = database.url(rtt),
                                                    .how = how,
                                                    .callers = callers,
                                                    .connections = with.connections,
                                                    .rtt_seconds = rtt / 1'000.0,
                                                    .seconds = with.seconds});
                    auto& to = lines[{rtt, callers, how}];
                    to.per_second.add(got.per_second);
                    to.p50.add(got.p50_ms);
                    to.p99.add(got.p99_ms);
                    to.cpu.add(got.cpu_us);
                    to.per_sync.add(got.reads_per_sync);
                    wrong += got.wrong;
                    progress(fmt::format("round {} of {}: RTT {} ms, {} callers, {}: {:.0f}/s",
                                         round, with.rounds, rtt, callers, name_of(how),
                                         got.per_second));
                }

    fmt::print(
        "| RTT ms | callers | how | reads/s | p50 ms | p99 ms | of connections/RTT | of callers/RTT "
        "| of one a connection | reads a Sync | CPU us a read |\n"
        "|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
    for (auto const& [which, of] : lines) {
        auto const [rtt, callers, how] = which;
        auto const per_rtt = [rtt = rtt](double n) { return rtt > 0 ? n * 1'000.0 / rtt : 0; };
        auto const& alone = lines.at({rtt, callers, way::one_a_connection});
        fmt::print("| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", rtt, callers,
                   name_of(how), of.per_second.show_with_spread(), of.p50.show(1), of.p99.show(1),
                   times(of.per_second.median(), per_rtt(static_cast<double>(with.connections))),
                   percent(of.per_second.median(), per_rtt(callers)),
                   how == way::one_a_connection
                       ? ""
                       : times(of.per_second.median(), alone.per_second.median()),
                   of.per_sync.show(1), of.cpu.show());
    }
    fmt::print(
        "\n{} connections, a batch of two statements a read (scope, then the row by its key), one "
        "event loop; {} bookings of {} hotels under row level security on the deployed schema. "
        "Every answer was checked: {} wrong. Medians of {} interleaved rounds of {} s; ± is half "
        "the range. CPU is the client's; the delay proxy, PostgreSQL and the client share the "
        "machine.\n",
        with.connections, hotels * bookings_each, hotels, wrong, with.rounds, with.seconds);
    if (wrong > 0) throw std::runtime_error("wrong answers");
}

}  // namespace
}  // namespace agente::bench

int main(int argc, char** argv) {
    agente::bench::settings with;
    CLI::App app("The PostgreSQL library: way of sharing x round-trip time x callers");
    app.add_option("--seconds", with.seconds, "measured per line and round");
    app.add_option("--rounds", with.rounds);
    app.add_option("--connections", with.connections);
    app.add_option("--rtt", with.rtts, "milliseconds")->delimiter(',');
    app.add_option("--callers", with.callers)->delimiter(',');
    CLI11_PARSE(app, argc, argv);
    agente::bench::table(with);
}
