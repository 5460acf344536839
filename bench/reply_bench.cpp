// From a guest's message to the reply in the channel's hands, through the real binary. Prints a
// Markdown table.
#include <CLI/CLI.hpp>
#include <map>
#include <tuple>

#include "bench/loop.hpp"
#include "bench/world.hpp"
#include "net/gate.hpp"

namespace agente::bench {
namespace {

using namespace std::chrono_literals;

struct settings {
    double seconds{2};
    int rounds{3};
    std::size_t hotels{64};
    std::vector<int> rtts{0, 20}, guests{1, 8, 32};
};

struct question {
    char const* name;
    char const* text;
};
constexpr question questions[] = {
    {"greeting", "Hola"},
    {"availability", "Hola, quiero una habitación del 12 al 15 de marzo para 2 personas"}};

// Which guests wait for their reply. Everything of it happens on the channel's loop.
class waiting_guests {
public:
    task<bool> reply_for(std::string phone, steady::time_point& at) {
        auto& mine = by_phone_[phone];
        auto const limit = steady::now() + 10s;
        while (!mine.arrived && co_await mine.changed.wait_until(limit)) {
        }
        auto const found = mine.arrived;
        if (found) at = *found;
        by_phone_.erase(phone);
        co_return found.has_value();
    }
    void expect(std::string const& phone) { by_phone_.try_emplace(phone); }
    void came(std::string const& phone) {
        auto const found = by_phone_.find(phone);
        if (found == by_phone_.end() || found->second.arrived) return;
        found->second.arrived = steady::now();
        found->second.changed.open_all();
    }

private:
    struct place {
        std::optional<steady::time_point> arrived;
        net::gate changed;
    };
    std::map<std::string, place> by_phone_;
};

struct load {
    bool over{false}, counting{false};
    int running{0};
    std::size_t unanswered{0}, counted{0};
    latencies replies, acknowledgements;
};

// One guest after the other, each with one message.
task<> guests_in_turn(waiting_guests& waiting, webhook_source source, char const* text,
                      std::size_t& next, load& of) {
    http_client client(co_await asio::this_coro::executor, source.port);
    co_await client.connect();
    while (!of.over) {
        auto const n = next++;
        auto const phone = guest_phone(n);
        auto const request = webhook(source, n, text);
        waiting.expect(phone);
        auto const start = steady::now();
        auto const status = co_await client.exchange(request);
        auto const acknowledged = steady::now();
        auto arrived = acknowledged;
        if (status != 200 || !co_await waiting.reply_for(phone, arrived)) {
            ++of.unanswered;
            continue;
        }
        if (!of.counting) continue;
        of.replies.add(arrived - start);
        of.acknowledgements.add(acknowledged - start);
    }
    --of.running;
}

struct line {
    rounds p50, p99, per_second, acknowledged_p50, trips, pms_ms, server_us, resident;
};

class bench {
public:
    explicit bench(settings const& with)
        : with_(with),
          around_(with.hotels, [this](std::string const& phone) { waiting_.came(phone); }) {}

    void measure(int rtt, std::string const& pipeline, question const& asked, int guests,
                 line& to) {
        around_.forget_messages();
        around_.forget_sessions();
        auto const program = around_.start({.rtt = rtt, .pipeline = pipeline});
        program->wait_until_ready();
        auto const source = around_.source();
        load of;
        of.running = guests;
        auto& side = around_.messages().side();
        for (int i = 0; i < guests; ++i)
            asio::co_spawn(side.loop(), guests_in_turn(waiting_, source, asked.text, next_, of),
                           [](std::exception_ptr e) {
                               if (e) std::rethrow_exception(e);
                           });
        auto const there = [&](auto what) {
            side.run([](auto inner) -> task<> {
                inner();
                co_return;
            }(what));
        };
        std::this_thread::sleep_for(seconds(0.7 + 10 * rtt / 1'000.0));
        auto before = program->metrics();
        auto const cpu_before = program->cpu_seconds();
        there([&] { of.counting = true; });
        std::this_thread::sleep_for(seconds(with_.seconds));
        there([&] { of.counting = false; });
        auto const cpu = program->cpu_seconds() - cpu_before;
        auto after = program->metrics();
        to.resident.add(program->resident_mib());
        there([&] { of.over = true; });
        for (bool ended = false; !ended;) {
            there([&] { ended = of.running == 0; });
            std::this_thread::sleep_for(1ms);
        }
        if (of.unanswered > 0 || of.replies.size() == 0)
            throw std::runtime_error(fmt::format("{} messages were not answered", of.unanswered));
        auto const grew = [&](char const* name) { return after[name] - before[name]; };
        auto const answered = grew("channels_sendings_total");
        auto const many = static_cast<double>(of.replies.size());
        to.per_second.add(many / with_.seconds);
        to.p50.add(of.replies.percentile(0.5));
        to.p99.add(of.replies.percentile(0.99));
        to.acknowledged_p50.add(of.acknowledgements.percentile(0.5));
        to.trips.add(grew("postgres_round_trips_total") / answered);
        to.pms_ms.add(grew("pms_latency_seconds_sum") * 1'000 / answered);
        to.server_us.add(cpu * 1e6 / many);
    }

    // Without delay both ways of sharing are alike: there are more connections than cores.
    std::vector<std::pair<int, std::string>> cases() const {
        std::vector<std::pair<int, std::string>> all;
        for (auto const rtt : with_.rtts) {
            all.emplace_back(rtt, "single");
            if (rtt > 0) all.emplace_back(rtt, "multi");
        }
        return all;
    }

    void table() {
        std::map<std::tuple<int, std::string, int, int>, line> lines;
        rounds commits;
        for (int round = 1; round <= with_.rounds; ++round) {
            commits.add(around_.database().commit_ms());
            for (auto const& [rtt, pipeline] : cases())
                for (int asked = 0; asked < 2; ++asked)
                    for (auto const guests : with_.guests) {
                        auto& to = lines[{rtt, pipeline, asked, guests}];
                        measure(rtt, pipeline, questions[asked], guests, to);
                        progress(fmt::format(
                            "round {} of {}: RTT {} ms, {}, {}, {} guests: p50 {} ms, p99 {} ms (medians)",
                            round, with_.rounds, rtt, pipeline, questions[asked].name, guests,
                            to.p50.show(1), to.p99.show(1)));
                    }
        }
        fmt::print(
            "| RTT ms | DB_PIPELINE | question | guests at a time | reply p50 ms | reply p99 ms | p50 in RTT "
            "| 200 to the webhook p50 ms | replies/s | PostgreSQL round trips a message | PMS ms a "
            "message | server CPU us a message | RSS MiB |\n"
            "|--:|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        for (auto const& [which, of] : lines) {
            auto const& [rtt, pipeline, asked, guests] = which;
            fmt::print("| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", rtt,
                       pipeline, questions[asked].name, guests, of.p50.show_with_spread(1),
                       of.p99.show_with_spread(1),
                       rtt > 0 ? fmt::format("{:.1f}", of.p50.median() / rtt) : "",
                       of.acknowledged_p50.show(1), of.per_second.show(), of.trips.show(1),
                       of.pms_ms.show(2), of.server_us.show(), of.resident.show());
        }
        fmt::print(
            "\nFrom the first byte of the webhook to the whole reply in the Cloud API's hands (a "
            "local one that answers at once); every message is from a new guest, every guest waits "
            "for the reply; {} hotels; DEBOUNCE_MS=0, pool of 2 + 2, fsync on: one INSERT and its "
            "commit alone, without delay, take {} ms on this disk. "
            "The PMS is the simulator on the same machine; its time, as the service sees it, is "
            "contained in the reply's. Round trips are the service's own count, upkeep and the "
            "writing of the sending's outcome, which nobody waits for, included. Medians of {} "
            "interleaved rounds of {} s; ± is half the range.\n",
            with_.hotels, commits.show_with_spread(1), with_.rounds, with_.seconds);
    }

private:
    settings const& with_;
    waiting_guests waiting_;
    world around_;
    std::size_t next_{0};
};

}  // namespace
}  // namespace agente::bench

int main(int argc, char** argv) {
    agente::bench::settings with;
    CLI::App app("From a guest's message to the reply");
    app.add_option("--seconds", with.seconds, "measured per line and round");
    app.add_option("--rounds", with.rounds);
    app.add_option("--rtt", with.rtts, "milliseconds")->delimiter(',');
    app.add_option("--guests", with.guests, "at a time")->delimiter(',');
    CLI11_PARSE(app, argc, argv);
    agente::bench::bench(with).table();
}
