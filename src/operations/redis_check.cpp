#include "operations/redis_check.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <charconv>
#include <map>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "operations/redis_causes.hpp"
#include "redis/connection.hpp"

namespace agente::operations {
namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

// What a lock does: take it if it is free, give it back only as its holder.
redis::script const take_and_give_back("check.take_and_give_back", R"lua(
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
)lua");

constexpr int pings = 20;
constexpr auto slow = 50ms;  // a guest's turn asks Redis some ten times
constexpr auto soon = std::chrono::days(21);
constexpr std::string_view key_life_ms = "30000";

bool on_this_machine(redis::options const& with) {
    return !with.socket_path.empty() || with.host == "localhost" || with.host == "::1" ||
           with.host.starts_with("127.");
}

std::map<std::string, std::string, std::less<>> read_info(std::string_view text) {
    std::map<std::string, std::string, std::less<>> out;
    for (auto line : text::split(text, '\n')) {
        line = text::trim(line);
        auto const colon = line.find(':');
        if (line.starts_with('#') || colon == line.npos) continue;
        out.emplace(line.substr(0, colon), line.substr(colon + 1));
    }
    return out;
}

std::optional<long long> whole(std::string_view digits) {
    long long value{};
    auto const [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || ec != std::errc{} || end != digits.data() + digits.size())
        return std::nullopt;
    return value;
}

double milliseconds(steady_clock::duration d) {
    return std::chrono::duration<double, std::milli>(d).count();
}

class examination {
public:
    examination(redis::connection& at, redis::options const& with, findings& out)
        : at_(at), with_(with), out_(out) {}

    task<> all() {
        auto const started = steady_clock::now();
        co_await at_.start();
        if (!at_.connected()) {
            add(redis_fault("redis.connection", "connecting to " + redis::describe(with_),
                            at_.trouble_code(), at_.trouble()));
            co_return;
        }
        ok("redis.connection",
           fmt::format("connected to {} as {} in {:.0f} ms", redis::describe(with_),
                       with_.user.empty() ? "the default user" : with_.user,
                       milliseconds(steady_clock::now() - started)));
        encryption();
        co_await attempt("redis.server", "INFO", information());
        if (used_up_) co_return;
        co_await attempt("redis.keys", "writing, reading and deleting a key", keys());
        co_await attempt("redis.hash", "reading the feature flags", hash());
        co_await attempt("redis.scripts", "running a script by its SHA1", scripts());
        co_await attempt("redis.latency", "PING", latency());
    }

private:
    void add(finding one) { out_.push_back(std::move(one)); }
    void ok(std::string check, std::string what) {
        add({std::move(check), severity::ok, std::move(what), {}});
    }
    void warn(std::string check, std::string what, std::string cure) {
        add({std::move(check), severity::warning, std::move(what), std::move(cure)});
    }

    task<> attempt(std::string check, std::string doing, task<> work) {
        try {
            co_await std::move(work);
        } catch (failure const& e) {
            add(redis_fault(std::move(check), doing, e.reason().code(), e.what()));
        }
    }

    void encryption() {
        auto const facts = at_.tls();
        if (!facts) {
            if (on_this_machine(with_))
                ok("redis.tls", "not encrypted, on this machine");
            else
                warn("redis.tls",
                     "the connection is not encrypted: the password and guests' "
                     "conversations cross the network as they are",
                     "use the provider's TLS address: rediss:// in REDIS_URL");
            return;
        }
        auto const until = facts->expires ? to_rfc3339(*facts->expires).substr(0, 10)
                                          : std::string("an unknown day");
        auto const said = fmt::format("{}, certificate of {} valid until {}", facts->protocol,
                                      facts->subject, until);
        if (!with_.verify_certificate)
            warn("redis.tls", said + ", not verified: somebody between could read everything",
                 "remove ssl_cert_reqs=none from REDIS_URL; for an authority of your own give its "
                 "file: ssl_ca_certs=/path/ca.crt");
        else if (facts->expires && *facts->expires - real_clock().now() < soon)
            warn("redis.tls", said + ", which is soon", "renew the certificate of the server");
        else
            ok("redis.tls", said + ", verified");
    }

    task<> information() {
        std::map<std::string, std::string, std::less<>> info;
        try {
            info = read_info((co_await at_.command({"INFO"})).string());
        } catch (redis::error const& e) {
            if (e.reason().code() == "redis.limit_exceeded") {
                used_up_ = true;
                add(redis_fault("redis.quota", "INFO", e.reason().code(), e.what()));
                co_return;
            }
            if (e.reply_text().empty()) throw;
            add({"redis.server",
                 severity::info,
                 fmt::format("the server does not tell about itself ({}): version, memory and "
                             "eviction are unknown",
                             e.reply_text()),
                 {}});
            co_return;
        }
        auto const told = [&](std::string_view name) {
            auto const found = info.find(name);
            return found == info.end() ? std::string() : found->second;
        };
        server(told("redis_version"), told("redis_mode"));
        if (told("role") == "slave")
            add({"redis.role", severity::fault,
                 "this server is a replica: it follows " + told("master_host"),
                 "put the address of the primary into REDIS_URL"});
        auto policy = told("maxmemory_policy");
        if (policy.empty()) policy = co_await configured_policy();
        eviction(policy, whole(told("evicted_keys")).value_or(0));
        memory(whole(told("used_memory")), whole(told("maxmemory")));
        if (auto const now = whole(told("connected_clients")), most = whole(told("maxclients"));
            now && most && *most > 0) {
            auto const said = fmt::format("{} of {} connections are used", *now, *most);
            if (*now * 10 >= *most * 8)
                warn("redis.connections", said, "raise maxclients, or find who keeps so many open");
            else
                ok("redis.connections", said);
        }
    }

    void server(std::string const& version, std::string const& mode) {
        if (mode == "cluster")
            add(redis_fault("redis.server", "the server's mode", "redis.cluster",
                            "it reports redis_mode:cluster"));
        auto const major = whole(text::split(version, '.').front());
        if (major && *major < 6)
            warn("redis.server", "Redis " + version + " is older than any version in support",
                 "use Redis 6.2 or newer");
        else
            ok("redis.server", version.empty() ? "Redis, its version is not told"
                                               : fmt::format("Redis {}", version));
    }

    task<std::string> configured_policy() {
        try {
            auto const answer = co_await at_.command({"CONFIG", "GET", "maxmemory-policy"});
            if (answer.size() == 2) co_return answer.at(1).string();
        } catch (redis::error const&) {  // managed servers have no CONFIG
        }
        co_return std::string();
    }

    void eviction(std::string const& policy, long long evicted) {
        if (policy.empty())
            add({"redis.eviction",
                 severity::info,
                 "the server does not tell whether it evicts keys: see that eviction is off at the "
                 "provider",
                 {}});
        else if (policy == "noeviction")
            ok("redis.eviction", "noeviction: nothing vanishes before its time");
        else
            warn("redis.eviction",
                 fmt::format("maxmemory-policy is {}: when memory is short, locks of bookings and "
                             "conversations vanish silently",
                             policy),
                 "set maxmemory-policy noeviction, or switch eviction off at the provider");
        if (evicted > 0)
            warn("redis.evicted",
                 fmt::format("{} keys were evicted since the server started: memory is short",
                             evicted),
                 "give Redis more memory");
    }

    void memory(std::optional<long long> used, std::optional<long long> limit) {
        if (!used) return;
        if (!limit || *limit == 0) {
            ok("redis.memory", text::size(static_cast<double>(*used)) + " used, no limit set");
            return;
        }
        auto const said = fmt::format("{} of {} used", text::size(static_cast<double>(*used)),
                                      text::size(static_cast<double>(*limit)));
        if (*used >= *limit / 10 * 8)
            warn("redis.memory", said, "raise maxmemory or the plan before writes are refused");
        else
            ok("redis.memory", said);
    }

    // Under the names of the service, so that rights by key pattern are tried as well.
    task<> keys() {
        for (std::string_view const kind : {"session", "lock", "rate"}) {
            auto const key = fmt::format("{}:agente-check:{}", kind, random_hex(8));
            auto const word = random_hex(8);
            auto const set =
                co_await at_.command({"SET", key, word, "NX", "PX", std::string(key_life_ms)});
            auto const got = co_await at_.command({"GET", key});
            auto const gone = co_await at_.command({"DEL", key});
            if (!set.ok() || got.maybe_string() != word || gone.integer() != 1) {
                add({"redis.keys", severity::fault,
                     fmt::format("a key that was just written under {}: did not come back", kind),
                     "something between loses writes: use the address of the primary, without a "
                     "caching proxy"});
                co_return;
            }
        }
        ok("redis.keys", "a key was written, read and deleted");
    }

    task<> hash() {
        co_await at_.command({"HGETALL", "feature_flags"});
        ok("redis.hash", "the feature flags can be read");
    }

    task<> scripts() {
        auto const key = "lock:agente-check:" + random_hex(8);
        co_await at_.run(take_and_give_back, {key}, {random_hex(8), std::string(key_life_ms)});
        try {
            auto const done = co_await at_.command({"EVALSHA", take_and_give_back.sha1(), "1", key,
                                                    random_hex(8), std::string(key_life_ms)});
            if (done.integer() == 1) {
                ok("redis.scripts", "a script ran by its SHA1: locks and limits will work");
                co_return;
            }
            add({"redis.scripts", severity::fault, "a script could not take and give back a lock",
                 "look what else writes to this Redis: the service needs one of its own"});
        } catch (redis::error const& e) {
            if (!e.reply_text().starts_with("NOSCRIPT")) throw;
            warn("redis.scripts",
                 "scripts run, but the server forgets them at once: each use is sent twice",
                 "use one server, not a proxy over several that do not share scripts");
        }
    }

    task<> latency() {
        std::vector<steady_clock::duration> took;
        for (int i = 0; i < pings; ++i) {
            auto const from = steady_clock::now();
            co_await at_.command({"PING"});
            took.push_back(steady_clock::now() - from);
        }
        std::ranges::sort(took);
        auto const p50 = took[took.size() / 2], p95 = took[took.size() * 95 / 100];
        auto const said = fmt::format("round trip p50 {:.1f} ms, p95 {:.1f} ms ({} PINGs)",
                                      milliseconds(p50), milliseconds(p95), pings);
        if (p50 >= slow)
            warn("redis.latency", said + ": every answer to a guest waits for several of them",
                 "run the service in the region of its Redis");
        else
            ok("redis.latency", said);
    }

    redis::connection& at_;
    redis::options const& with_;
    findings& out_;
    bool used_up_{false};
};

task<> examine(asio::io_context& loop, redis::options const& with, telemetry::metrics& metrics,
               findings& out) {
    redis::connection at(loop, with, metrics);
    examination look(at, with, out);
    co_await look.all();
    co_await at.stop();
}

}  // namespace

findings check_redis(redis::options with) {
    asio::io_context loop{1};
    telemetry::metrics metrics;
    findings out;
    try {
        auto done = asio::co_spawn(loop, examine(loop, with, metrics, out), asio::use_future);
        loop.run();
        done.get();
    } catch (failure const& e) {  // the authorities' file cannot be read
        out.push_back({"redis.tls", severity::fault, e.what(),
                       "correct ssl_ca_certs in REDIS_URL: the file must be readable here"});
    }
    return out;
}

}  // namespace agente::operations
