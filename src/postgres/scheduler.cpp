#include "postgres/scheduler.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace agente::postgres {
namespace {

error waited_too_long(unit const& one, steady_time now) {
    auto const ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(now - one.submitted).count();
    return error(agente::error(
        error_kind::unavailable, "postgres.waited_too_long",
        fmt::format("{}: no connection was free for {} ms: try again later", one.query, ms)));
}

error too_slow_answer(unit const& one, std::string_view why) {
    return error(agente::error(error_kind::timeout, "postgres.no_answer",
                               fmt::format("{}: {}: the connection was given up", one.query, why)));
}

}  // namespace

// --- work ---

bool scheduler::submit(unit_ptr one, steady_time now) {
    if (waiting() >= limits_.waiting) return false;
    if (one->grouped) return groups_.push(std::move(one));
    if (!one->coalescible) return alone_.push(std::move(one));
    if (!multi_ && suspects_.alone(*one, now)) return lone_.push(std::move(one));
    return reads_.push(std::move(one));
}

bool scheduler::request_lease(unit_ptr one) { return leases_.push(std::move(one)); }

void scheduler::abandon(unit& one) {
    one.abandoned = true;
    for (auto* line : {&reads_, &alone_, &groups_, &lone_, &leases_, &resting_})
        if (line->erase(one)) return;
}

finished scheduler::expire(steady_time now) {
    finished late;
    for (auto* line : {&reads_, &alone_, &groups_, &lone_, &leases_, &resting_})
        line->expire(now, late);
    if (!resting_.empty() && rested_ <= now) {
        finished again;
        resting_.clear(again);
        reads_.push_again(again);
    }
    for (auto& u : late) u->fail(waited_too_long(*u, now));
    return late;
}

finished scheduler::fail_waiting(error const& with) {
    finished all;
    for (auto* line : {&reads_, &alone_, &groups_, &lone_, &leases_, &resting_}) line->clear(all);
    for (auto& u : all) u->fail(with);
    return all;
}

// --- departures ---

std::optional<scheduler::departure> scheduler::depart(steady_time now) {
    return multi_ ? depart_multi(now) : depart_single(now);
}

std::optional<scheduler::departure> scheduler::depart_multi(steady_time now) {
    waiting_line* oldest = nullptr;
    for (auto* line : {&reads_, &alone_, &groups_, &lone_})
        if (!line->empty() && (!oldest || line->front().submitted < oldest->front().submitted))
            oldest = line;
    if (!oldest) return std::nullopt;
    auto* const on = freest();
    if (!on || on->flights.size() >= limits_.in_flight) return std::nullopt;
    std::vector<unit_ptr> one;
    one.push_back(oldest->pop());
    return launch(*on, std::move(one), now);
}

std::optional<scheduler::departure> scheduler::depart_single(steady_time now) {
    auto* const on = free_shared();
    if (!on) return std::nullopt;
    // Taken in turns: neither a stream of writes nor a stream of reads keeps the other waiting for
    // more than one round trip, and no line of writes keeps a group waiting, which carries
    // hundreds.
    for (int tries = 0; tries < lanes; ++tries) {
        auto const candidate =
            std::exchange(turn_, static_cast<lane>((static_cast<int>(turn_) + 1) % lanes));
        std::vector<unit_ptr> units;
        if (candidate == lane::reads && !reads_.empty() && reads_may_leave(now)) {
            units = gather(now);
        } else if (candidate == lane::alone && !alone_.empty()) {
            units.push_back(alone_.pop());
        } else if (candidate == lane::groups && !groups_.empty()) {
            units.push_back(groups_.pop());
        } else if (candidate == lane::lone && !lone_.empty() && lone_may_leave()) {
            units.push_back(lone_.pop());
        } else {
            continue;
        }
        on->last = candidate;
        return launch(*on, std::move(units), now);
    }
    return std::nullopt;
}

// At most a fair share of all reads under way or waiting: a crowd that once left together would
// come back and leave together for ever, on one connection, while the others idle.
std::vector<unit_ptr> scheduler::gather(steady_time now) {
    if (free_count() == slots_.size()) burst_ = now;
    auto const connections = std::max<std::size_t>(1, shared_count());
    auto const share = (reads_.size() + reads_flying_ + connections - 1) / connections;
    auto const most =
        std::min(limits_.reads_per_sync, std::max(pacer_.near() ? 1 : least_share, share));
    std::vector<unit_ptr> units;
    std::size_t bytes = 0;
    while (units.size() < most && !reads_.empty()) {
        bytes += reads_.front().bytes;
        if (!units.empty() && bytes > limits_.bytes_per_sync) break;
        units.push_back(reads_.pop());
    }
    pacer_.departed(now);
    return units;
}

bool scheduler::reads_may_leave(steady_time now) const { return reads_leave_at(now) <= now; }

// With all connections free there is nothing to be kept apart from. A crowd that finds them so
// takes all but the last at once.
steady_time scheduler::reads_leave_at(steady_time now) const {
    auto const free = free_count();
    auto const at_once = free == slots_.size() || (burst_ == now && free > 1);
    return pacer_.earliest(shared_count(), at_once);
}

bool scheduler::lone_may_leave() const {
    auto const under_way = std::ranges::count_if(slots_, [](slot const& s) {
        return s.as != use::lent && !s.flights.empty() && s.last == lane::lone;
    });
    return static_cast<std::size_t>(under_way) < std::max<std::size_t>(1, slots_.size() / 2);
}

std::optional<steady_time> scheduler::next_departure() const {
    if (multi_ || reads_.empty() || free_count() == 0) return std::nullopt;
    return reads_leave_at({});
}

unit_ptr scheduler::grant() {
    if (leases_.empty()) {
        for (auto& s : slots_)
            if (s.as == use::promised) s.as = use::shared;
        return nullptr;
    }
    auto given = [this](slot& s) {
        s.as = use::lent;
        auto one = leases_.pop();
        one->connection = s.connection;
        return one;
    };
    std::size_t promised = 0;
    for (auto& s : slots_) {
        if (s.as != use::promised) continue;
        if (s.flights.empty()) return given(s);
        ++promised;
    }
    if (promised >= leases_.size()) return nullptr;
    // One connection stays for everybody else, who may be what a lease's owner waits for; unless
    // there can only be one.
    if (limits_.connections > 1 && shared_count() <= 1) return nullptr;
    auto* const next = freest();
    if (!next) return nullptr;
    if (next->flights.empty()) return given(*next);
    next->as = use::promised;
    return nullptr;
}

scheduler::departure scheduler::launch(slot& on, std::vector<unit_ptr> units, steady_time now) {
    if (on.flights.empty()) on.head_since = now;
    if (units.front()->coalescible) reads_flying_ += units.size();
    on.flights.emplace_back(std::move(units), now);
    return {on.connection, on.flights.back().units()};
}

// --- what a connection reports ---

bool scheduler::replied(int connection, reply one) {
    auto* const s = find(connection);
    return s && !s->flights.empty() && s->flights.front().take(std::move(one));
}

std::optional<finished> scheduler::synced(int connection, steady_time now) {
    auto* const s = find(connection);
    if (!s || s->flights.empty() || !s->flights.front().complete()) return std::nullopt;
    auto landed = std::move(s->flights.front());
    s->flights.pop_front();
    if (landed.units().front()->coalescible) reads_flying_ -= landed.units().size();
    s->head_since = s->busy_until = now;
    if (s->as != use::lent && (multi_ || s->last == lane::reads))
        pacer_.landed(now - landed.departed());

    auto [done, again] = std::move(landed).land();
    for (auto const& u : done)
        if (u->coalescible && u->failed && u->failed->sqlstate() == "57014")
            suspects_.timed_out(*u, now);
    std::vector<unit_ptr> once_more, once_more_lone;
    for (auto& u : again) {
        if (u->abandoned) continue;
        u->tables.clear();
        if (!std::exchange(u->renewed, true)) u->expires += now - u->submitted;
        (suspects_.alone(*u, now) ? once_more_lone : once_more).push_back(std::move(u));
    }
    reads_.push_again(once_more);
    lone_.push_again(once_more_lone);
    return std::move(done);
}

finished scheduler::lost(int connection, std::string_view why, bool too_slow, steady_time now) {
    finished done;
    auto const at = std::ranges::find(slots_, connection, &slot::connection);
    if (at == slots_.end()) return done;
    auto flights = std::move(at->flights);
    slots_.erase(at);

    for (auto const& f : flights)
        if (f.units().front()->coalescible) reads_flying_ -= f.units().size();
    std::vector<unit_ptr> again;
    for (bool head = true; auto& f : flights) {
        for (auto& u : f.units()) {
            if (u->failed || u->abandoned) {
                done.push_back(
                    std::move(u));  // the server's own word came before the end: it is final
                continue;
            }
            if (u->cut != when_cut::retry_once) {
                u->fail(connection_error(u->query, u->cut == when_cut::in_doubt, why));
            } else if (too_slow && head) {
                u->fail(too_slow_answer(*u, why));
            } else if (u->retried) {
                u->fail(connection_error(u->query, false, why));
            } else {
                u->retried = true;
                u->tables.clear();
                if (!std::exchange(u->renewed, true)) u->expires += now - u->submitted;
                again.push_back(std::move(u));
                continue;
            }
            done.push_back(std::move(u));
        }
        head = false;
    }
    if (!again.empty()) rested_ = now + rest;
    for (auto& u : again) (void)resting_.push(std::move(u));
    return done;
}

// --- connections ---

void scheduler::add(int connection) {
    slots_.push_back(slot{connection, use::shared, {}, lane::alone, {}, {}});
}

void scheduler::retire(int connection) {
    if (auto* const s = find(connection); s && s->as != use::lent) s->as = use::retiring;
}

bool scheduler::idle(int connection) const {
    auto const* const s = find(connection);
    return s && s->flights.empty() && s->as != use::lent;
}

bool scheduler::busy(int connection) const {
    auto const* const s = find(connection);
    return s && !s->flights.empty();
}

std::size_t scheduler::lent() const {
    return static_cast<std::size_t>(std::ranges::count(slots_, use::lent, &slot::as));
}

int scheduler::overdue(steady_time now, steady_duration deadline) const {
    for (auto const& s : slots_)
        if (!s.flights.empty() && now - s.head_since > deadline) return s.connection;
    return -1;
}

bool scheduler::unused_since(int connection, steady_time since) const {
    auto const* const s = find(connection);
    return s && s->as == use::shared && s->flights.empty() && s->busy_until <= since;
}

void scheduler::fly_alone(int connection, unit_ptr one, steady_time now) {
    if (auto* const s = find(connection)) {
        std::vector<unit_ptr> units;
        units.push_back(std::move(one));
        launch(*s, std::move(units), now);
    }
}

void scheduler::take_back(int connection) {
    if (auto* const s = find(connection); s && s->as == use::lent) s->as = use::shared;
}

bool scheduler::wants_connection(steady_time now) const {
    if (slots_.size() >= limits_.connections) return false;
    auto const promised =
        static_cast<std::size_t>(std::ranges::count(slots_, use::promised, &slot::as));
    if (leases_.size() > promised) return true;
    if (multi_) return !reads_.empty() || !alone_.empty() || !groups_.empty() || !lone_.empty();
    if (free_count() > 0) return false;
    if (!alone_.empty() || !groups_.empty()) return true;
    if (reads_.empty()) return false;
    // Reads are meant to wait for the next departure; when they waited longer than that takes,
    // there are too few. A crowd would leave sooner with another connection, and in smaller loads,
    // which the server answers side by side.
    auto const waited = now - reads_.front().submitted;
    if (waited > 2 * pacer_.flight() + long_wait) return true;
    return reads_.size() >= least_share &&
           waited > std::max<steady_duration>(pacer_.flight() / 3, least_wait);
}

std::size_t scheduler::in_flight() const {
    std::size_t units = 0;
    for (auto const& s : slots_)
        for (auto const& f : s.flights) units += f.units().size();
    return units;
}

scheduler::slot* scheduler::find(int connection) {
    auto const at = std::ranges::find(slots_, connection, &slot::connection);
    return at != slots_.end() ? &*at : nullptr;
}

scheduler::slot const* scheduler::find(int connection) const {
    return const_cast<scheduler*>(this)->find(connection);
}

// The first of the least busy: later ones idle and can be closed.
scheduler::slot* scheduler::freest() {
    slot* best = nullptr;
    for (auto& s : slots_)
        if (s.as == use::shared && (!best || s.flights.size() < best->flights.size())) best = &s;
    return best;
}

scheduler::slot* scheduler::free_shared() {
    auto* const best = freest();
    return best && best->flights.empty() ? best : nullptr;
}

std::size_t scheduler::shared_count() const {
    return static_cast<std::size_t>(std::ranges::count(slots_, use::shared, &slot::as));
}

std::size_t scheduler::free_count() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        slots_, [](slot const& s) { return s.as == use::shared && s.flights.empty(); }));
}

}  // namespace agente::postgres
