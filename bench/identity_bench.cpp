// Signing in and being recognised: sign-ins through the real binary against what Argon2id allows, a
// thousand clients that refresh at one moment, and what a token and a rate limit cost. Prints
// Markdown tables.
#include <CLI/CLI.hpp>
#include <map>
#include <thread>

#include "bench/accounts.hpp"
#include "bench/identity_costs.hpp"
#include "bench/loop.hpp"

namespace agente::bench {
namespace {

struct settings {
    double seconds{4};
    int rounds{3};
    std::size_t hotels{64}, owners{1'024}, storm{1'000};
    int at_a_time{16};  // sign-ins; past some 64 waiting the service refuses
    std::vector<int> rtts{0, 20};
};

struct sign_ins {
    rounds per_second, p50, p99, alone_ms, together_ms, of_alone, of_together, own_cpu_ms;
};
struct storm {
    rounds per_second, p50, p99, last;
    std::size_t answered{0}, refused{0};
};

// Sends one request over its connection when the moment has come.
struct client {
    http_client connection;
    std::string request{};
    int status{0};
    std::string body{};
};

task<> connect_all(std::vector<client>& all) {
    for (auto& one : all) co_await one.connection.connect();
}

task<> ask(client& by, steady::time_point start, latencies& taken, std::size_t& left) {
    by.status = co_await by.connection.exchange(by.request);
    by.body = by.connection.body();
    taken.add(steady::now() - start);
    --left;
}

class bench {
public:
    explicit bench(settings const& with) : with_(with), around_(with.hotels) {
        add_owners(around_.database(), with.owners, with.hotels);
        for (std::size_t n = 0; n < 65'536; ++n)
            logins_.push_back(login_of(around_.port(), n % with.owners, n));
    }

    void table() {
        for (int round = 1; round <= with_.rounds; ++round) {
            around_.forget_sessions();
            measure_sign_ins(with_.seconds);
            progress(fmt::format("round {} of {}: {} sign-ins/s of {} cores / {} ms (medians)",
                                 round, with_.rounds, signed_in_.per_second.show(1), cores,
                                 signed_in_.alone_ms.show(1)));
            measure_token_checks(around_, costs_);
            for (auto const& [limits, callers] : limit_cases)
                measure_rate_limit(around_, limits, callers, limits_[{limits, callers}]);
        }
        collect_tokens();
        for (int round = 1; round <= with_.rounds; ++round)
            for (auto const rtt : with_.rtts) {
                measure_storm(rtt, storms_[rtt]);
                progress(fmt::format("round {} of {}: storm at {} ms: the last after {} ms", round,
                                     with_.rounds, rtt, storms_[rtt].last.show()));
            }
        print();
    }

private:
    static constexpr std::pair<int, int> limit_cases[] = {{1, 1}, {1, 128}, {3, 128}};

    std::unique_ptr<service> start(int rtt) {
        auto program =
            around_.start({.rtt = rtt, .pipeline = "multi", .also = with_many_addresses()});
        program->wait_until_ready();
        return program;
    }

    // `cpu_ms`: what the service itself used while the sign-ins were counted.
    flood_result sign_in(service const& program, double for_seconds, double& cpu_ms) {
        double cpu_before = 0;
        auto const got = flood(
            {.port = program.port(),
             .senders = with_.at_a_time,
             .warm_seconds = 0.5,
             .seconds = for_seconds,
             .again = true,
             .good =
                 [&](std::size_t, int status, std::string_view body) {
                     if (status == 200) refresh_tokens_.push_back(read_tokens(body).refresh_token);
                     return status == 200;
                 }},
            logins_, [&] { cpu_before = program.cpu_seconds(); },
            [&] { cpu_ms = (program.cpu_seconds() - cpu_before) * 1'000; });
        if (got.refused > 0)
            throw std::runtime_error(fmt::format("{} sign-ins were refused", got.refused));
        return got;
    }

    // The password's time is measured right before and right after, because that of a shared
    // machine changes.
    void measure_sign_ins(double for_seconds) {
        auto const alone = password_check_ms(1, 1), together = password_check_ms(cores, 1);
        double cpu_ms = 0;
        auto got = sign_in(*start(0), for_seconds, cpu_ms);
        auto const alone_ms = (alone + password_check_ms(1, 1)) / 2,
                   together_ms = (together + password_check_ms(cores, 1)) / 2;
        auto const rate = static_cast<double>(got.counted) / got.took_seconds;
        signed_in_.per_second.add(rate);
        signed_in_.p50.add(got.taken.percentile(0.5));
        signed_in_.p99.add(got.taken.percentile(0.99));
        signed_in_.alone_ms.add(alone_ms);
        signed_in_.together_ms.add(together_ms);
        signed_in_.of_alone.add(rate * alone_ms / 1'000 / cores * 100);
        signed_in_.of_together.add(rate * together_ms / 1'000 / cores * 100);
        signed_in_.own_cpu_ms.add(cpu_ms / static_cast<double>(got.counted));
    }

    void collect_tokens() {
        progress(fmt::format("signing in until there are {} sessions", with_.storm));
        auto const program = start(0);
        while (refresh_tokens_.size() < with_.storm) {
            around_.forget_sessions();
            double ignored = 0;
            sign_in(*program, 2, ignored);
        }
        refresh_tokens_.resize(with_.storm);
    }

    // Everybody is connected and idle, then all ask at once; each token is used for the next storm.
    void measure_storm(int rtt, storm& into) {
        around_.forget_sessions();
        auto const program = start(rtt);
        asio::io_context loop(1);
        std::vector<client> all;
        for (std::size_t n = 0; n < refresh_tokens_.size(); ++n)
            all.push_back(
                {.connection = http_client(loop.get_executor(), program->port()),
                 .request = post(program->port(), n, "/api/v1/auth/refresh",
                                 fmt::format(R"({{"refresh_token":"{}"}})", refresh_tokens_[n]))});
        run(loop, connect_all(all));
        latencies taken;
        auto left = all.size();
        auto const start = steady::now();
        for (auto& one : all)
            asio::co_spawn(loop, ask(one, start, taken, left), [](std::exception_ptr e) {
                if (e) std::rethrow_exception(e);
            });
        loop.restart();
        while (left > 0) loop.run_one();
        auto const took = std::chrono::duration<double>(steady::now() - start).count();
        for (std::size_t n = 0; n < all.size(); ++n) {
            if (all[n].status == 200)
                refresh_tokens_[n] = read_tokens(all[n].body).refresh_token, ++into.answered;
            else if (++into.refused == 1)
                progress(fmt::format("answered {}: {}", all[n].status, all[n].body));
        }
        into.per_second.add(static_cast<double>(all.size()) / took);
        into.p50.add(taken.percentile(0.5));
        into.p99.add(taken.percentile(0.99));
        into.last.add(took * 1'000);
    }

    void print() {
        auto const& s = signed_in_;
        fmt::print(
            "| sign-ins/s | p50 ms | p99 ms | Argon2id ms, alone | of cores / that | Argon2id ms, "
            "{0} at once | of cores / that | asked | the service's CPU ms a sign-in "
            "|\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
            "| {1} | {2} | {3} | {4} | {5} % | {6} | {7} % | ≥ 90 % | {8} |\n\n",
            cores, s.per_second.show_with_spread(1), s.p50.show(), s.p99.show(),
            s.alone_ms.show_with_spread(1), s.of_alone.show(), s.together_ms.show_with_spread(1),
            s.of_together.show(), s.own_cpu_ms.show_with_spread(1));
        fmt::print(
            "| storm of {} refreshes, RTT ms | answered 200 | otherwise | refreshes/s | p50 "
            "ms | p99 ms | the last after ms |\n|--:|--:|--:|--:|--:|--:|--:|\n",
            with_.storm);
        for (auto const& [rtt, of] : storms_)
            fmt::print("| {} | {} | {} | {} | {} | {} | {} |\n", rtt, of.answered, of.refused,
                       of.per_second.show_with_spread(), of.p50.show(), of.p99.show(),
                       of.last.show());
        fmt::print("\n| in process | us of CPU |\n|---|--:|\n");
        for (auto const& [what, us] : costs_)
            fmt::print("| {} | {} |\n", what, us.show_with_spread(1));
        fmt::print(
            "\n| rate limits a decision | callers | decisions/s | p50 ms | us of CPU | us of "
            "Redis | round trips |\n|--:|--:|--:|--:|--:|--:|--:|\n");
        for (auto const& [which, of] : limits_)
            fmt::print("| {} | {} | {} | {} | {} | {} | {} |\n", which.first, which.second,
                       of.per_second.show_with_spread(), of.p50_ms.show(2),
                       of.cpu_us.show_with_spread(1), of.redis_us.show(1), of.commands.show(2));
        fmt::print(
            "\nSign-ins of {} owners through `agente-hotel serve`, {} at a time, each from an "
            "address of its own: password, session, security event. Argon2id: one check with the "
            "same cost without the service, before and after, alone and as many as cores. Storms: "
            "as many sessions and open connections, DB_PIPELINE=multi, a pool of 2 + 2; every "
            "token that a storm gave out was good in the next. Round trips of a decision are the "
            "scripts that Redis counted. Medians of {} rounds; ± is half the range; the generator, "
            "PostgreSQL and Redis share the machine.\n",
            with_.owners, with_.at_a_time, with_.rounds);
    }

    settings const& with_;
    world around_;
    unsigned const cores = std::thread::hardware_concurrency();
    std::vector<std::string> logins_, refresh_tokens_;
    sign_ins signed_in_;
    std::map<int, storm> storms_;
    std::map<std::string, rounds> costs_;
    std::map<std::pair<int, int>, limit_cost> limits_;
};

}  // namespace
}  // namespace agente::bench

int main(int argc, char** argv) {
    agente::bench::settings with;
    CLI::App app("Signing in and being recognised");
    app.add_option("--seconds", with.seconds, "of sign-ins, a round");
    app.add_option("--rounds", with.rounds);
    app.add_option("--storm", with.storm, "clients that refresh at one moment");
    app.add_option("--at-a-time", with.at_a_time, "sign-ins");
    CLI11_PARSE(app, argc, argv);
    agente::bench::bench(with).table();
}
