#include "booking/stay_lock.hpp"

#include "base/ids.hpp"
#include "base/log.hpp"
#include "booking/stay_hold.hpp"
#include "net/deadline.hpp"
#include "net/retry.hpp"
#include "redis/connection.hpp"

namespace agente::booking {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using moment = std::chrono::steady_clock::time_point;

namespace {

using hold_ptr = std::shared_ptr<stay_lock::hold>;

agente::error busy(std::string_view why) {
    return agente::error(
        error_kind::conflict, "booking.busy",
        fmt::format("other bookings of these nights took too long ({}): try again", why));
}

// Frees in the background what an attempt may have taken, unless the attempt ended with an answer.
class attempt {
public:
    explicit attempt(hold_ptr h) : hold_(std::move(h)) {}
    ~attempt() {
        if (hold_) let_go_in_background(std::move(hold_));
    }
    void answered() { hold_.reset(); }

private:
    hold_ptr hold_;
};

// A copy of the request as its own lock attempt, so that cleaning up after an unanswered one cannot
// touch the next one's token.
hold_ptr attempt_of(stay_lock::hold const& h) {
    auto copy = std::make_shared<stay_lock::hold>(h.core, h.tenant);
    copy->lock_key = h.lock_key;
    copy->reference = h.reference;
    copy->keys = h.keys;
    copy->token = h.token;
    return copy;
}

struct wish {
    tenancy::scope as;
    std::int64_t room_type;
    moment asked;
    moment end;
    std::int64_t above;
    bool waited{false};
};

void note_waiting(stay_lock::hold& h, wish& w, std::size_t ahead) {
    if (!std::exchange(w.waited, true)) h.record(lock_event_kind::waited, {{"ahead_here", ahead}});
}

agente::error give_up(stay_lock::hold& h, wish const& w, std::string_view why) {
    h.record(lock_event_kind::refused, {{"waited_ms", since(w.asked).count()}, {"why", why}});
    return busy(why);
}

// The line of this worker. False: the time is over.
task<bool> wait_for_turn(hold_ptr h, wish& w) {
    auto const& core = h->core;
    auto const ticket = *h->ticket;
    if (core->queue.at_head(ticket)) co_return true;
    note_waiting(*h, w, core->queue.ahead(ticket));
    net::gate mine;
    struct enlisted {
        stay_locks::core& in;
        local_queue::ticket as;
        ~enlisted() { in.waiters.erase(as); }
    } const waiting{*core, ticket};
    core->waiters[ticket] = &mine;
    while (!core->queue.at_head(ticket) && std::chrono::steady_clock::now() < w.end)
        co_await mine.wait_until(w.end);
    co_return core->queue.at_head(ticket);
}

enum class redis_answer { granted, refused, late, unusable };

task<redis_answer> take_in_redis(hold_ptr h, wish& w) {
    auto const& core = h->core;
    system_random random;
    net::backoff polls({core->options.first_poll, core->options.most_poll}, random);
    while (core->redis_usable()) {
        auto const sent = core->time.steady_now();
        h->token = random_hex(16);
        std::optional<std::variant<granted, refused>> answer;
        {
            attempt unanswered(attempt_of(*h));
            try {
                answer = co_await net::with_deadline(core->redis.take(h->keys, h->token, w.above),
                                                     core->options.redis_limit);
                unanswered.answered();
            } catch (failure const& why) {
                core->rest_redis(why.what());
            }
        }
        if (!answer) break;
        if (auto const* yes = std::get_if<granted>(&*answer)) {
            h->fence = yes->fence;
            h->term.emplace(core->options.ttl, sent);
            co_return redis_answer::granted;
        }
        note_waiting(*h, w, 0);
        auto const now = std::chrono::steady_clock::now();
        if (now >= w.end) co_return redis_answer::late;
        co_await net::pause(
            std::min<std::chrono::steady_clock::duration>(polls.next(), w.end - now));
    }
    co_return redis_answer::unusable;
}

// Empty: the time is over.
task<bool> take_in_postgres(hold_ptr h, wish& w) {
    auto const& core = h->core;
    while (core->fallbacks_held >= core->options.most_fallback) {
        note_waiting(*h, w, 0);
        if (std::chrono::steady_clock::now() >= w.end) co_return false;
        co_await core->slots.wait_until(w.end);
    }
    ++core->fallbacks_held;
    h->slot = true;
    auto const left = std::max(
        1ms, std::chrono::duration_cast<milliseconds>(w.end - std::chrono::steady_clock::now()));
    auto taken =
        co_await advisory_lock::take(core->database, w.as, w.room_type, h->keys.nights, left);
    if (!taken) co_return false;
    h->fence = std::max(taken->fence(), w.above + 1);
    h->advisory.emplace(std::move(*taken));
    co_return true;
}

task<result<stay_lock>> take(std::shared_ptr<stay_locks::core> core, wish w, hotel::stay nights,
                             std::string reference) {
    tenancy::keys const names(w.as);
    auto h = std::make_shared<stay_lock::hold>(core, w.as.slug());
    h->lock_key =
        names.lock(fmt::format("stay:{}:{}..{}", w.room_type, hotel::to_iso(nights.arrival()),
                               hotel::to_iso(nights.departure())));
    h->reference = std::move(reference);
    h->keys = keys_of(names, w.room_type, nights);
    h->ticket = core->queue.enter(h->keys.nights);
    if (!h->ticket) {
        h->record(lock_event_kind::refused, {{"why", "too many wait in this worker"}});
        co_return agente::error(error_kind::unavailable, "booking.queue_full",
                                "too many bookings wait for their turn: try again in a minute");
    }
    core->waiting.set(static_cast<double>(core->queue.size()));

    if (!co_await wait_for_turn(h, w))
        co_return give_up(*h, w, "others of this instance were first");
    switch (co_await take_in_redis(h, w)) {
        case redis_answer::granted:
            h->start(w.asked, w.waited);
            watch_in_background(h);
            co_return stay_lock(std::move(h));
        case redis_answer::refused:
        case redis_answer::late: co_return give_up(*h, w, "held by another instance");
        case redis_answer::unusable: break;
    }

    h->record(lock_event_kind::fallback, {{"why", "Redis cannot be used"}});
    core->fallbacks.add();
    std::string why;
    try {
        if (co_await take_in_postgres(h, w)) {
            h->start(w.asked, w.waited);
            co_return stay_lock(std::move(h));
        }
    } catch (postgres::error const& e) {
        why = e.what();
    }
    if (why.empty()) co_return give_up(*h, w, "held by another instance, in PostgreSQL");
    h->record(lock_event_kind::refused, {{"why", why}});
    co_return agente::error(error_kind::unavailable, "booking.no_lock",
                            "neither Redis nor PostgreSQL can lock the nights: " + why);
}

}  // namespace

stay_lock::stay_lock(std::shared_ptr<hold> held) : hold_(std::move(held)) {}
stay_lock::stay_lock(stay_lock&&) noexcept = default;

stay_lock& stay_lock::operator=(stay_lock&& other) noexcept {
    if (this != &other) {
        if (hold_) let_go_in_background(std::move(hold_));
        hold_ = std::move(other.hold_);
    }
    return *this;
}

stay_lock::~stay_lock() {
    if (hold_) let_go_in_background(std::move(hold_));
}

bool stay_lock::valid() const noexcept {
    if (!hold_ || hold_->lost) return false;
    return !hold_->term || hold_->term->valid(hold_->core->time.steady_now());
}

task<bool> stay_lock::confirm() {
    auto const h = hold_;
    if (!valid()) co_return false;
    if (h->advisory && !co_await h->advisory->confirm())
        h->lose("its connection to PostgreSQL is gone");
    co_return valid();
}

std::int64_t stay_lock::fence() const noexcept { return hold_ ? hold_->fence : 0; }
bool stay_lock::fallback() const noexcept { return hold_ && hold_->advisory.has_value(); }

task<> stay_lock::release() {
    auto const h = std::exchange(hold_, nullptr);
    if (!h) co_return;
    let_go_in_background(h);
    while (!h->released) co_await h->stop.wait();
}

stay_locks::stay_locks(asio::io_context& loop, redis::connection& redis,
                       postgres::database& database, clock const& time, lock_events& events,
                       stay_lock_options options, telemetry::metrics& metrics) {
    if (options.instance.empty()) options.instance = random_hex(8);
    core_ =
        std::make_shared<core>(loop, redis, database, time, events, std::move(options), metrics);
}

stay_locks::~stay_locks() = default;

task<result<stay_lock>> stay_locks::acquire(tenancy::scope as, std::int64_t room_type,
                                            hotel::stay nights, milliseconds most,
                                            std::string reference, std::int64_t above) {
    auto const now = std::chrono::steady_clock::now();
    return take(core_, wish{std::move(as), room_type, now, now + most, above}, nights,
                std::move(reference));
}

task<> stay_locks::drain(milliseconds most) {
    auto const core = core_;
    auto const end = std::chrono::steady_clock::now() + most;
    while (core->background > 0 && std::chrono::steady_clock::now() < end)
        co_await core->idle.wait_until(end);
}

}  // namespace agente::booking
