// Webhooks taken in by the real binary over HTTP: signed, parsed, resolved to their hotel,
// committed, acknowledged. Prints a Markdown table.
#include <CLI/CLI.hpp>
#include <map>
#include <tuple>

#include "bench/world.hpp"

namespace agente::bench {
namespace {

struct settings {
    double seconds{2.5};
    int rounds{3};
    int loops{1};
    std::size_t hotels{64}, prepared{120'000};
    std::vector<int> rtts{0, 20}, senders{32, 128, 512};
};

constexpr double connections = 4;

struct kind {
    std::string pipeline;
    bool replies;
    auto operator<=>(kind const&) const = default;
};

struct line {
    rounds per_second, p50, p99, server_us, server_cores, generator_us, peak_mib, rows, answered;
};

void check(world& around, flood_result const& got) {
    auto const stored = around.database().number("select count(*) from agente.inbox");
    if (stored < static_cast<std::int64_t>(got.acknowledged))
        throw std::runtime_error(
            fmt::format("{} messages were acknowledged, {} are stored", got.acknowledged, stored));
    if (got.refused > 0)
        throw std::runtime_error(fmt::format("{} webhooks were refused", got.refused));
}

void measure(world& around, settings const& with, std::vector<std::string> const& texts, int rtt,
             int senders, kind const& what, line& to) {
    around.forget_messages();
    around.forget_sessions();
    auto const program =
        around.start({.rtt = rtt, .pipeline = what.pipeline, .replies = what.replies});
    program->wait_until_ready();
    double cpu_before = 0, cpu_after = 0;
    std::map<std::string, double> before, after;
    auto got = flood(
        {.port = program->port(),
         .senders = senders,
         .loops = with.loops,
         .warm_seconds = 0.5 + 10 * rtt / 1'000.0,
         .seconds = with.seconds},
        texts, [&] { before = program->metrics(), cpu_before = program->cpu_seconds(); },
        [&] { cpu_after = program->cpu_seconds(), after = program->metrics(); });
    auto const many = static_cast<double>(got.counted);
    to.per_second.add(many / got.took_seconds);
    to.p50.add(got.taken.percentile(0.5));
    to.p99.add(got.taken.percentile(0.99));
    to.server_us.add((cpu_after - cpu_before) * 1e6 / many);
    to.server_cores.add((cpu_after - cpu_before) / got.took_seconds);
    to.generator_us.add(got.generator_cpu_us);
    to.peak_mib.add(program->peak_mib());
    auto const grew = [&](char const* name) { return after[name] - before[name]; };
    to.answered.add(grew("channels_sendings_total") / got.took_seconds);
    to.rows.add(grew("channels_messages_total") /
                std::max(1.0, grew("postgres_round_trips_total")));
    check(around, got);
}

void table(settings const& with) {
    world around(with.hotels);
    progress("signing webhooks");
    auto const source = around.source();
    std::vector<std::string> texts;
    texts.reserve(with.prepared);
    for (std::size_t n = 0; n < with.prepared; ++n)
        texts.push_back(
            webhook(source, n, "Hola, ¿tienen una habitación doble para este fin de semana?"));

    std::map<std::tuple<int, int, kind>, line> lines;
    for (int round = 1; round <= with.rounds; ++round)
        for (auto const rtt : with.rtts)
            for (auto const senders : with.senders) {
                std::vector<kind> kinds{{"single", false}, {"multi", false}};
                if (senders == with.senders.back()) kinds.push_back({"single", true});
                for (auto const& what : kinds) {
                    auto& to = lines[{rtt, senders, what}];
                    measure(around, with, texts, rtt, senders, what, to);
                    progress(
                        fmt::format("round {} of {}: RTT {} ms, {} senders, {}{}: {}/s (median)",
                                    round, with.rounds, rtt, senders, what.pipeline,
                                    what.replies ? ", answering" : "", to.per_second.show()));
                }
            }

    fmt::print(
        "| RTT ms | senders | DB_PIPELINE | messages/s | p50 ms | p99 ms | p50 in RTT | p99 in RTT "
        "| of one INSERT each | messages a round trip | server CPU us a message | server cores "
        "| generator CPU us a message | peak RSS MiB |\n"
        "|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
    for (auto const& [which, of] : lines) {
        auto const& [rtt, senders, what] = which;
        auto const in_rtt = [rtt = rtt](double ms) {
            return rtt > 0 ? fmt::format("{:.1f}", ms / rtt) : "";
        };
        fmt::print("| {} | {} | {}{} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
                   rtt, senders, what.pipeline,
                   what.replies ? fmt::format(", and {} replies/s", of.answered.show()) : "",
                   of.per_second.show_with_spread(), of.p50.show(1), of.p99.show(1),
                   in_rtt(of.p50.median()), in_rtt(of.p99.median()),
                   times(of.per_second.median(), rtt > 0 ? connections * 1'000 / rtt : 0),
                   of.rows.show(1), of.server_us.show(), of.server_cores.show(2),
                   of.generator_us.show(), of.peak_mib.show());
    }
    fmt::print(
        "\n`agente-hotel serve` with one worker and a pool of 2 + 2 connections, {} hotels; PostgreSQL "
        "with fsync on; every sender has one webhook of one message on the way and waits for its "
        "200. One INSERT each cannot exceed connections/RTT = 200/s at 20 ms. After every run the "
        "stored rows were counted: every acknowledged message is there; none was refused. Taking in "
        "is measured by itself: DEBOUNCE_MS is longer than the run, so that no guest is answered "
        "meanwhile (and LEASE_SECONDS longer than that, so that no leases are renewed); in the lines with replies DEBOUNCE_MS is 0 and the same worker also answers, "
        "and what it does not get to waits in PostgreSQL. The generator, with {} event loop{}, the "
        "delay proxy and PostgreSQL share the machine. Medians of {} interleaved rounds of {} s; ± "
        "is half the range.\n",
        with.hotels, with.loops, with.loops == 1 ? "" : "s", with.rounds, with.seconds);
}

}  // namespace
}  // namespace agente::bench

int main(int argc, char** argv) {
    agente::bench::settings with;
    CLI::App app("Webhook ingest by the real binary");
    app.add_option("--seconds", with.seconds, "measured per line and round");
    app.add_option("--rounds", with.rounds);
    app.add_option("--loops", with.loops, "event loops of the generator");
    app.add_option("--prepared", with.prepared, "webhooks signed before, for one run at most");
    app.add_option("--rtt", with.rtts, "milliseconds")->delimiter(',');
    app.add_option("--senders", with.senders)->delimiter(',');
    CLI11_PARSE(app, argc, argv);
    agente::bench::table(with);
}
