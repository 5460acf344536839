#include "booking/paper_hotel.hpp"

#include "net/gate.hpp"

namespace agente::booking {
namespace {

error unavailable() {
    return error(error_kind::unavailable, "pms.unavailable", "the hotel system is switched off");
}
error in_doubt() {
    return error(error_kind::in_doubt, "pms.outcome_unknown", "the connection was cut");
}

}  // namespace

paper_hotel::paper_hotel(int rooms) : rooms_(rooms) {}

void paper_hotel::next_create(mishap what, int times) {
    std::scoped_lock const held(guard_);
    for (int i = 0; i < times; ++i) mishaps_.push_back(what);
}

void paper_hotel::let_it_arrive() {
    std::scoped_lock const held(guard_);
    for (auto const& order : on_its_way_)
        write(order, free_rooms(order.room_type_id, order.stay), mishap::none);
    on_its_way_.clear();
}

std::size_t paper_hotel::live_bookings() const {
    std::scoped_lock const held(guard_);
    std::set<std::int64_t> all;
    for (auto const& r : rows_)
        if (r.live() && r.order > 0) all.insert(r.order);
    return all.size();
}

std::size_t paper_hotel::live_bookings_of(std::string const& reference) const {
    std::scoped_lock const held(guard_);
    return static_cast<std::size_t>(std::ranges::count_if(
        orders_, [&](written const& w) { return w.reference == reference && show(w).live; }));
}

std::size_t paper_hotel::creates() const {
    std::scoped_lock const held(guard_);
    return creates_;
}

bool paper_hotel::overlapping_creates() const {
    std::scoped_lock const held(guard_);
    return overlapped_;
}

bool paper_hotel::one_guest_a_room() const {
    std::scoped_lock const held(guard_);
    for (auto const& a : rows_)
        for (auto const& b : rows_)
            if (a.id < b.id && a.room == b.room && a.live() && b.live() &&
                a.nights.overlaps(b.nights))
                return false;
    return true;
}

hotel::money paper_hotel::total(hotel::stay nights, int rooms) const {
    std::scoped_lock const held(guard_);
    return {price_ * nights.nights() * rooms, "USD"};
}

bool paper_hotel::broken(int& times) {
    if (times == 0) return false;
    --times;
    return true;
}

std::vector<std::int64_t> paper_hotel::free_rooms(std::int64_t type,
                                                  hotel::stay const& nights) const {
    std::vector<std::int64_t> free;
    for (int i = 0; i < rooms_; ++i) {
        auto const room = type * 100 + i;
        if (std::ranges::none_of(rows_, [&](row const& r) {
                return r.room == room && r.live() && r.nights.overlaps(nights);
            }))
            free.push_back(room);
    }
    return free;
}

hotel::booking paper_hotel::show(written const& order) const {
    hotel::booking out{.pms_id = order.id,
                       .reference = order.reference,
                       .total_with_tax = order.total,
                       .stay = order.nights,
                       .rooms = {}};
    for (auto const& r : rows_)
        if (r.order == order.id)
            out.rooms.push_back({.row_id = r.id,
                                 .room_id = r.room,
                                 .cancelled = r.cancelled,
                                 .refunded = r.cancelled,
                                 .back_order = r.back_order});
    out.live = std::ranges::all_of(out.rooms, &hotel::booked_room::live);
    return out;
}

hotel::booking paper_hotel::write(hotel::booking_order const& order,
                                  std::vector<std::int64_t> const& rooms, mishap how) {
    hotel::money total{price_ * order.stay.nights() * order.rooms, "USD"};
    if (how == mishap::other_bill) total.micros += 5'000'000;
    if (how == mishap::taken_twice)  // the channel's row is the lower one
        rows_.push_back({++last_, 0, rooms.front(), order.room_type_id, order.stay});
    written const w{++last_, order.reference, order.stay, total};
    orders_.push_back(w);
    for (int i = 0; i < order.rooms; ++i)
        rows_.push_back({++last_, w.id, rooms[static_cast<std::size_t>(i)], order.room_type_id,
                         order.stay, how == mishap::cancelled, how == mishap::back_order});
    return show(w);
}

task<result<hotel::catalogue>> paper_hotel::read_catalogue() { co_return hotel::catalogue{}; }

task<result<std::vector<hotel::offer>>> paper_hotel::availability(hotel::stay nights,
                                                                  hotel::occupancy, int rooms) {
    if (during_read) co_await during_read();
    std::scoped_lock const held(guard_);
    if (broken(reads_broken_)) co_return unavailable();
    std::vector<hotel::offer> all;
    for (auto const type : {room_type, other_type}) {
        hotel::offer offer{.room_type_id = type, .name = "Room", .rooms = rooms, .stay = nights};
        offer.available_rooms = static_cast<int>(free_rooms(type, nights).size());
        offer.total_with_tax = {price_ * nights.nights() * rooms, "USD"};
        if (offer.available_rooms == 0)
            offer.why_not = hotel::obstacle::sold_out;
        else if (offer.available_rooms < rooms)
            offer.why_not = hotel::obstacle::too_few_rooms;
        all.push_back(offer);
    }
    co_return all;
}

task<result<hotel::booking>> paper_hotel::create(hotel::booking_order order) {
    if (during_create) co_await during_create();
    mishap how = mishap::none;
    std::chrono::milliseconds window{};
    std::vector<std::int64_t> rooms;
    {
        std::scoped_lock const held(guard_);
        if (!mishaps_.empty()) {
            how = mishaps_.front();
            mishaps_.pop_front();
        }
        if (how == mishap::unavailable) co_return unavailable();
        if (how == mishap::cut_before) co_return in_doubt();
        if (how == mishap::refused)
            co_return error(error_kind::invalid, "pms.refused", "the e-mail address is not valid");
        ++creates_;
        if (how == mishap::done_later) {
            on_its_way_.push_back(order);
            co_return in_doubt();
        }
        rooms = free_rooms(order.room_type_id, order.stay);
        if (how == mishap::not_available || static_cast<int>(rooms.size()) < order.rooms)
            co_return error(error_kind::conflict, "pms.not_available",
                            "Requested room(s) not available.");
        for (auto const& [type, nights] : at_work_)
            if (type == order.room_type_id && nights.overlaps(order.stay)) overlapped_ = true;
        at_work_.emplace_back(order.room_type_id, order.stay);
        window = window_;
    }
    if (window.count() > 0) co_await net::pause(window);
    std::scoped_lock const held(guard_);
    at_work_.erase(std::ranges::find(at_work_, std::pair(order.room_type_id, order.stay)));
    auto const made = write(order, rooms, how);
    if (how == mishap::throws)
        throw failure(error(error_kind::in_doubt, "pms.outcome_unknown", "thrown"));
    if (how == mishap::cut_after) co_return in_doubt();
    if (how == mishap::nonsense)
        co_return error(error_kind::internal, "pms.nonsense",
                        "200, and a page about a fatal error");
    co_return made;
}

task<result<std::optional<hotel::booking>>> paper_hotel::find_by_reference(std::string reference) {
    std::scoped_lock const held(guard_);
    if (broken(finds_broken_)) co_return unavailable();
    std::optional<hotel::booking> found;
    for (auto const& w : orders_) {
        if (w.reference != reference) continue;
        auto const seen = show(w);
        if (!found || (seen.live && !found->live)) found = seen;
    }
    co_return found;
}

task<result<hotel::booking>> paper_hotel::read(std::int64_t pms_id) {
    std::scoped_lock const held(guard_);
    if (broken(reads_broken_)) co_return unavailable();
    auto const found = std::ranges::find(orders_, pms_id, &written::id);
    if (found == orders_.end())
        co_return error(error_kind::not_found, "pms.not_found", "no such booking");
    co_return show(*found);
}

task<result<bool>> paper_hotel::doubled(hotel::booking const& ours) {
    std::scoped_lock const held(guard_);
    if (broken(checks_broken_)) co_return unavailable();
    for (auto const& mine : ours.rooms)
        for (auto const& r : rows_)
            if (r.room == mine.room_id && r.id < mine.row_id && r.live() &&
                r.nights.overlaps(ours.stay))
                co_return true;
    co_return false;
}

task<result<void>> paper_hotel::cancel(std::int64_t pms_id) {
    std::scoped_lock const held(guard_);
    if (broken(cancels_broken_)) co_return unavailable();
    for (auto& r : rows_)
        if (r.order == pms_id) r.cancelled = true;
    co_return result<void>{};
}

}  // namespace agente::booking
