// What one instance costs: time from execution to ready beside servers that are up, memory idle
// and under load, size of the program. Prints a Markdown table.
#include <CLI/CLI.hpp>
#include <thread>

#include "bench/loop.hpp"
#include "bench/world.hpp"

namespace agente::bench {
namespace {

struct settings {
    int starts{20};
    double idle_seconds{2}, seconds{5};
    int senders{512};
};

constexpr double mebibyte = 1024.0 * 1024.0;

void table(settings const& with) {
    world around(64);
    rounds ready, idle;
    std::map<int, rounds> far;
    for (int i = 0; i < with.starts; ++i)
        for (int const rtt : {0, 20}) {
            auto const program = around.start({.rtt = rtt});
            far[rtt].add(program->wait_until_ready().count());
        }
    progress(fmt::format("{} starts: {} ms", with.starts, far[0].show()));

    auto const program = around.start({});
    program->wait_until_ready();
    std::this_thread::sleep_for(seconds(with.idle_seconds));
    auto const idle_mib = program->resident_mib();
    auto const idle_cpu = program->cpu_seconds();
    std::this_thread::sleep_for(seconds(with.idle_seconds));
    auto const idle_cores = (program->cpu_seconds() - idle_cpu) / with.idle_seconds;

    auto const source = around.source();
    std::vector<std::string> texts;
    for (std::size_t n = 0; n < 150'000; ++n) texts.push_back(webhook(source, n, "Hola"));
    double loaded_mib = 0;
    auto const got = flood(
        {.port = program->port(), .senders = with.senders, .seconds = with.seconds}, texts, [] {},
        [&] { loaded_mib = program->resident_mib(); });
    auto const per_second = static_cast<double>(got.counted) / got.took_seconds;
    progress(fmt::format("{} senders: {:.0f}/s", with.senders, per_second));
    auto const peak_mib = program->peak_mib();
    auto const size = static_cast<double>(std::filesystem::file_size(built_program()));

    fmt::print("| what | measured |\n|---|--:|\n");
    fmt::print("| execution to ready, servers up, median of {} | {} ms |\n", with.starts,
               far[0].show_with_spread());
    fmt::print("| the same, PostgreSQL 20 ms away | {} ms |\n", far[20].show_with_spread());
    fmt::print("| RSS idle | {:.1f} MiB |\n| CPU idle | {:.1f} % of a core |\n", idle_mib,
               100 * idle_cores);
    fmt::print("| RSS with {} senders, {:.0f} messages/s | {:.1f} MiB |\n", with.senders,
               per_second, loaded_mib);
    fmt::print("| RSS at most | {:.1f} MiB |\n", peak_mib);
    fmt::print("| size of the program, with symbols | {:.1f} MiB |\n", size / mebibyte);
    fmt::print(
        "\nReady: `/health/ready` answers 200, asked every half millisecond: PostgreSQL and Redis "
        "were reached. The load is webhooks of new guests without pause for {} s while the same "
        "worker answers them.\n",
        with.seconds);
}

}  // namespace
}  // namespace agente::bench

int main(int argc, char** argv) {
    agente::bench::settings with;
    CLI::App app("Start-up time, memory, size");
    app.add_option("--starts", with.starts);
    app.add_option("--seconds", with.seconds, "of load");
    CLI11_PARSE(app, argc, argv);
    agente::bench::table(with);
}
