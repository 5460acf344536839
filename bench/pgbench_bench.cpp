// The library beside pgbench, PostgreSQL's own load generator in C: the same statements, as many
// connections, no delay, turn by turn. Prints a Markdown table.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>

#include "bench/read_load.hpp"
#include "bench/statistics.hpp"
#include "embedded/binaries.hpp"

namespace agente::bench {
namespace {

struct settings {
    double seconds{2};
    std::size_t connections{4};
    std::vector<int> callers{32, 128}, reads_per_sync{1, 4, 16, 64};
    int rounds{3};
};

// In pipeline mode pgbench sends one Sync, at \endpipeline: `reads` of them share it. The
// statements are those of the library, word for word, parameters included.
std::string script_of(int reads) {
    std::string out;
    for (int i = 0; i < reads; ++i)
        out +=
            fmt::format("\\set t{0} random(1, {1})\n\\set r{0} :t{0} * 1000000 + random(1, {2})\n",
                        i, hotels, bookings_each);
    out += "\\startpipeline\n";
    std::string read(read_booking_sql);
    for (int i = 0; i < reads; ++i) {
        out += fmt::format(
            "select set_config('role', :role, true), set_config('agente.tenant', :t{}, true), "
            "set_config('statement_timeout', :limit, true), "
            "set_config('transaction_read_only', 'on', true);\n",
            i);
        out += std::string(read).replace(read.find("$1"), 2, fmt::format(":r{}", i)) + ";\n";
    }
    return out + "\\endpipeline\n";
}

double pgbench(settings const& with, private_database& database,
               std::filesystem::path const& folder, int reads) {
    auto const script = folder / fmt::format("read-{}.sql", reads);
    std::ofstream(script) << script_of(reads);
    ::setenv("PGPASSWORD", std::string(database.server().password().reveal()).c_str(), 1);
    auto const command = fmt::format(
        "{} -n -M extended -c {} -j 1 -T {} -D role=agente_app -D limit=5000 -f {} -h 127.0.0.1 -p "
        "{} -U postgres agente 2>&1",
        (embedded::postgres_programs() / "pgbench").string(), with.connections,
        std::max(1, static_cast<int>(std::lround(with.seconds))), script.string(),
        database.server().port());
    std::unique_ptr<FILE, int (*)(FILE*)> const pipe(::popen(command.c_str(), "r"), ::pclose);
    std::string said;
    double tps = 0;
    for (std::array<char, 512> part{}; pipe && std::fgets(part.data(), part.size(), pipe.get());) {
        said += part.data();
        std::sscanf(part.data(), "tps = %lf", &tps);
    }
    if (tps == 0) throw std::runtime_error("pgbench failed:\n" + said);
    return tps * reads;
}

struct line {
    rounds per_second, per_sync;
};

void table(settings const& with) {
    temporary_folder const folder;
    private_database database(folder.path());
    fill_bookings(database);
    std::map<int, rounds> theirs;
    std::map<std::pair<way, int>, line> ours;
    auto const told = [&](int round, std::string const& who, double per_second) {
        progress(fmt::format("round {} of {}: {}: {:.0f}/s", round, with.rounds, who, per_second));
    };
    // Alternating, so that a slow moment of the machine does not hit one side only.
    for (int round = 1; round <= with.rounds; ++round) {
        auto next = with.reads_per_sync.begin();
        auto const one_of_theirs = [&] {
            if (next == with.reads_per_sync.end()) return;
            auto const got = pgbench(with, database, folder.path(), *next);
            theirs[*next].add(got);
            told(round, fmt::format("pgbench, {} a Sync", *next++), got);
        };
        for (auto const how : {way::single, way::multi})
            for (auto const callers : with.callers) {
                auto const got = measure_reads({.url = database.url(),
                                                .how = how,
                                                .callers = callers,
                                                .connections = with.connections,
                                                .seconds = with.seconds});
                ours[{how, callers}].per_second.add(got.per_second);
                ours[{how, callers}].per_sync.add(how == way::multi ? 1 : got.reads_per_sync);
                told(round, fmt::format("{}, {} callers", name_of(how), callers), got.per_second);
                one_of_theirs();
            }
        while (next != with.reads_per_sync.end()) one_of_theirs();
    }

    std::string ratios, rule;
    for (auto const& [reads, _] : theirs) {
        ratios += fmt::format(" of pgbench, {} a Sync |", reads);
        rule += "--:|";
    }
    fmt::print("| | reads a Sync | reads/s |{}\n|---|--:|--:|{}\n", ratios, rule);
    for (auto const& [reads, of] : theirs)
        fmt::print("| pgbench | {} | {} |{}\n", reads, of.show_with_spread(),
                   fmt::format("{:|>{}}", "", theirs.size()));
    for (auto const& [which, of] : ours) {
        std::string compared;
        for (auto const& [reads, other] : theirs)
            compared += fmt::format(" {} |", percent(of.per_second.median(), other.median()));
        fmt::print("| {}, {} callers | {} | {} |{}\n", name_of(which.first), which.second,
                   of.per_sync.show(1), of.per_second.show_with_spread(), compared);
    }
    fmt::print(
        "\n{} connections on either side, unnamed statements (`pgbench -M extended -j 1`), the "
        "same two statements with the same parameters, no delay. pgbench throws the rows away; the "
        "library turns them into structs and checks them. Medians of {} interleaved rounds of {} "
        "s; ± is half the range.\n",
        with.connections, with.rounds, with.seconds);
}

}  // namespace
}  // namespace agente::bench

int main(int argc, char** argv) {
    agente::bench::settings with;
    CLI::App app("The PostgreSQL library beside pgbench in pipeline mode");
    app.add_option("--seconds", with.seconds, "measured per line and round");
    app.add_option("--rounds", with.rounds);
    app.add_option("--connections", with.connections);
    app.add_option("--callers", with.callers)->delimiter(',');
    app.add_option("--reads-per-sync", with.reads_per_sync, "of pgbench")->delimiter(',');
    CLI11_PARSE(app, argc, argv);
    agente::bench::table(with);
}
