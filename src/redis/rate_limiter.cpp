#include "redis/rate_limiter.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace agente::redis {

using namespace std::chrono_literals;
using std::chrono::microseconds;

namespace {

constexpr auto between_cleanings = 1s;

// KEYS: the buckets. ARGV: for each its size and the microseconds that one request costs. Each key
// holds when its bucket will be full again, in microseconds of this server's clock; a value further
// away than a whole bucket (the clock was set back) counts as an empty bucket. All numbers are
// whole and far below 2^53, so Lua's doubles hold them exactly.
script const take_script("redis.take_rates", R"(
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local allowed, full_at, answer = true, {}, {}
for i, key in ipairs(KEYS) do
    local cost = tonumber(ARGV[2 * i])
    local whole = ARGV[2 * i - 1] * cost
    local at = tonumber(redis.call('GET', key) or '') or now
    full_at[i] = math.min(math.max(at, now), now + whole)
    local wait = full_at[i] + cost - whole - now
    if wait > 0 then allowed = false end
    answer[3 * i] = math.max(wait, 0)
end
for i, key in ipairs(KEYS) do
    local cost = tonumber(ARGV[2 * i])
    if allowed then
        full_at[i] = full_at[i] + cost
        redis.call('SET', key, string.format('%.0f', full_at[i]),
                   'PX', math.ceil((full_at[i] - now) / 1000))
    end
    local used = full_at[i] - now
    answer[3 * i - 2] = math.floor((ARGV[2 * i - 1] * cost - used) / cost)
    answer[3 * i - 1] = used
end
return answer
)");

microseconds cost_of(rate const& r) { return microseconds(r.per) / r.requests; }

bool refuses(rate_standing const& s) { return s.retry_after > 0us; }

}  // namespace

std::vector<rate_standing> local_rates::take(std::vector<rate> const& limits, moment now) {
    std::size_t fresh = 0;
    for (auto const& r : limits) fresh += !full_at_.contains(r.key);
    if (full_at_.size() + fresh > most_keys_) forget_full_buckets(now);

    std::vector<rate_standing> all;
    auto room = most_keys_ - std::min(most_keys_, full_at_.size());
    for (auto const& r : limits) {
        auto const cost = cost_of(r);
        auto const known = full_at_.find(r.key);
        rate_standing s{.limit = r.requests};
        if (known != full_at_.end())
            s.reset_after = std::max(0us, std::chrono::ceil<microseconds>(known->second - now));
        else if (room == 0)
            s.retry_after = between_cleanings;
        else
            --room;
        auto const wait = s.reset_after + cost - cost * r.requests;
        if (wait > 0us) s.retry_after = wait;
        all.push_back(s);
    }
    bool const allowed = std::none_of(all.begin(), all.end(), refuses);
    for (std::size_t i = 0; i < limits.size(); ++i) {
        auto const cost = cost_of(limits[i]);
        if (allowed) {
            all[i].reset_after += cost;
            full_at_[limits[i].key] = now + all[i].reset_after;
        }
        auto const left = (cost * limits[i].requests - all[i].reset_after) / cost;
        all[i].remaining = refuses(all[i]) ? 0 : static_cast<int>(left);
    }
    return all;
}

void local_rates::forget_full_buckets(moment now) {
    if (now < next_cleaning_) return;  // a flood of new keys must not make every request pay for it
    next_cleaning_ = now + between_cleanings;
    std::erase_if(full_at_, [&](auto const& bucket) { return bucket.second <= now; });
}

rate_limiter::rate_limiter(connection& redis, clock const& time, telemetry::metrics& metrics,
                           rate_limiter_options options)
    : redis_(redis), time_(time), options_(options), local_(options.most_local_keys),
      breaker_({.failures = 3, .pause = 1s, .most_pause = 5s}),
      counted_(metrics.count("rate_limit_decisions_total", "Requests counted against rate limits",
                             {{"counted_in", "redis"}, {"outcome", "allowed"}})),
      refused_(metrics.count("rate_limit_decisions_total", "",
                             {{"counted_in", "redis"}, {"outcome", "refused"}})),
      counted_locally_(metrics.count("rate_limit_decisions_total", "",
                                     {{"counted_in", "process"}, {"outcome", "allowed"}})),
      refused_locally_(metrics.count("rate_limit_decisions_total", "",
                                     {{"counted_in", "process"}, {"outcome", "refused"}})),
      local_keys_(metrics.measure("rate_limit_local_keys",
                                  "Buckets counted in the process while Redis was away")) {}

task<rate_limiter::decision> rate_limiter::take(std::vector<rate> limits) {
    decision made;
    auto counted = co_await in_redis(limits);
    made.local = !counted;
    if (!counted) {
        for (auto& r : limits) r.requests = std::max(1, r.requests / options_.local_divisor);
        counted = local_.take(limits, time_.steady_now());
        local_keys_.set(static_cast<double>(local_.size()));
    }
    made.standings = std::move(*counted);
    for (std::size_t i = 0; i < made.standings.size(); ++i) {
        auto const& s = made.standings[i];
        auto const& other = made.shown();
        if (s.retry_after > other.retry_after ||
            (s.retry_after == other.retry_after && s.remaining < other.remaining))
            made.tightest = i;
        if (refuses(s)) made.allowed = false;
    }
    if (made.local)
        (made.allowed ? counted_locally_ : refused_locally_).add();
    else
        (made.allowed ? counted_ : refused_).add();
    co_return made;
}

task<std::optional<std::vector<rate_standing>>> rate_limiter::in_redis(
    std::vector<rate> const& limits) {
    if (!breaker_.allows(time_.steady_now())) co_return std::nullopt;
    struct report {  // a caller that is cancelled says nothing about Redis
        breaker& to;
        bool made{false};
        ~report() {
            if (!made) to.untried();
        }
    } outcome{breaker_};
    std::vector<std::string> keys, numbers;
    for (auto const& r : limits) {
        keys.push_back(r.key);
        numbers.push_back(std::to_string(r.requests));
        numbers.push_back(std::to_string(cost_of(r).count()));
    }
    try {
        auto const answer = co_await redis_.run(take_script, std::move(keys), std::move(numbers),
                                                options_.deadline);
        std::vector<rate_standing> all;
        for (std::size_t i = 0; i < limits.size(); ++i)
            all.push_back({.limit = limits[i].requests,
                           .remaining = static_cast<int>(answer.at(3 * i).integer()),
                           .reset_after = microseconds(answer.at(3 * i + 1).integer()),
                           .retry_after = microseconds(answer.at(3 * i + 2).integer())});
        outcome.made = true;
        breaker_.succeeded();
        redis_is(true, {});
        co_return all;
    } catch (failure const& f) {
        outcome.made = true;
        breaker_.failed(time_.steady_now());
        redis_is(false, f.reason().message());
    }
    co_return std::nullopt;
}

void rate_limiter::redis_is(bool there, std::string_view why) {
    if (there == std::exchange(redis_was_there_, there)) return;
    if (there)
        log::info("rates.counted_in_redis_again", {});
    else
        log::warn("rates.counted_in_process",
                  {{"message", why}, {"divisor", options_.local_divisor}});
}

}  // namespace agente::redis
