// An authenticated read of a hotel through the real binary (token, rate limit, right, scope, row
// level security, JSON), beside the same read as a usual FastAPI service. Prints a Markdown table.
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <map>
#include <thread>
#include <tuple>

#include "bench/accounts.hpp"
#include "bench/loop.hpp"

namespace agente::bench {
namespace {

using namespace std::chrono_literals;

struct settings {
    double seconds{2};
    int rounds{3};
    std::size_t hotels{64}, owners{256};
    std::vector<int> rtts{0, 10, 20, 40}, clients{4, 32, 128};
    bool peer{true};
};

constexpr int most_clients = 128;
constexpr double connections = 4;  // a pool of 2 + 2
std::string const path = "/api/v1/admin/tenants/";
constexpr auto peer_name = "FastAPI";

struct line {
    rounds per_second, p50, p99, cpu_us, trips;
};
// Whole requests, and what the answer to each must hold.
struct target {
    std::string name;
    std::vector<std::string> requests{}, marks{};
};
using place = std::tuple<int, int, std::string>;  // RTT, clients, who answers

bool peer_is_installed() {
    return std::system(
               "/usr/bin/python3 -c 'import fastapi, sqlalchemy, asyncpg, redis, jwt, uvicorn, "
               "uvloop, httptools' >/dev/null 2>&1") == 0;
}

class bench {
public:
    explicit bench(settings const& with)
        : with_(with), peer_(with.peer && peer_is_installed()), around_(with.hotels) {
        add_owners(around_.database(), with.owners, with.hotels);
        auto const program = around_.start({.also = with_many_addresses()});
        program->wait_until_ready();
        progress(fmt::format("signing in {} owners", with.owners));
        auto const people = sign_in_owners(program->port(), with.owners);
        for (std::size_t n = 0; n < people.size(); ++n) {
            auto const hotel = fmt::format("hotel-{}", n % with.hotels);
            auto const add = [&](target& to, std::string_view where, std::string mark) {
                to.requests.push_back(
                    fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer "
                                "{}\r\n\r\n",
                                where, program->port(), people[n].access_token));
                to.marks.push_back(std::move(mark));
            };
            add(hotel_, path + hotel, fmt::format("\"slug\":\"{}\"", hotel));
            add(parts_[0], "/health/live", "{");
            add(parts_[1], "/api/v1/auth/me", fmt::format("\"username\":\"owner-{}\"", n));
        }
    }

    void table() {
        for (int round = 1; round <= with_.rounds; ++round) {
            for (auto& part : parts_)
                measure(part, 0, most_clients, "single", of_parts_[part.name]);
            for (auto const rtt : with_.rtts)
                for (auto const clients : with_.clients)
                    for (std::string const who : {"multi", "single", peer_name}) {
                        if (who == peer_name && !peer_) continue;
                        auto& to = lines_[{rtt, clients, who}];
                        measure(hotel_, rtt, clients, who, to);
                        progress(fmt::format(
                            "round {} of {}: RTT {} ms, {} clients, {}: {}/s (median)", round,
                            with_.rounds, rtt, clients, who, to.per_second.show()));
                    }
        }
        print_lines();
        print_budgets();
        print_parts();
        describe();
    }

private:
    std::unique_ptr<service> start(int rtt, std::string const& who) {
        if (who != peer_name)
            return around_.start({.rtt = rtt, .pipeline = who, .also = with_many_addresses()});
        return around_.start_other(
            {{"DATABASE_URL", around_.database().url(rtt)},
             {"POSTGRES_POOL_SIZE", "2"},
             {"POSTGRES_MAX_OVERFLOW", "2"},
             {"REDIS_URL", around_.redis_url()},
             {"SECRET_KEY", std::string(around_.secret_key().reveal())},
             {"PYTHONDONTWRITEBYTECODE", "1"}},
            {.words = {"/usr/bin/python3", "-m", "uvicorn", "app:app", "--app-dir", AGENTE_PEER,
                       "--port", std::to_string(around_.port()), "--loop", "uvloop", "--http",
                       "httptools", "--no-access-log", "--log-level", "warning"},
             .ready = "/health/live"});
    }

    void measure(target const& what, int rtt, int clients, std::string const& who, line& to) {
        around_.forget_sessions();  // what was counted, too: nobody is near a limit
        auto const program = start(rtt, who);
        program->wait_until_ready();
        bool const peer = who == peer_name;
        double cpu_before = 0, cpu_after = 0, trips_before = 0, trips_after = 0;
        auto const trips = [&] {
            return peer ? 0 : program->metrics()["postgres_round_trips_total"];
        };
        // Until everybody waits in line, where there is one: the peer has four round trips a read.
        auto const warm =
            0.5 + rtt / 1'000.0 * (peer ? 10 + 1.3 * 4 * clients / connections : 10.0);
        auto got = flood(
            {.port = program->port(),
             .senders = clients,
             .warm_seconds = warm,
             .seconds = with_.seconds,
             .again = true,
             .good =
                 [&](std::size_t n, int status, std::string_view body) {
                     return status == 200 && body.find(what.marks[n]) != body.npos;
                 }},
            what.requests, [&] { trips_before = trips(), cpu_before = program->cpu_seconds(); },
            [&] { cpu_after = program->cpu_seconds(), trips_after = trips(); });
        if (got.refused > 0 || got.counted == 0)
            throw std::runtime_error(
                fmt::format("{} of {}'s answers were not to {}", got.refused, who, what.name));
        auto const many = static_cast<double>(got.counted);
        to.per_second.add(many / got.took_seconds);
        to.p50.add(got.taken.percentile(0.5));
        to.p99.add(got.taken.percentile(0.99));
        to.cpu_us.add((cpu_after - cpu_before) * 1e6 / many);
        to.trips.add((trips_after - trips_before) / many);
    }

    double rate(int rtt, int clients, std::string const& who) const {
        auto const found = lines_.find({rtt, clients, who});
        return found == lines_.end() ? 0 : found->second.per_second.median();
    }

    void print_lines() const {
        fmt::print(
            "| RTT ms | clients | DB_PIPELINE | reads/s | p50 ms | p99 ms | of clients/RTT | of "
            "connections/RTT | of FastAPI | PostgreSQL round trips a read | server CPU us a read "
            "|\n|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        for (auto const& [which, of] : lines_) {
            auto const& [rtt, clients, who] = which;
            bool const peer = who == peer_name;
            auto const most = [&, rtt = rtt](double at_once) {
                return rtt > 0 ? at_once * 1'000 / rtt : 0;
            };
            fmt::print("| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", rtt, clients,
                       peer ? "(FastAPI)" : who, of.per_second.show_with_spread(), of.p50.show(1),
                       of.p99.show(1), percent(of.per_second.median(), most(clients)),
                       times(of.per_second.median(), most(connections)),
                       peer ? "" : times(of.per_second.median(), rate(rtt, clients, peer_name)),
                       peer ? "" : of.trips.show(2), of.cpu_us.show());
        }
    }

    void print_budgets() const {
        fmt::print("\n| budget | asked | measured |\n|---|--:|--:|\n");
        for (auto const& [who, asked] : {std::pair("multi", 80), {"single", 60}})
            fmt::print("| {}, 20 ms, 128 clients, of clients/RTT | ≥ {} % | {} |\n", who, asked,
                       percent(rate(20, 128, who), 128 * 1'000.0 / 20));
        for (auto const& [rtt, asked] : {std::pair(20, 50), {0, 10}})
            for (auto const* who : {"multi", "single"})
                fmt::print("| {}, {} ms, 128 clients, of FastAPI | ≥ {} x | {} |\n", who, rtt,
                           asked,
                           peer_ ? times(rate(rtt, 128, who), rate(rtt, 128, peer_name)) : "-");
        for (auto const* who : {"multi", "single"})
            if (auto const found = lines_.find({0, 128, who}); found != lines_.end())
                fmt::print("| {}, 0 ms, 128 clients, server CPU a read | ≤ 60 us | {} us |\n", who,
                           found->second.cpu_us.show());
    }

    void print_parts() const {
        fmt::print("\n| single, 0 ms, 128 clients | answers/s | server CPU us |\n|---|--:|--:|\n");
        auto const show = [](std::string_view name, line const& of) {
            fmt::print("| {} | {} | {} |\n", name, of.per_second.show_with_spread(),
                       of.cpu_us.show_with_spread());
        };
        for (auto const& part : parts_) show(part.name, of_parts_.at(part.name));
        if (auto const found = lines_.find({0, most_clients, "single"}); found != lines_.end())
            show("the hotel: also its rate limit in Redis, and its settings", found->second);
    }

    void describe() const {
        fmt::print(
            "\n`GET {}{{slug}}` by owners of {} hotels, {} accounts, each for its own; one worker, "
            "a pool of 2 + 2, Redis near. Every answer was checked to be the asking hotel; none was "
            "refused: the limit of 600 a minute is counted by account, as the peer does it, and "
            "Redis is emptied before every measurement. ",
            path, with_.hotels, with_.owners);
        if (peer_)
            fmt::print(
                "FastAPI is `bench/peer_fastapi`, one process of uvicorn on the same database, "
                "delay and Redis, between our rounds. ");
        else
            fmt::print(
                "FastAPI was not measured: its Debian packages (see `bench/peer_fastapi`) are not "
                "installed. ");
        fmt::print(
            "Round trips are the service's own count. Medians of {} interleaved rounds of {} s; ± "
            "is half the range. The generator, the delay proxy, PostgreSQL and Redis share the "
            "machine.\n",
            with_.rounds, with_.seconds);
    }

    settings const& with_;
    bool peer_;
    world around_;
    target hotel_{"the hotel"};
    target parts_[2]{{"HTTP alone: /health/live"},
                     {"HTTP, token, one read of PostgreSQL: /api/v1/auth/me"}};
    std::map<std::string, line> of_parts_;
    std::map<place, line> lines_;
};

}  // namespace
}  // namespace agente::bench

int main(int argc, char** argv) {
    agente::bench::settings with;
    CLI::App app("Authenticated reads of a hotel");
    app.add_option("--seconds", with.seconds, "measured per line and round");
    app.add_option("--rounds", with.rounds);
    app.add_option("--rtt", with.rtts, "milliseconds")->delimiter(',');
    app.add_option("--clients", with.clients, "at a time")->delimiter(',');
    app.add_flag("!--no-peer", with.peer, "without FastAPI");
    CLI11_PARSE(app, argc, argv);
    agente::bench::bench(with).table();
}
