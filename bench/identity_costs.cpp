#include "bench/identity_costs.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <boost/asio/co_spawn.hpp>
#include <thread>

#include "base/ids.hpp"
#include "bench/loop.hpp"
#include "identity/authenticator.hpp"
#include "identity/password_hash.hpp"
#include "postgres/database.hpp"
#include "redis/connection.hpp"
#include "redis/rate_limiter.hpp"

namespace agente::bench {
namespace {

using namespace std::chrono_literals;

constexpr int tokens_checked = 20'000, decisions = 20'000;

secret new_ed25519_key() {
    std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> const key(
        EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free);
    std::unique_ptr<BIO, int (*)(BIO*)> const text(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PrivateKey(text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    auto const size = BIO_get_mem_data(text.get(), &data);
    return secret(std::string(data, static_cast<std::size_t>(size)));
}

std::string token_of(identity::access_tokens const& maker) {
    auto const now =
        std::chrono::duration_cast<std::chrono::seconds>(real_clock{}.now().time_since_epoch())
            .count();
    return maker.make({.user_id = new_uuid(),
                       .session_id = new_uuid(),
                       .id = new_uuid(),
                       .role = "owner",
                       .tenant = "hotel-0",
                       .issued_at = now,
                       .expires_at = now + 900});
}

double signature_us(identity::signing_keys keys, int times) {
    identity::access_tokens const tokens(std::move(keys), "agente-hotel", "agente-hotel", 15min);
    auto const token = token_of(tokens);
    real_clock const time;
    auto const before = cpu_seconds();
    for (int i = 0; i < times; ++i) (void)tokens.check(token, time.now()).value();
    return (cpu_seconds() - before) * 1e6 / times;
}

struct nowhere final : tenancy::security_log {
    void note(tenancy::security_event) override {}
};

task<double> callers_us(identity::authenticator& who, http::request const& asked) {
    (void)co_await who.caller_of(asked);  // the first one reads what was revoked
    auto const before = cpu_seconds();
    for (int i = 0; i < tokens_checked; ++i)
        if (!co_await who.caller_of(asked)) throw std::runtime_error("nobody");
    co_return (cpu_seconds() - before) * 1e6 / tokens_checked;
}

double caller_us(world& around) {
    asio::io_context loop(1);
    telemetry::metrics metrics;
    real_clock const time;
    postgres::options o;
    o.server = postgres::parse_url(around.database().url()).value();
    postgres::database db(loop, o, metrics);
    run(loop, db.start());
    identity::access_tokens const tokens(
        identity::signing_keys::hs256({around.secret_key()}).value(), "agente-hotel",
        "agente-hotel", 15min);
    identity::revocations revoked(loop, db, time, metrics);
    nowhere log;
    identity::authenticator who(tokens, revoked, log, time);
    http::request asked;
    asked.headers.emplace_back("authorization", "Bearer " + token_of(tokens));
    auto const took = run(loop, callers_us(who, asked));
    run(loop, db.stop());
    return took;
}

task<> decide_often(redis::rate_limiter& rates, std::vector<redis::rate> limits, int times,
                    latencies& taken, int& running) {
    for (int i = 0; i < times; ++i) {
        auto const start = steady::now();
        auto const made = co_await rates.take(limits);
        if (!made.allowed || made.local) throw std::runtime_error("a limit that refuses");
        taken.add(steady::now() - start);
    }
    --running;
}

// calls and usec of EVALSHA, as Redis counted them.
task<std::pair<double, double>> scripts_run(redis::connection& at) {
    std::vector<std::string> words{"INFO", "commandstats"};
    auto const answer = co_await at.command(std::move(words));
    std::string const text(answer.string());
    std::pair<double, double> out;
    if (auto const found = text.find("cmdstat_evalsha:calls="); found != text.npos) {
        out.first = std::stod(text.substr(found + 22));
        out.second = std::stod(text.substr(text.find("usec=", found) + 5));
    }
    co_return out;
}

}  // namespace

double password_check_ms(std::size_t threads, double for_seconds) {
    secret const password(std::string("three otters at dawn"));
    auto const stored = identity::hash_password(password, {});
    std::vector<latencies> each(threads);
    {
        std::vector<std::jthread> all;
        for (auto& mine : each)
            all.emplace_back([&] {
                auto const end = steady::now() + seconds(for_seconds);
                for (auto start = steady::now(); start < end; start = steady::now()) {
                    if (!identity::verify_password(password, stored, {}).right) std::abort();
                    mine.add(steady::now() - start);
                }
            });
    }
    latencies together;
    for (auto const& one : each) together.add(one);
    return together.percentile(0.5);
}

void measure_token_checks(world& around, std::map<std::string, rounds>& into) {
    into["token check, HS256"].add(
        signature_us(identity::signing_keys::hs256({around.secret_key()}).value(), tokens_checked));
    into["token check, EdDSA"].add(
        signature_us(identity::signing_keys::ed25519({new_ed25519_key()}).value(), 2'000));
    into["who sends a request: token check, HS256, and revocation"].add(caller_us(around));
}

void measure_rate_limit(world& around, int limits, int callers, limit_cost& into) {
    asio::io_context loop(1);
    telemetry::metrics metrics;
    real_clock const time;
    redis::connection at(loop, redis::parse_url(around.redis_url()).value(), metrics);
    run(loop, at.start());
    redis::rate_limiter rates(at, time, metrics, {.deadline = 5s});
    latencies taken;
    int running = callers;
    auto const before = run(loop, scripts_run(at));
    auto const cpu = cpu_seconds();
    auto const start = steady::now();
    std::exception_ptr failed;
    for (int c = 0; c < callers; ++c) {
        std::vector<redis::rate> mine;
        for (int i = 0; i < limits; ++i)
            mine.push_back(
                {.key = fmt::format("bench:rate:{}:{}", c, i), .requests = 1'000'000, .per = 60s});
        asio::co_spawn(loop,
                       decide_often(rates, std::move(mine), decisions / callers, taken, running),
                       [&](std::exception_ptr e) {
                           if (e) failed = e;
                       });
    }
    while (running > 0 && !failed) loop.run_one();
    if (failed) std::rethrow_exception(failed);
    auto const took = std::chrono::duration<double>(steady::now() - start).count();
    auto const many = static_cast<double>(taken.size());
    into.cpu_us.add((cpu_seconds() - cpu) * 1e6 / many);
    auto const after = run(loop, scripts_run(at));
    into.per_second.add(many / took);
    into.p50_ms.add(taken.percentile(0.5));
    into.commands.add((after.first - before.first) / many);
    into.redis_us.add((after.second - before.second) / many);
    run(loop, at.stop());
}

}  // namespace agente::bench
