#include "booking/recovery.hpp"

#include "base/ids.hpp"
#include "base/log.hpp"
#include "booking/booking_store.hpp"
#include "booking/reason.hpp"
#include "booking/settlement.hpp"
#include "net/gate.hpp"
#include "net/retry.hpp"
#include "postgres/database.hpp"

namespace agente::booking {

using std::chrono::milliseconds;

struct recovery::core {
    core(postgres::database& database, pms_of p, tell t, recovery_options o, telemetry::metrics& m)
        : store(database), find_pms(std::move(p)), to_guest(std::move(t)), options(std::move(o)),
          confirmed(
              m.count("booking_recovered_total", "Rows recovery settled", {{"as", "confirmed"}})),
          failed(m.count("booking_recovered_total", "Rows recovery settled", {{"as", "failed"}})) {}

    booking_store store;
    pms_of find_pms;
    tell to_guest;
    recovery_options options;
    telemetry::counter& confirmed;
    telemetry::counter& failed;

    task<bool> settle(journal_row row, std::string owner);
    task<bool> end(journal_row row, std::string owner, state as, std::optional<hotel::booking> made,
                   std::string reason);
    task<bool> settle_found(journal_row row, std::string owner, hotel::property_system& pms,
                            hotel::booking made);
    task<bool> settle_absent(journal_row row, std::string owner);
    task<bool> later(journal_row const& row, std::string owner, std::string why);
    task<> tell_and_close(settled what, std::string owner);
};

recovery::recovery(postgres::database& database, pms_of find_pms, tell to_guest,
                   recovery_options options, telemetry::metrics& metrics) {
    if (options.instance.empty()) options.instance = random_hex(8);
    core_ = std::make_shared<core>(database, std::move(find_pms), std::move(to_guest),
                                   std::move(options), metrics);
}

recovery::~recovery() = default;

// Nothing more can be said about it now. Its state stays, its lease ends soon.
task<bool> recovery::core::later(journal_row const& row, std::string owner, std::string why) {
    log::info("booking.recovery_later",
              {{"reference", row.reference}, {"state", to_string(row.state)}, {"message", why}});
    co_await store.extend(postgres::access::system(), row.reference, std::move(owner),
                          options.retry_after);
    co_return false;
}

task<bool> recovery::core::settle(journal_row row, std::string owner) {
    auto const pms = co_await find_pms(row.tenant_id);
    if (!pms) co_return co_await later(row, owner, "its hotel has no hotel system configured");
    if (final(row.state)) {  // settled before, but its guest was not told
        settled what{row, row.state == state::confirmed, std::nullopt};
        if (what.confirmed) {
            auto const there =
                co_await limited(pms->read(row.pms_id.value_or(0)), options.read_limit);
            if (!there) co_return co_await later(row, owner, std::string(there.error().code()));
            what.booking = *there;
        }
        co_await tell_and_close(std::move(what), owner);
        co_return true;
    }
    auto found = co_await limited(pms->find_by_reference(row.reference), options.read_limit);
    if (!found) co_return co_await later(row, owner, std::string(found.error().code()));
    if (*found) co_return co_await settle_found(row, owner, *pms, **std::move(found));
    co_return co_await settle_absent(row, owner);
}

task<bool> recovery::core::settle_found(journal_row row, std::string owner,
                                        hotel::property_system& pms, hotel::booking made) {
    expectation expected{row.rooms, std::nullopt, row.age_ms >= options.absent_after.count()};
    if (row.quoted_micros && row.quoted_currency)
        expected.total = hotel::money{*row.quoted_micros, *row.quoted_currency};
    auto const seen = co_await examine(pms, made, expected, options.read_limit);
    switch (seen.what) {
        case verdict::kind::good:
            co_return co_await end(row, owner, state::confirmed, std::move(made), {});
        case verdict::kind::undecided: co_return co_await later(row, owner, seen.reason);
        case verdict::kind::bad: break;
    }
    if (!co_await cancel(pms, made.pms_id, options.read_limit))
        co_return co_await later(row, owner, "not cancelled yet: " + seen.reason);
    co_return co_await end(row, owner, state::failed, std::move(made),
                           to_reason(parse_reason(seen.reason).what, "found by recovery"));
}

task<bool> recovery::core::settle_absent(journal_row row, std::string owner) {
    if (row.state == state::intended)  // nothing was ever sent
        co_return co_await end(row, owner, state::failed, std::nullopt,
                               "absent: the service stopped before it sent the order");
    if (row.age_ms >= options.absent_after.count())
        co_return co_await end(row, owner, state::failed, std::nullopt,
                               "absent: the order never arrived in the hotel system");
    // It may still be on its way, but `sent` keeps others from these nights: no longer than this.
    if (row.state == state::sent) {
        co_await store.become(postgres::access::system(), row.reference, owner, state::unknown,
                              std::nullopt, "not found by recovery yet", options.retry_after);
        co_return false;
    }
    co_return co_await later(row, owner, "not there (yet)");
}

task<bool> recovery::core::end(journal_row row, std::string owner, state as,
                               std::optional<hotel::booking> made, std::string reason) {
    auto const pms_id = made ? std::optional(made->pms_id) : std::nullopt;
    auto const why = reason.empty() ? std::nullopt : std::optional(reason);
    // The lease stays until the guest is told, so that a crash in between is made good by the next
    // round.
    if (!co_await store.become(postgres::access::system(), row.reference, owner, as, pms_id, why,
                               options.lease))
        co_return false;
    (as == state::confirmed ? confirmed : failed).add();
    log::warn("booking.recovered", {{"reference", row.reference},
                                    {"was", to_string(row.state)},
                                    {"is", to_string(as)},
                                    {"reason", reason}});
    settled what{std::move(row), as == state::confirmed, std::move(made)};
    if (!what.confirmed) what.booking.reset();
    co_await tell_and_close(std::move(what), std::move(owner));
    co_return true;
}

task<> recovery::core::tell_and_close(settled what, std::string owner) {
    auto const reference = what.row.reference;
    if (to_guest) co_await to_guest(std::move(what));
    co_await store.extend(postgres::access::system(), reference, std::move(owner), std::nullopt);
}

task<int> recovery::round() {
    auto const c = core_;
    int settled_rows = 0;
    for (;;) {
        auto const owner = c->options.instance + ":" + random_hex(6);
        auto const rows = co_await c->store.claim(owner, c->options.lease,
                                                  c->options.leave_intended, c->options.most_rows);
        // One after the other: recovery must not take the hotel system from guests who are waiting.
        auto const leased_until = std::chrono::steady_clock::now() + c->options.lease / 2;
        for (auto const& row : rows) {
            if (std::chrono::steady_clock::now() >= leased_until)
                co_return settled_rows;  // the rest of them runs out by itself
            try {
                if (co_await c->settle(row, owner)) ++settled_rows;
            } catch (failure const& why) {
                log::error("booking.recovery_failed", {{"reference", row.reference},
                                                       {"code", why.reason().code()},
                                                       {"message", why.what()}});
            }
        }
        if (static_cast<std::int64_t>(rows.size()) < c->options.most_rows) co_return settled_rows;
    }
}

task<> recovery::run() {
    auto const c = core_;
    system_random random;
    for (;;) {
        try {
            co_await round();
        } catch (failure const& why) {
            log::warn("booking.recovery_round_failed",
                      {{"code", why.reason().code()}, {"message", why.what()}});
        }
        net::backoff jitter({c->options.every * 3 / 2, c->options.every * 3 / 2},
                            random);  // half of it to all of it
        co_await net::pause(jitter.next());
    }
}

}  // namespace agente::booking
