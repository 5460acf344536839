#include "guest/desk.hpp"

#include "base/log.hpp"
#include "guest/calendar.hpp"
#include "net/deadline.hpp"

namespace agente::guest {
namespace {

constexpr int shifts[] = {1, -1, 2, -2, 3, 7};

void note(std::string_view what, error const& e) {
    log::warn("guest.hotel_system_failed",
              {{"asked", what}, {"code", e.code()}, {"message", e.message()}});
}

// The task's result, or what was thrown (a deadline, a port that throws) as an error; cancellation
// goes on as it is.
template <class T>
task<result<T>> within(task<result<T>> work, std::chrono::milliseconds limit) {
    std::optional<error> wrong;
    try {
        co_return co_await net::with_deadline(std::move(work), limit, "pms.timeout");
    } catch (failure const& f) {
        wrong = f.reason();
    }
    co_return *wrong;
}

stated_offer const* cheapest(std::vector<stated_offer> const& all) {
    stated_offer const* best = nullptr;
    for (auto const& o : all)
        if (o.bookable() &&
            (!best || o.amount_to_compare().micros < best->amount_to_compare().micros))
            best = &o;
    return best;
}

}  // namespace

desk::desk(hotel::property_system& pms, clock const& clock, std::chrono::milliseconds read_deadline,
           std::chrono::milliseconds search_deadline)
    : pms_(pms), clock_(clock), read_deadline_(read_deadline), search_deadline_(search_deadline) {}

task<hotel::catalogue const*> desk::catalogue() {
    if (catalogue_) co_return &*catalogue_;
    if (catalogue_failed_ || failed_) co_return nullptr;
    auto read = co_await within(pms_.read_catalogue(), read_deadline_);
    if (!read) {
        note("catalogue", read.error());
        catalogue_failed_ = true;
        co_return nullptr;
    }
    catalogue_ = std::move(*read);
    co_return &*catalogue_;
}

task<std::vector<stated_offer> const*> desk::offers(question what) {
    for (auto const& a : answers_)
        if (a->to == what) co_return &a->offers;
    if (failed_) co_return nullptr;
    auto read =
        co_await within(pms_.availability(what.stay, what.party, what.rooms), read_deadline_);
    if (!read) {
        note("availability", read.error());
        failed_ = true;
        co_return nullptr;
    }
    auto a = std::make_unique<answer>(answer{what, {}});
    for (auto& o : *read) a->offers.push_back(stated_offer(std::move(o)));
    answers_.push_back(std::move(a));
    co_return &answers_.back()->offers;
}

task<std::vector<stated_offer>> desk::nearby(question what, std::int64_t room_type_id,
                                             std::chrono::year_month_day not_before,
                                             std::size_t most) {
    std::vector<stated_offer> found;
    auto const until = clock_.steady_now() + search_deadline_;
    for (auto const shift : shifts) {
        if (found.size() >= most || failed_ || clock_.steady_now() >= until) break;
        auto const arrival = plus_days(what.stay.arrival(), shift);
        if (arrival < not_before) continue;
        auto const other = hotel::stay::make(arrival, plus_days(what.stay.departure(), shift));
        if (!other) continue;
        auto const* all = co_await offers({*other, what.party, what.rooms});
        if (!all) break;
        stated_offer const* best = nullptr;
        if (room_type_id == 0)
            best = cheapest(*all);
        else
            for (auto const& o : *all)
                if (o.room_type_id() == room_type_id && o.bookable()) best = &o;
        if (best) found.push_back(*best);
    }
    co_return found;
}

std::optional<stated_booking> desk::booking_in(booking::outcome const& o) {
    if (!o.booking) return std::nullopt;
    return stated_booking(*o.booking);
}

std::optional<stated_offer> desk::offer_in(booking::outcome const& o) {
    if (!o.offer) return std::nullopt;
    return stated_offer(*o.offer);
}

}  // namespace agente::guest
