#include "guest/session_store.hpp"

#include "base/log.hpp"
#include "redis/error.hpp"
#include "redis/script.hpp"
#include "tenancy/keys.hpp"

namespace agente::guest {
namespace {

// KEYS: lock, session. ARGV: owner, lock ttl in ms.
redis::script const take("guest.open_session", R"(
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return {0, false} end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {1, redis.call('GET', KEYS[2])}
)");

// KEYS: lock, session. ARGV: owner, session, session ttl in ms.
redis::script const write("guest.save_session", R"(
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1
)");

// KEYS: lock. ARGV: owner.
redis::script const release_lock("guest.close_session", R"(
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
)");

}  // namespace

session_store::session_store(redis::connection& redis, session_options options,
                             telemetry::metrics& metrics)
    : redis_(redis), options_(options),
      without_memory_(metrics.count("guest_turns_without_memory_total",
                                    "Turns answered while Redis could not be asked")),
      unreadable_(metrics.count("guest_sessions_unreadable_total",
                                "Sessions of another version or malformed, begun anew")) {}

task<opened> session_store::open(tenancy::scope const& scope, std::string const& guest,
                                 std::string const& owner) {
    tenancy::keys const keys(scope);
    opened session;
    try {
        std::vector<std::string> names{keys.turn_lock(guest), keys.session(guest)};
        std::vector<std::string> args{owner, std::to_string(options_.lock_ttl.count())};
        auto const answer = co_await redis_.run(take, std::move(names), std::move(args));
        if (answer.at(0).integer() == 0) {
            session.busy = true;
            co_return session;
        }
        if (auto const stored = answer.at(1).maybe_string()) {
            auto parsed = conversation_from_json(*stored);
            if (!parsed.recognised) {
                unreadable_.add();
                log::warn("guest.session_unreadable",
                          {{"tenant", scope.slug()}, {"bytes", stored->size()}});
            }
            session.state = std::move(parsed.state);
        }
    } catch (redis::error const& e) {
        without_memory_.add();
        log::warn("guest.no_memory", {{"tenant", scope.slug()}, {"message", e.what()}});
        session.memory = false;
    }
    co_return session;
}

task<saved> session_store::save(tenancy::scope const& scope, std::string const& guest,
                                std::string const& owner, opened const& session) {
    if (!session.memory) co_return saved::no_memory;
    tenancy::keys const keys(scope);
    auto text = to_json(session.state);
    if (text.size() > conversation::most_bytes) {  // only a bug can: every part is bounded
        log::error("guest.session_too_large", {{"tenant", scope.slug()}, {"bytes", text.size()}});
        co_return saved::no_memory;
    }
    try {
        std::vector<std::string> names{keys.turn_lock(guest), keys.session(guest)};
        std::vector<std::string> args{owner, std::move(text), std::to_string(options_.ttl.count())};
        auto const answer = co_await redis_.run(write, std::move(names), std::move(args));
        co_return answer.integer() == 1 ? saved::yes : saved::lost;
    } catch (redis::error const& e) {
        without_memory_.add();
        log::warn("guest.no_memory", {{"tenant", scope.slug()}, {"message", e.what()}});
        co_return saved::no_memory;
    }
}

task<> session_store::close(tenancy::scope const& scope, std::string const& guest,
                            std::string const& owner) {
    tenancy::keys const keys(scope);
    try {
        std::vector<std::string> names{keys.turn_lock(guest)};
        std::vector<std::string> args{owner};
        co_await redis_.run(release_lock, std::move(names), std::move(args));
    } catch (redis::error const& e) {
        // The lock's own TTL frees it.
        log::debug("guest.lock_not_released", {{"tenant", scope.slug()}, {"message", e.what()}});
    }
}

}  // namespace agente::guest
