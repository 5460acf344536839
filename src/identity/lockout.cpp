#include "identity/lockout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "telemetry/metrics.hpp"
#include "tenancy/keys.hpp"

namespace agente::identity {
namespace {

using moment = std::chrono::steady_clock::time_point;

constexpr int known_addresses = 20, known_for_days = 90;

// KEYS: failures at the account ("address id", by time), failures of the address (ids, by time),
// addresses the account signed in from (by time). ARGV: the address, the attempt's id, the window
// in microseconds, the limits of pair, account and address. Answers: allowed, last one.
redis::script const begin_script("identity.begin_attempt", R"(
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local window = tonumber(ARGV[3])
local before = string.format('%.0f', now - window)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', before)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', before)
local mine = ARGV[1] .. ' '
local failures, pair = redis.call('ZRANGE', KEYS[1], 0, -1), 0
for _, one in ipairs(failures) do
    if string.sub(one, 1, #mine) == mine then pair = pair + 1 end
end
local address = redis.call('ZCARD', KEYS[2])
local known = redis.call('ZSCORE', KEYS[3], ARGV[1])
local function full(more)
    return pair + more >= tonumber(ARGV[4]) or address + more >= tonumber(ARGV[6])
        or (not known and #failures + more >= tonumber(ARGV[5]))
end
if full(0) then return {0, 0} end
local score = string.format('%.0f', now)
redis.call('ZADD', KEYS[1], score, mine .. ARGV[2])
redis.call('ZADD', KEYS[2], score, ARGV[2])
redis.call('PEXPIRE', KEYS[1], math.ceil(window / 1000))
redis.call('PEXPIRE', KEYS[2], math.ceil(window / 1000))
return {1, full(1) and 1 or 0}
)");

// KEYS as above. ARGV: the address, the attempt's id, how many addresses are known, for how long.
redis::script const succeeded_script("identity.end_attempts", R"(
local mine = ARGV[1] .. ' '
for _, one in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    if string.sub(one, 1, #mine) == mine then
        redis.call('ZREM', KEYS[1], one)
        redis.call('ZREM', KEYS[2], string.sub(one, #mine + 1))
    end
end
redis.call('ZADD', KEYS[3], redis.call('TIME')[1], ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -1 - ARGV[3])
redis.call('EXPIRE', KEYS[3], ARGV[4])
return 1
)");

redis::script const withdraw_script("identity.withdraw_attempt", R"(
redis.call('ZREM', KEYS[1], ARGV[1] .. ' ' .. ARGV[2])
redis.call('ZREM', KEYS[2], ARGV[2])
return 1
)");

using tenancy::keys;

std::string account_key(std::string_view account) {
    return keys::sign_in("failed", "account", account);
}
std::vector<std::string> keys_of(attempt const& a) {
    return {account_key(a.account), keys::sign_in("failed", "address", a.address),
            keys::sign_in("known", "account", a.account)};
}

int locally(int limit, lockout_limits const& limits) {
    return std::max(1, limit / std::max(1, limits.local_divisor));
}

}  // namespace

std::string counted_address(std::string_view address) {
    boost::system::error_code wrong;
    auto const parsed = asio::ip::make_address(address, wrong);
    if (wrong) return "unknown";
    if (parsed.is_v4()) return parsed.to_string();
    auto const v6 = parsed.to_v6();
    if (v6.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string();
    auto bytes = v6.to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
    return asio::ip::address_v6(bytes).to_string() + "/64";
}

std::deque<local_attempts::failed>* local_attempts::room_for(table& in, std::string const& key,
                                                             moment now) {
    auto const before = now - limits_.window;
    auto const prune = [&](std::deque<failed>& all) {
        while (!all.empty() && all.front().at <= before) all.pop_front();
    };
    if (!in.contains(key) && in.size() >= limits_.most_local)
        for (auto one = in.begin(); one != in.end();) {
            prune(one->second);
            one = one->second.empty() ? in.erase(one) : std::next(one);
        }
    if (!in.contains(key) && in.size() >= limits_.most_local) return nullptr;
    auto& all = in[key];
    prune(all);
    return &all;
}

void local_attempts::begin(attempt& what, moment now) {
    what.local = true;
    auto* const account = room_for(accounts_, what.account, now);
    auto* const address = room_for(addresses_, what.address, now);
    what.allowed = false;
    if (account == nullptr || address == nullptr) return;  // a full table knows nobody new
    auto const pair = std::ranges::count(*account, what.address, &failed::address);
    auto const full = [&](int more) {
        return pair + more >= locally(limits_.of_pair, limits_) ||
               std::ssize(*account) + more >= locally(limits_.of_account, limits_) ||
               std::ssize(*address) + more >= locally(limits_.of_address, limits_);
    };
    if (full(0)) return;
    what.allowed = true;
    what.last = full(1);
    account->push_back({now, what.address, what.id});
    address->push_back({now, what.address, what.id});
}

void local_attempts::withdraw(attempt const& what) {
    for (auto* const in : {&accounts_[what.account], &addresses_[what.address]})
        std::erase_if(*in, [&](failed const& one) { return one.id == what.id; });
}

void local_attempts::forget_pair(attempt const& what) {
    withdraw(what);
    std::erase_if(accounts_[what.account],
                  [&](failed const& one) { return one.address == what.address; });
}

lockout::lockout(redis::connection& redis, clock const& time, lockout_limits limits, secret key,
                 telemetry::metrics& metrics)
    : redis_(redis), time_(time), limits_(limits), key_(std::move(key)), local_(limits),
      allowed_(metrics.count("sign_in_attempts_total", "Attempts to sign in, by who counted them",
                             {{"counted_in", "redis"}, {"outcome", "allowed"}})),
      refused_(metrics.count("sign_in_attempts_total", "Attempts to sign in, by who counted them",
                             {{"counted_in", "redis"}, {"outcome", "refused"}})),
      allowed_locally_(metrics.count("sign_in_attempts_total",
                                     "Attempts to sign in, by who counted them",
                                     {{"counted_in", "process"}, {"outcome", "allowed"}})),
      refused_locally_(metrics.count("sign_in_attempts_total",
                                     "Attempts to sign in, by who counted them",
                                     {{"counted_in", "process"}, {"outcome", "refused"}})) {}

task<std::optional<redis::reply>> lockout::ask(redis::script const& what,
                                               std::vector<std::string> keys,
                                               std::vector<std::string> args) {
    try {
        auto answer =
            co_await redis_.run(what, std::move(keys), std::move(args), limits_.redis_deadline);
        if (!std::exchange(redis_was_there_, true))
            log::info("auth.attempts_counted_in_redis_again", {});
        co_return answer;
    } catch (failure const& f) {
        if (std::exchange(redis_was_there_, false))
            log::warn("auth.attempts_counted_in_process", {{"message", f.what()}});
    }
    co_return std::nullopt;
}

std::string lockout::hashed(std::string_view what, std::string_view whose) const {
    auto const hash = crypto::hmac_sha256(key_, fmt::format("{}:{}", what, whose));
    return text::hex(std::string_view(hash).substr(0, 16));
}

task<attempt> lockout::begin(std::string_view account, std::string_view address) {
    attempt made{.account = hashed("account", account),
                 .address = hashed("address", counted_address(address)),
                 .id = random_hex(8)};
    std::vector<std::string> args{made.address,
                                  made.id,
                                  std::to_string(std::chrono::microseconds(limits_.window).count()),
                                  std::to_string(limits_.of_pair),
                                  std::to_string(limits_.of_account),
                                  std::to_string(limits_.of_address)};
    auto const answer = co_await ask(begin_script, keys_of(made), std::move(args));
    if (answer) {
        made.allowed = answer->at(0).integer() == 1;
        made.last = answer->at(1).integer() == 1;
        (made.allowed ? allowed_ : refused_).add();
    } else {
        local_.begin(made, time_.steady_now());
        (made.allowed ? allowed_locally_ : refused_locally_).add();
    }
    co_return made;
}

task<> lockout::succeeded(attempt const& what) {
    if (what.local) co_return local_.forget_pair(what);
    std::vector<std::string> args{what.address, what.id, std::to_string(known_addresses),
                                  std::to_string(known_for_days * 24 * 3600)};
    co_await ask(succeeded_script, keys_of(what), std::move(args));
}

task<> lockout::withdraw(attempt const& what) {
    if (what.local) co_return local_.withdraw(what);
    std::vector<std::string> args{what.address, what.id};
    co_await ask(withdraw_script, keys_of(what), std::move(args));
}

task<> lockout::release(std::string_view account) {
    auto const whose = hashed("account", account);
    local_.release(whose);
    std::vector<std::string> words{"DEL", account_key(whose)};
    co_await redis_.command(std::move(words));
}

}  // namespace agente::identity
