// Finding the hotel of a message with few and with very many hotels: time, cold and remembered, and
// memory. Prints a Markdown table.
#include <malloc.h>
#include <CLI/CLI.hpp>

#include <boost/asio/co_spawn.hpp>
#include <map>
#include <thread>

#include "bench/loop.hpp"
#include "bench/world.hpp"
#include "postgres/database.hpp"
#include "tenancy/directory.hpp"

namespace agente::bench {
namespace {

using namespace std::chrono_literals;

struct settings {
    int rounds{3};
    std::vector<int> hotels{10, 1'000, 100'000};
    int senders{128};
    double seconds{3};
};

constexpr int asked_cold = 1'000, asked_again = 50'000, loads_at_once = 128;
constexpr int identifiers_each = 10;
constexpr int weighed_whole = 10'000;  // hotels whose identifiers are all learned
constexpr int weighed_least = 100;     // fewer hotels are lost in what else moves on the heap

struct line {
    rounds number_cold, number_p99, number_known, identifier_cold, identifier_p99, identifier_known,
        identifier_bytes, hotel_bytes, most_mib, served_mib;
};

std::string number_id(int hotel) { return fmt::format("1065403522{:05}", hotel); }
std::string identifier(int hotel, int which = 0) {
    return fmt::format("+54911{}{:06}", 50 + which, hotel);
}

// Hotels "hotel-<i>" are world's; each gets identifiers_each of them.
void add_identifiers(private_database& to) {
    to.execute(
        fmt::format("insert into public.tenant_user_identifiers (tenant_id, identifier)"
                    " select id, '+54911' || 50 + n || lpad(substr(tenant_id, 7), 6, '0')"
                    "   from public.tenants, generate_series(0, {}) n",
                    identifiers_each - 1));
    to.execute("analyze public.tenants, public.tenant_user_identifiers");
}

double heap_bytes() {
    auto const now = ::mallinfo2();
    return static_cast<double>(now.uordblks + now.hblkhd);
}

// The look-ups of one directory, which forgets nothing for an hour.
class library {
public:
    library(std::string const& url, std::size_t most_entries)
        : db_(loop_, options(url), metrics_),
          found_(db_, time_, {.fresh = 1h, .most_entries = most_entries}, metrics_) {
        run(loop_, db_.start());
        run(loop_, by_number(0));  // what the first one costs is the connection's
    }
    ~library() { run(loop_, db_.stop()); }

    task<> by_number(int hotel) {
        auto const got = co_await found_.by_number(number_id(hotel));
        if (!got || got->who->slug != fmt::format("hotel-{}", hotel))
            throw std::runtime_error("a number that is not its hotel's");
    }
    task<> by_identifier(int hotel, int which = 0) {
        auto const got = co_await found_.by_identifier(identifier(hotel, which));
        if (!got || got->who->slug != fmt::format("hotel-{}", hotel))
            throw std::runtime_error("an identifier that is not its hotel's");
    }

    // Each hotel once, one after the other, from the database; then again from memory, in
    // nanoseconds of CPU.
    template <class Ask>
    void measure(Ask ask, std::vector<int> const& which, rounds& cold, rounds& p99, rounds& known) {
        latencies taken;
        run(loop_, [](auto once, auto const& all, latencies& into) -> task<> {
            for (auto const hotel : all) {
                auto const start = steady::now();
                co_await once(hotel);
                into.add(steady::now() - start);
            }
        }(ask, which, taken));
        cold.add(taken.percentile(0.5));
        p99.add(taken.percentile(0.99));
        auto const before = cpu_seconds();
        run(loop_, [](auto once, auto const& all) -> task<> {
            for (int i = 0; i < asked_again; ++i)
                co_await once(all[static_cast<std::size_t>(i) % all.size()]);
        }(ask, which));
        known.add((cpu_seconds() - before) * 1e9 / asked_again);
    }

    // `hotels` of them by some of their identifiers, many at once.
    void learn_all(int hotels, int first = 0, int end = 1) {
        int const each = end - first;
        int next = 0, running = loads_at_once;
        std::exception_ptr failed;
        for (int i = 0; i < loads_at_once; ++i)
            asio::co_spawn(
                loop_,
                [](library& in, int& from, int to, int most, int which) -> task<> {
                    while (from < to) {
                        auto const mine = from++;
                        co_await in.by_identifier(mine / most, which + mine % most);
                    }
                }(*this, next, hotels * each, each, first),
                [&](std::exception_ptr e) {
                    --running;
                    if (e) failed = e;
                });
        loop_.restart();
        while (running > 0) loop_.run_one();
        if (failed) std::rethrow_exception(failed);
    }

private:
    static postgres::options options(std::string const& url) {
        postgres::options o;
        o.server = postgres::parse_url(url).value();
        return o;
    }

    asio::io_context loop_{1};
    telemetry::metrics metrics_;
    real_clock time_;
    postgres::database db_;
    tenancy::directory found_;
};

// Heap that a directory holds when it has been asked for one identifier of each hotel.
double heap_of_all(std::string const& url, int hotels, std::size_t most_entries) {
    library all(url, most_entries);
    all.learn_all(std::min(hotels, 8));  // connections and their buffers are there
    auto const before = heap_bytes();
    all.learn_all(hotels);
    return heap_bytes() - before;
}

// What one more identifier of a hotel costs that is in memory already, and what a hotel costs
// without its identifiers: of a directory that forgets nothing.
void weigh(std::string const& url, int hotels, line& to) {
    auto const count = std::min(hotels, weighed_whole);
    library all(url, 4 * static_cast<std::size_t>(hotels * identifiers_each) + 64);
    all.learn_all(std::min(hotels, 8));
    auto const empty = heap_bytes();
    all.learn_all(hotels);
    auto const known = heap_bytes();
    all.learn_all(count, 1, identifiers_each);
    auto const one = (heap_bytes() - known) / (static_cast<double>(count) * (identifiers_each - 1));
    to.identifier_bytes.add(one);
    to.hotel_bytes.add((known - empty) / (hotels - std::min(hotels, 8)) - one);
}

// Messages to all hotels' numbers, answered: what the service then holds in memory.
double resident_after_load(world& around, settings const& with) {
    auto const source = around.source();
    std::vector<std::string> texts;
    for (std::size_t n = 0; n < 60'000; ++n) texts.push_back(webhook(source, n, "Hola"));
    around.forget_messages();
    around.forget_sessions();
    auto const program = around.start({});
    program->wait_until_ready();
    double resident = 0;
    flood(
        {.port = program->port(), .senders = with.senders, .seconds = with.seconds}, texts, [] {},
        [&] { resident = program->resident_mib(); });
    return resident;
}

void measure(int hotels, settings const& with, line& to) {
    world around(static_cast<std::size_t>(hotels));
    add_identifiers(around.database());
    auto const url = around.database().url();
    std::vector<int> which;  // spread over all of them
    auto const many = std::min(hotels, asked_cold);
    for (int i = 0; i < many; ++i) which.push_back(i * (hotels / many));
    for (int round = 0; round < with.rounds; ++round) {
        library asked(url, 65'536);
        asked.measure([&](int hotel) { return asked.by_identifier(hotel); }, which,
                      to.identifier_cold, to.identifier_p99, to.identifier_known);
        library again(url, 65'536);
        again.measure([&](int hotel) { return again.by_number(hotel); }, which, to.number_cold,
                      to.number_p99, to.number_known);
    }
    if (hotels >= weighed_least) weigh(url, hotels, to);
    to.most_mib.add(heap_of_all(url, hotels, tenancy::directory_options{}.most_entries) /
                    (1024.0 * 1024.0));
    if (with.seconds > 0) to.served_mib.add(resident_after_load(around, with));
}

void table(settings const& with) {
    std::map<int, line> lines;
    for (int const hotels : with.hotels) {
        progress(fmt::format("{} hotels", hotels));
        measure(hotels, with, lines[hotels]);
    }
    fmt::print(
        "| hotels | by number, cold ms | p99 | remembered, ns of CPU | by identifier, "
        "cold ms | p99 | remembered, ns of CPU | bytes an identifier | bytes a hotel | MiB when all "
        "were asked for | RSS of the service MiB |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
    for (auto const& [hotels, of] : lines)
        fmt::print("| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", hotels,
                   of.number_cold.show_with_spread(2), of.number_p99.show(2),
                   of.number_known.show_with_spread(), of.identifier_cold.show_with_spread(2),
                   of.identifier_p99.show(2), of.identifier_known.show_with_spread(),
                   of.identifier_bytes.show(), of.hotel_bytes.show(), of.most_mib.show(2),
                   of.served_mib.show(1));
    fmt::print(
        "\n`tenancy::directory`, {} identifiers a hotel, no delay. Cold: {} hotels spread over all "
        "(or all), one look-up after the other, each a round trip; remembered: the same ones again, "
        "{} times. Every answer was checked. Bytes: heap of a directory that forgets nothing; of an "
        "identifier, one more of a hotel that is in memory (of {} hotels at most); of a hotel, what "
        "the first identifier of each costs more than that. MiB: of a directory with the limit of {} "
        "entries that is deployed, asked for one identifier of each. RSS: the whole service while {} "
        "guests at a time write to the hotels' numbers in turn for {} s and are answered. Medians of "
        "{} rounds; ± is half the range.\n",
        identifiers_each, asked_cold, asked_again, weighed_whole,
        tenancy::directory_options{}.most_entries, with.senders, with.seconds, with.rounds);
}

}  // namespace
}  // namespace agente::bench

int main(int argc, char** argv) {
    agente::bench::settings with;
    CLI::App app("Finding the hotel of a message");
    app.add_option("--rounds", with.rounds);
    app.add_option("--hotels", with.hotels)->delimiter(',');
    app.add_option("--seconds", with.seconds, "of load on the service; 0: none");
    CLI11_PARSE(app, argc, argv);
    agente::bench::table(with);
}
