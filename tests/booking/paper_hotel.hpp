// A hotel system on paper for the tests of booking: five rooms a type, faults on demand, and no
// lock of its own between looking for a free room and writing the booking, as with QloApps. May be
// used by several loops at once.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "hotel/property_system.hpp"

namespace agente::booking {

enum class mishap {
    none,
    cut_before,  // nothing is done, no answer
    cut_after,   // done, no answer
    done_later,  // no answer, and done when let_it_arrive() is called
    not_available,
    unavailable,  // never reached it
    refused,
    nonsense,     // done, and an answer that is none
    throws,       // done, and the adapter throws
    back_order,   // done, and flagged as overbooked
    cancelled,    // done, and cancelled in silence
    taken_twice,  // done, on a room somebody else's channel had sold a moment before
    other_bill    // done, at another total than quoted
};

class paper_hotel final : public hotel::property_system {
public:
    static constexpr std::int64_t room_type = 7;
    static constexpr std::int64_t other_type = 8;
    explicit paper_hotel(int rooms = 5);

    // What the next creates, reads … do; then they work again.
    void next_create(mishap what, int times = 1);
    void break_reads(int times) { set(reads_broken_, times); }  // availability, read
    void break_finds(int times) { set(finds_broken_, times); }
    void break_checks(int times) { set(checks_broken_, times); }  // doubled
    void break_cancels(int times) { set(cancels_broken_, times); }
    void set_price(std::int64_t micros_a_night) { set(price_, micros_a_night); }
    void set_window(std::chrono::milliseconds window) { set(window_, window); }
    void let_it_arrive();
    // What goes on in the meantime, on the caller's loop; empty: nothing. Set before the first
    // call.
    std::function<task<>()> during_read, during_create;

    std::size_t live_bookings() const;
    std::size_t live_bookings_of(std::string const& reference) const;
    std::size_t creates() const;  // that got as far as the hotel
    bool overlapping_creates()
        const;  // two at once for one room type and a common night: must never be
    bool one_guest_a_room() const;  // no two live rows on a room and night
    hotel::money total(hotel::stay nights, int rooms = 1) const;

    task<result<hotel::catalogue>> read_catalogue() override;
    task<result<std::vector<hotel::offer>>> availability(hotel::stay nights, hotel::occupancy party,
                                                         int rooms) override;
    task<result<hotel::booking>> create(hotel::booking_order order) override;
    task<result<std::optional<hotel::booking>>> find_by_reference(std::string reference) override;
    task<result<hotel::booking>> read(std::int64_t pms_id) override;
    task<result<bool>> doubled(hotel::booking const& ours) override;
    task<result<void>> cancel(std::int64_t pms_id) override;

private:
    struct row {
        std::int64_t id, order, room, type;
        hotel::stay nights;
        bool cancelled{false}, back_order{false};
        bool live() const { return !cancelled && !back_order; }
    };
    struct written {
        std::int64_t id;
        std::string reference;
        hotel::stay nights;
        hotel::money total;
    };

    template <class T, class U>
    void set(T& what, U to) {
        std::scoped_lock const held(guard_);
        what = to;
    }
    bool broken(int& times);
    std::vector<std::int64_t> free_rooms(std::int64_t type, hotel::stay const& nights) const;
    hotel::booking write(hotel::booking_order const& order, std::vector<std::int64_t> const& rooms,
                         mishap how);
    hotel::booking show(written const& order) const;

    mutable std::mutex guard_;
    int rooms_;
    std::int64_t price_{100'000'000};
    std::chrono::milliseconds window_{0};
    std::deque<mishap> mishaps_;
    int reads_broken_{0}, finds_broken_{0}, checks_broken_{0}, cancels_broken_{0};
    std::vector<hotel::booking_order> on_its_way_;
    std::vector<written> orders_;
    std::vector<row> rows_;
    std::vector<std::pair<std::int64_t, hotel::stay>> at_work_;
    std::size_t creates_{0};
    bool overlapped_{false};
    std::int64_t last_{0};
};

}  // namespace agente::booking
