#include "booking/booking_run.hpp"

#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "booking/journal_writes.hpp"
#include "booking/reference.hpp"
#include "net/deadline.hpp"
#include "net/gate.hpp"
#include "net/retry.hpp"

namespace agente::booking {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

service::core::core(postgres::database& database, stay_locks& l, service_options o,
                    telemetry::metrics& m)
    : store(database), locks(l), options(std::move(o)), metrics(m),
      seconds(m.distribution("booking_seconds", "From the guest's yes to the outcome")) {}

task<outcome> book_once(std::shared_ptr<service::core> core, tenancy::scope as,
                        hotel::property_system& pms, order what) {
    auto const start = steady_clock::now();
    booking_run run(core, std::move(as), pms, std::move(what));
    auto out = co_await run.go();
    std::chrono::duration<double> const took = steady_clock::now() - start;
    core->seconds.observe(took.count());
    core->metrics
        .count("booking_outcomes_total", "Orders by how they ended",
               {{"outcome", std::string(to_string(out.what))}})
        .add();
    log::info("booking.outcome", {{"reference", run.reference()},
                                  {"outcome", to_string(out.what)},
                                  {"reason", out.reason},
                                  {"pms_id", out.booking ? out.booking->pms_id : 0},
                                  {"ms", static_cast<std::int64_t>(took.count() * 1000)}});
    co_return out;
}

struct booking_run::heart {
    bool stopped{false};
    net::gate stop;
};

booking_run::booking_run(std::shared_ptr<service::core> core, tenancy::scope as,
                         hotel::property_system& pms, order what)
    : core_owner_(std::move(core)), core_(*core_owner_), as_(std::move(as)), pms_(pms),
      order_(std::move(what)), reference_(make_reference(as_.slug(), order_.request_key)),
      owner_(core_.options.instance + ":" + random_hex(6)) {
    row_.reference = reference_;
    row_.tenant_id = as_.slug();
    row_.request_key = order_.request_key;
    row_.room_type = order_.room_type_id;
    row_.arrival = order_.stay.arrival();
    row_.departure = order_.stay.departure();
    row_.rooms = static_cast<std::int16_t>(order_.rooms);
    row_.guest = order_.guest_address;
    if (!order_.recipient.empty()) row_.recipient = order_.recipient;
    if (!order_.language.empty()) row_.language = order_.language;
    row_.quoted_micros = order_.quoted_total.micros;
    row_.quoted_currency = order_.quoted_total.currency;
}

booking_run::~booking_run() {
    if (!heart_) return;
    heart_->stopped = true;
    heart_->stop.open_all();
}

// A beat that is missed is made up for by the next; a lease that ran out all the same is noticed at
// the next write.
task<> booking_run::beat(std::shared_ptr<service::core> core, postgres::access as,
                         std::string reference, std::string owner, std::shared_ptr<heart> h) {
    auto const lease = core->options.lease;
    for (;;) {
        auto const next = steady_clock::now() + lease / 3;
        while (!h->stopped && steady_clock::now() < next) co_await h->stop.wait_until(next);
        if (h->stopped) co_return;
        try {
            auto const ours = co_await net::with_deadline(
                core->store.extend(as, reference, owner, lease), core->options.journal_limit);
            if (!ours) co_return;
        } catch (failure const& why) {
            log::warn("booking.lease_not_renewed",
                      {{"reference", reference}, {"message", why.what()}});
        }
    }
}

task<> booking_run::start_heart() {
    auto const executor = co_await asio::this_coro::executor;
    heart_ = std::make_shared<heart>();
    asio::co_spawn(
        executor, beat(core_owner_, as_.access(), reference_, owner_, heart_),
        [](std::exception_ptr why) {
            if (why)
                std::rethrow_exception(why);  // beat() swallows what is expected: this is a bug
        });
}

std::optional<outcome> booking_run::wrong_order() const {
    constexpr int most_rooms = 100;
    auto const wrong = [&](std::string_view message) {
        outcome out;
        out.what = outcome::kind::refused;
        out.reason = "order.invalid";
        out.message = message;
        return out;
    };
    if (order_.request_key.empty() || order_.request_key.size() > 200 ||
        !text::valid_utf8(order_.request_key))
        return wrong("the order has no usable request key (1 to 200 bytes of UTF-8)");
    if (order_.rooms < 1 || order_.rooms > most_rooms)
        return wrong(fmt::format("between 1 and {} rooms can be booked at once", most_rooms));
    if (order_.occupancy.adults < order_.rooms) return wrong("every room needs an adult");
    if (order_.quoted_total.currency.empty())
        return wrong("the order does not say which total the guest agreed to");
    if (!text::valid_utf8(order_.guest_address))
        return wrong("the guest's address is not valid text");
    return std::nullopt;
}

task<outcome> booking_run::go() {
    if (auto wrong = wrong_order()) co_return *std::move(wrong);
    auto const found = co_await open();
    if (!found) co_return co_await without_journal();
    row_ = *found;
    if (row_.room_type != order_.room_type_id || row_.arrival != order_.stay.arrival() ||
        row_.departure != order_.stay.departure() || row_.rooms != order_.rooms) {
        outcome out = ended(outcome::kind::refused, "order.key_reused");
        out.message =
            "this request key was used for another order before; a new order needs a new key";
        co_return out;
    }
    if (final(row_.state)) co_return co_await replay(row_);
    if (row_.lease_owner != owner_)  // somebody else is at it, longer than we may wait
        co_return ended(
            row_.state == state::intended ? outcome::kind::busy : outcome::kind::unknown,
            "booked elsewhere at this moment");
    co_await start_heart();
    if (row_.state != state::intended) co_return co_await settle_earlier(row_);
    done(step::journaled);
    co_return co_await attempt();
}

// Ours, or final; another's only when its lease did not end in time.
task<std::optional<journal_row>> booking_run::open() {
    auto const draft = row_;
    auto const end = steady_clock::now() + core_.longest_work() + core_.options.lease;
    system_random random;
    net::backoff polls({200ms, 1s}, random);
    for (;;) {
        auto row = co_await journal<journal_row>(
            [&] { return core_.store.intend(as_.access(), draft, owner_, core_.options.lease); });
        if (!row || final(row->state) || row->lease_owner == owner_ || steady_clock::now() >= end)
            co_return row;
        co_await net::pause(polls.next());
    }
}

task<outcome> booking_run::attempt() {
    auto const end = steady_clock::now() + core_.options.lock_wait;
    std::int64_t above = 0;
    for (;;) {
        auto const left = std::chrono::duration_cast<milliseconds>(end - steady_clock::now());
        auto lock = co_await core_.locks.acquire(as_, order_.room_type_id, order_.stay,
                                                 std::max(left, 0ms), reference_, above);
        if (!lock) {
            auto const no_lock = lock.error().code() == "booking.no_lock";
            co_return co_await fail(no_lock ? outcome::kind::not_checked : outcome::kind::busy,
                                    std::string(lock.error().code()));
        }
        done(step::locked);
        auto tried = co_await under_lock(*lock, end);
        if (auto* out = std::get_if<outcome>(&tried))
            co_return std::move(*out);  // unlocked in the background: the guest need not wait
        above = std::get<lock_gone>(tried).above;
        co_await lock->release();
        if (steady_clock::now() >= end)
            co_return co_await fail(outcome::kind::busy, "booking.lock_lost");
    }
}

task<std::variant<outcome, booking_run::lock_gone>> booking_run::under_lock(stay_lock& lock,
                                                                            moment end) {
    system_random random;
    net::backoff polls({50ms, 400ms}, random);
    for (;;) {
        if (auto out = co_await check_offer()) co_return *std::move(out);
        done(step::checked);
        if (!co_await lock.confirm()) co_return lock_gone{0};

        auto const asked = steady_clock::now();
        auto const fence = lock.fence();
        auto const sending = co_await journal<booking_store::sending>([&] {
            return core_.store.send(as_.access(), row_, owner_, fence, core_.options.lease);
        });
        // The row may say `sent` all the same. Nothing was created, and nothing is found: recovery
        // ends it.
        if (!sending) co_return co_await fail(outcome::kind::not_checked, "journal.unavailable");
        if (sending->sent) {
            finish_by_ = asked + core_.after_sending();
            if (steady_clock::now() > asked + core_.options.lease / 4)
                co_return co_await fail(outcome::kind::not_checked, "journal.slow");
            done(step::sent);
            co_return co_await send_and_finish();
        }
        if (sending->newer) co_return lock_gone{*sending->newer};
        if (!sending->blocked) co_return co_await as_journaled();
        // A create of these nights is on its way although we hold their lock: another instance
        // locks elsewhere (in PostgreSQL while we use Redis), or died. What we read may be stale
        // when it is done.
        if (steady_clock::now() >= end)
            co_return co_await fail(outcome::kind::busy, "booking.write_in_flight");
        co_await net::pause(polls.next());
    }
}

task<std::optional<hotel::offer>> booking_run::read_offer() {
    auto const offers = co_await limited(
        pms_.availability(order_.stay, order_.occupancy, order_.rooms), core_.options.read_limit);
    if (!offers) co_return std::nullopt;
    auto const found = std::ranges::find(*offers, order_.room_type_id, &hotel::offer::room_type_id);
    co_return found == offers->end() ? std::nullopt : std::optional(*found);
}

// Something: the order ends here.
task<std::optional<outcome>> booking_run::check_offer() {
    auto const offers = co_await limited(
        pms_.availability(order_.stay, order_.occupancy, order_.rooms), core_.options.read_limit);
    if (!offers) {
        auto const& why = offers.error();
        if (why.kind() == error_kind::invalid)
            co_return co_await fail(outcome::kind::refused, why.message());
        co_return co_await fail(outcome::kind::not_checked, std::string(why.code()));
    }
    auto const found = std::ranges::find(*offers, order_.room_type_id, &hotel::offer::room_type_id);
    if (found == offers->end())
        co_return co_await fail(outcome::kind::refused, "this room type is not offered any more");
    offer_ = *found;
    auto const gone = offer_->why_not == hotel::obstacle::sold_out ||
                      offer_->why_not == hotel::obstacle::too_few_rooms ||
                      offer_->available_rooms < order_.rooms;
    if (gone) co_return co_await fail(outcome::kind::sold_out, {});
    if (!offer_->bookable())
        co_return co_await fail(outcome::kind::refused,
                                std::string(hotel::to_string(offer_->why_not)));
    if (!same_total(order_.quoted_total, offer_->total_with_tax))
        co_return co_await fail(outcome::kind::price_changed, {});
    co_return std::nullopt;
}

}  // namespace agente::booking
