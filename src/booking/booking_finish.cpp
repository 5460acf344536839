#include "base/log.hpp"
#include "base/text.hpp"
#include "booking/booking_run.hpp"
#include "booking/journal_writes.hpp"
#include "booking/reason.hpp"
#include "net/gate.hpp"

namespace agente::booking {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

// What a create that did not succeed means.
enum class create_failure { sold_out, refused, not_done, in_doubt };

create_failure meaning_of(error const& why) {
    if (why.code() == "pms.not_available") return create_failure::sold_out;
    switch (why.kind()) {
        case error_kind::invalid: return create_failure::refused;
        case error_kind::unavailable:
        case error_kind::forbidden:
        case error_kind::unauthenticated: return create_failure::not_done;
        default:
            return create_failure::in_doubt;  // cut off, too slow, nonsense: only looking helps
    }
}

}  // namespace

outcome booking_run::ended(outcome::kind what, std::string reason) const {
    outcome out;
    out.what = what;
    out.reference = reference_;
    out.reason = reason.empty() ? std::string(to_string(what)) : std::move(reason);
    return out;
}

task<outcome> booking_run::send_and_finish() {
    hotel::booking_order wanted{.reference = reference_,
                                .stay = order_.stay,
                                .room_type_id = order_.room_type_id,
                                .rooms = order_.rooms,
                                .occupancy = order_.occupancy,
                                .guest = order_.guest,
                                .extras = offer_->extras,
                                .expected_total = order_.quoted_total,
                                .remark = order_.remark};
    auto const made = co_await limited(pms_.create(std::move(wanted)), core_.options.write_limit);
    done(step::created);
    if (made) {
        done(step::found);
        co_return co_await conclude(*made, {order_.rooms, order_.quoted_total});
    }
    auto const& why = made.error();
    switch (meaning_of(why)) {
        case create_failure::sold_out: co_return co_await fail(outcome::kind::sold_out, {});
        case create_failure::refused:
            co_return co_await fail(outcome::kind::refused, why.message());
        case create_failure::not_done:
            co_return co_await fail(outcome::kind::not_checked, std::string(why.code()));
        case create_failure::in_doubt: break;
    }
    log::warn("booking.create_in_doubt",
              {{"reference", reference_}, {"code", why.code()}, {"message", why.message()}});
    co_await net::pause(core_.options.settle_after);
    auto const there = co_await look_up();
    if (!there)
        co_return co_await leave_unknown("not found yet after " + std::string(why.code()),
                                         std::nullopt);
    done(step::found);
    co_return co_await conclude(*there, {order_.rooms, order_.quoted_total, false});
}

// A crash, or a connection cut for long, left the row `sent` or `unknown`. Nothing is created anew:
// only looked for.
task<outcome> booking_run::settle_earlier(journal_row row) {
    finish_by_ = steady_clock::now() + core_.after_sending();
    auto const there = co_await look_up();
    if (!there) co_return co_await leave_unknown("not found yet", row.pms_id);
    co_return co_await conclude(*there, {row.rooms, order_.quoted_total, false});
}

// The hotel system may still be at work on it: a cut connection does not stop it. Empty: not found
// in time, or not answered.
task<std::optional<hotel::booking>> booking_run::look_up() {
    auto const end = std::min(finish_by_, steady_clock::now() + core_.options.settle_for);
    system_random random;
    net::backoff pauses({200ms, 2s}, random);
    for (;;) {
        auto found = co_await limited(pms_.find_by_reference(reference_), core_.options.read_limit);
        if (found && *found) co_return **std::move(found);
        auto const rest = pauses.next();
        if (steady_clock::now() + rest >= end) co_return std::nullopt;
        co_await net::pause(rest);
    }
}

task<outcome> booking_run::conclude(hotel::booking made, expectation expected) {
    system_random random;
    net::backoff pauses({200ms, 2s}, random);
    for (;;) {
        auto const seen = co_await examine(pms_, made, expected, core_.options.read_limit);
        if (seen.what == verdict::kind::good) break;
        if (seen.what == verdict::kind::bad) co_return co_await undo(std::move(made), seen.reason);
        auto const rest = pauses.next();
        if (steady_clock::now() + rest >= finish_by_)
            co_return co_await leave_unknown("not verified: " + seen.reason, made.pms_id);
        co_await net::pause(rest);
        if (auto now = co_await limited(pms_.read(made.pms_id), core_.options.read_limit))
            made = *std::move(now);
    }
    done(step::verified);
    co_return co_await confirm(std::move(made));
}

task<outcome> booking_run::confirm(hotel::booking made) {
    auto const stored = co_await journal<bool>([&] {
        return core_.store.become(as_.access(), reference_, owner_, state::confirmed, made.pms_id,
                                  std::nullopt, std::nullopt);
    });
    if (!stored) {  // it exists and is good, but nobody may be told before that is stored: recovery
                    // does both
        log::error("booking.confirmation_not_stored",
                   {{"reference", reference_}, {"pms_id", made.pms_id}});
        co_return ended(outcome::kind::unknown, "journal.unavailable");
    }
    if (*stored) {
        done(step::confirmed);
        auto out = ended(outcome::kind::confirmed);
        out.booking = std::move(made);
        co_return out;
    }
    // This took so long that somebody settled the row meanwhile. If as "never arrived", what we
    // made must go.
    auto const row = co_await journal<std::optional<journal_row>>(
        [&] { return core_.store.read(as_.access(), reference_); });
    if (row && *row && (*row)->state == state::failed) {
        log::error("booking.came_too_late", {{"reference", reference_}, {"pms_id", made.pms_id}});
        if (!co_await cancel(pms_, made.pms_id, core_.options.read_limit))
            co_return ended(outcome::kind::unknown, "cancel_failed");
    }
    co_return co_await as_journaled();
}

// It exists and must not stay. Said only once it is gone.
task<outcome> booking_run::undo(hotel::booking made, std::string reason) {
    auto kind = parse_reason(reason).what;
    std::string detail;
    system_random random;
    net::backoff pauses({200ms, 2s}, random);
    while (!co_await cancel(pms_, made.pms_id, core_.options.read_limit)) {
        auto const rest = pauses.next();
        if (steady_clock::now() + rest >= finish_by_)
            co_return co_await leave_unknown("not cancelled yet: " + reason, made.pms_id);
        co_await net::pause(rest);
    }
    log::warn("booking.undone",
              {{"reference", reference_}, {"pms_id", made.pms_id}, {"reason", reason}});
    if (kind == outcome::kind::price_changed) {
        // Quoting anew helps only when the quote has changed; a bill that never agrees with its
        // quote is the shop's fault.
        offer_ = co_await read_offer();
        if (!offer_ || !same_total(offer_->total_with_tax, made.total_with_tax)) {
            log::error("booking.bill_differs",
                       {{"reference", reference_},
                        {"quoted", hotel::to_decimal(order_.quoted_total)},
                        {"billed", hotel::to_decimal(made.total_with_tax)}});
            kind = outcome::kind::refused;
            detail =
                "the hotel's system bills another total than it quotes: a person has to look at it";
        }
    }
    co_return co_await fail(kind, std::move(detail), made.pms_id);
}

task<outcome> booking_run::fail(outcome::kind what, std::string detail,
                                std::optional<std::int64_t> pms_id) {
    auto const reason = to_reason(what, detail);
    auto const stored = co_await journal<bool>([&] {
        return core_.store.become(as_.access(), reference_, owner_, state::failed, pms_id, reason,
                                  std::nullopt);
    });
    if (stored && !*stored) co_return co_await as_journaled();
    // Not stored: nothing is booked all the same, and recovery will find that.
    auto out = ended(what, detail.empty() ? std::string{} : detail);
    if (what == outcome::kind::refused) {
        out.reason = "refused";
        out.message = detail;
    }
    if (what == outcome::kind::sold_out || what == outcome::kind::price_changed) out.offer = offer_;
    co_return out;
}

task<outcome> booking_run::leave_unknown(std::string why, std::optional<std::int64_t> pms_id) {
    constexpr milliseconds soon = 5s;  // recovery looks again
    log::warn("booking.unknown", {{"reference", reference_}, {"message", why}});
    auto const reason = text::shorten(why, 120);
    auto const stored = co_await journal<bool>([&] {
        return core_.store.become(as_.access(), reference_, owner_, state::unknown, pms_id, reason,
                                  soon);
    });
    if (stored && !*stored) co_return co_await as_journaled();
    co_return ended(outcome::kind::unknown, std::move(why));
}

// The row was taken from us: whoever has it decides.
task<outcome> booking_run::as_journaled() {
    auto const row = co_await journal<std::optional<journal_row>>(
        [&] { return core_.store.read(as_.access(), reference_); });
    if (row && *row && final((*row)->state)) co_return co_await replay(**row);
    co_return ended(outcome::kind::unknown, "taken over");
}

task<outcome> booking_run::replay(journal_row row) {
    if (row.state == state::confirmed) {
        auto out = ended(outcome::kind::confirmed);
        auto const there =
            co_await limited(pms_.read(row.pms_id.value_or(0)), core_.options.read_limit);
        if (there)
            out.booking = *there;
        else
            log::warn("booking.confirmed_unreadable",
                      {{"reference", reference_}, {"code", there.error().code()}});
        co_return out;
    }
    auto const reason = parse_reason(row.reason.value_or(""));
    auto out = ended(reason.what, reason.detail);
    if (reason.what == outcome::kind::refused) {
        out.reason = "refused";
        out.message = reason.detail;
    }
    if (reason.what == outcome::kind::price_changed || reason.what == outcome::kind::sold_out) {
        out.offer = co_await read_offer();
        if (reason.what == outcome::kind::price_changed && !out.offer)
            out.what = outcome::kind::not_checked;
    }
    co_return out;
}

// Our database cannot be asked, so nothing is sent. But an earlier call, before a crash, may have
// been.
task<outcome> booking_run::without_journal() {
    auto const there =
        co_await limited(pms_.find_by_reference(reference_), core_.options.read_limit);
    auto out = ended(there && *there ? outcome::kind::unknown : outcome::kind::not_checked,
                     "journal.unavailable");
    if (out.what == outcome::kind::not_checked) out.reference.clear();
    co_return out;
}

}  // namespace agente::booking
