#include "booking/stay_hold.hpp"

#include <boost/asio/co_spawn.hpp>

#include "base/log.hpp"
#include "net/deadline.hpp"

namespace agente::booking {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

milliseconds since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
}

stay_locks::core::core(asio::io_context& l, redis::connection& r, postgres::database& d,
                       clock const& t, lock_events& e, stay_lock_options o, telemetry::metrics& m)
    : loop(l), database(d), time(t), events(e), options(std::move(o)),
      // A turn is kept for an instance that asks again in time: its longest pause, and a slow
      // answer.
      redis(r, options.instance, options.ttl, 4 * options.most_poll + options.redis_limit / 2),
      queue(options.most_waiting),
      held(m.measure("booking_locks_held", "Stay locks held by this process")),
      waiting(m.measure("booking_locks_waiting", "Orders waiting for a stay lock, or holding one")),
      fallbacks(m.count("booking_lock_fallbacks_total",
                        "Stay locks taken in PostgreSQL because Redis could not be used")),
      losses(m.count("booking_locks_lost_total", "Stay locks lost while held")) {}

void stay_locks::core::rest_redis(std::string_view why) {
    redis_rests_until = std::chrono::steady_clock::now() + options.redis_rest;
    log::warn("booking.redis_unusable", {{"message", why}});
}

void stay_locks::core::leave(local_queue::ticket t) {
    for (auto const next : queue.leave(t))
        if (auto const found = waiters.find(next); found != waiters.end())
            found->second->open_all();
    waiting.set(static_cast<double>(queue.size()));
}

void stay_lock::hold::start(std::chrono::steady_clock::time_point asked, bool waited) {
    granted = true;
    since_when = std::chrono::steady_clock::now();
    core->held.add(1);
    record(lock_event_kind::acquired, {{"waited_ms", since(asked).count()}, {"waited", waited}});
}

void stay_lock::hold::record(lock_event_kind kind, boost::json::object details) {
    details["instance"] = core->options.instance;
    details["reference"] = reference;
    if (granted) {
        details["fence"] = fence;
        details["system"] = advisory ? "postgres" : "redis";
    }
    core->events.record({kind, tenant, lock_key, std::move(details)});
}

void stay_lock::hold::lose(std::string_view why) {
    if (std::exchange(lost, true)) return;
    if (term) term->lose();
    core->losses.add();
    record(lock_event_kind::lost, {{"why", why}, {"held_ms", since(since_when).count()}});
}

void stay_lock::hold::give_back() {
    if (std::exchange(slot, false)) {
        --core->fallbacks_held;
        core->slots.open_all();
    }
    if (ticket) core->leave(*std::exchange(ticket, std::nullopt));
    if (std::exchange(granted, false)) core->held.add(-1);
}

namespace {

using hold_ptr = std::shared_ptr<stay_lock::hold>;

// What runs in the background swallows what is expected: anything else is a bug, and ends the loop.
void no_bug(std::exception_ptr why) {
    if (why) std::rethrow_exception(why);
}

// Extends the lock while it is held. One failed extension is no reason to stop: only Redis's "not
// yours", or trust run out.
task<> watch(hold_ptr h) {
    bool reported = false;
    while (!h->over && !h->lost) {
        auto const& time = h->core->time;
        if (auto const wait = h->term->next_attempt() - time.steady_now(); wait > 0s) {
            co_await h->stop.wait_until(std::chrono::steady_clock::now() + wait);
            continue;  // look again: released meanwhile?
        }
        auto const sent = time.steady_now();
        std::optional<bool> ours;
        try {
            ours = co_await net::with_deadline(h->core->redis.extend(h->keys, h->token),
                                               h->term->attempt_limit());
        } catch (failure const& why) {
            log::warn("booking.lock_not_extended",
                      {{"reference", h->reference}, {"message", why.what()}});
        }
        if (h->over) break;
        if (!ours) {
            h->term->attempt_failed(time.steady_now());
            if (!h->term->valid(time.steady_now())) h->lose("not confirmed in time");
        } else if (!*ours) {
            h->lose("gone from Redis");
        } else {
            h->term->extended(sent);
            if (!std::exchange(reported, true))
                h->record(lock_event_kind::extended, {{"held_ms", since(h->since_when).count()}});
        }
    }
}

task<> let_go(hold_ptr h) {
    auto const core = h->core;
    if (h->advisory) {
        try {
            co_await net::with_deadline(h->advisory->release(), 5s);
        } catch (failure const& why) {
            log::debug("booking.release_failed", {{"message", why.what()}});
        }
        if (!h->lost)
            h->record(lock_event_kind::released, {{"held_ms", since(h->since_when).count()}});
        h->advisory.reset();
    } else {
        // Also after a loss, and after an answer that never came: whatever still carries our token
        // is freed.
        std::optional<bool> all;
        try {
            all = co_await net::with_deadline(core->redis.release(h->keys, h->token),
                                              core->options.redis_limit);
        } catch (failure const& why) {
            log::debug("booking.release_failed", {{"message", why.what()}});
        }
        if (h->granted && !h->lost) {
            if (all == false)
                h->lose("gone from Redis when released");
            else
                h->record(lock_event_kind::released, {{"held_ms", since(h->since_when).count()},
                                                      {"confirmed", all.has_value()}});
        }
    }
    h->give_back();
    h->released = true;
    h->stop.open_all();
}

}  // namespace

void watch_in_background(hold_ptr h) {
    auto& loop = h->core->loop;
    asio::co_spawn(loop, watch(std::move(h)), no_bug);
}

void let_go_in_background(hold_ptr h) {
    if (std::exchange(h->over, true)) return;
    h->stop.open_all();
    auto const core = h->core;
    ++core->background;
    asio::co_spawn(core->loop, let_go(std::move(h)), [core](std::exception_ptr why) {
        if (--core->background == 0) core->idle.open_all();
        no_bug(why);
    });
}

}  // namespace agente::booking
