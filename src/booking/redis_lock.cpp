#include "booking/redis_lock.hpp"

#include "redis/connection.hpp"

namespace agente::booking {
namespace {

// KEYS: n nights, n turns, the fence. ARGV: token, ttl ms, instance, patience ms, fence floor.
// The fence is a clock that never goes back: losing it (FLUSHALL, a new server) costs nothing,
// because time goes on. string.format: Lua would write 1.7e15 as "1.7e+15".
redis::script const take_script("booking.take_nights", R"lua(
local n = (#KEYS - 1) / 2
local free, turn = true, true
for i = 1, n do
  if redis.call('EXISTS', KEYS[i]) == 1 then free = false end
  local next = redis.call('GET', KEYS[n + i])
  if next and next ~= ARGV[3] then turn = false end
end
if free and turn then
  for i = 1, n do
    redis.call('SET', KEYS[i], ARGV[1], 'NX', 'PX', ARGV[2])
    redis.call('DEL', KEYS[n + i])
  end
  local now = redis.call('TIME')
  local fence = now[1] * 1000000 + now[2]
  fence = math.max(fence, (tonumber(redis.call('GET', KEYS[#KEYS]) or 0)) + 1, tonumber(ARGV[5]) + 1)
  redis.call('SET', KEYS[#KEYS], string.format('%.0f', fence), 'PX', 604800000)
  return {1, fence}
end
if turn then
  for i = 1, n do redis.call('SET', KEYS[n + i], ARGV[3], 'PX', ARGV[4]) end
end
return {0, turn and 1 or 0}
)lua");

// KEYS: n nights. ARGV: token, ttl ms.
redis::script const extend_script("booking.extend_nights", R"lua(
for i = 1, #KEYS do
  if redis.call('GET', KEYS[i]) ~= ARGV[1] then return 0 end
end
for i = 1, #KEYS do redis.call('PEXPIRE', KEYS[i], ARGV[2]) end
return 1
)lua");

// KEYS: n nights. ARGV: token.
redis::script const release_script("booking.release_nights", R"lua(
local all = 1
for i = 1, #KEYS do
  if redis.call('GET', KEYS[i]) == ARGV[1] then redis.call('DEL', KEYS[i]) else all = 0 end
end
return all
)lua");

}  // namespace

lock_keys keys_of(tenancy::keys const& keys, std::int64_t room_type, hotel::stay const& nights) {
    lock_keys all;
    for (auto const night : nights.each_night()) {
        all.nights.push_back(keys.stay_lock(room_type, night));
        all.turns.push_back(
            keys.lock(fmt::format("turn_of_stay:{}:{}", room_type, hotel::to_iso(night))));
    }
    all.fence = keys.fence();
    return all;
}

task<std::variant<granted, refused>> redis_lock::take(lock_keys keys, std::string token,
                                                      std::int64_t above) {
    std::vector<std::string> names = std::move(keys.nights);
    std::ranges::move(keys.turns, std::back_inserter(names));
    names.push_back(std::move(keys.fence));
    std::vector<std::string> args{std::move(token), std::to_string(ttl_.count()), instance_,
                                  std::to_string(patience_.count()), std::to_string(above)};
    auto const answer = co_await redis_.run(take_script, std::move(names), std::move(args));
    if (answer.at(0).integer() == 1) co_return granted{answer.at(1).integer()};
    co_return refused{answer.at(1).integer() == 1};
}

task<bool> redis_lock::extend(lock_keys keys, std::string token) {
    std::vector<std::string> args{std::move(token), std::to_string(ttl_.count())};
    auto const answer = co_await redis_.run(extend_script, std::move(keys.nights), std::move(args));
    co_return answer.integer() == 1;
}

task<bool> redis_lock::release(lock_keys keys, std::string token) {
    std::vector<std::string> args{std::move(token)};
    auto const answer =
        co_await redis_.run(release_script, std::move(keys.nights), std::move(args));
    co_return answer.integer() == 1;
}

}  // namespace agente::booking
