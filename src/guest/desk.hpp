// What the hotel system says during one turn, asked at most once each: the only maker of stated
// prices and bookings. Made by the receptionist for a turn and gone with it.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "booking/order.hpp"
#include "guest/stated.hpp"
#include "hotel/property_system.hpp"
#include "net/task.hpp"

namespace agente::guest {

struct question {
    hotel::stay stay;
    hotel::occupancy party;
    int rooms{1};

    friend bool operator==(question const&, question const&) = default;
};

class desk {
public:
    desk(hotel::property_system& pms, clock const& clock, std::chrono::milliseconds read_deadline,
         std::chrono::milliseconds search_deadline);

    // Null when it could not be read in time.
    task<hotel::catalogue const*> catalogue();

    // Null when the hotel system was not reached in time or answered nonsense (then for the rest of
    // the turn: it is not asked again). Else one offer a room type.
    task<std::vector<stated_offer> const*> offers(question what);

    // Up to `most` stays of the same length near `what` that can be booked now, the nearest first,
    // from at most six questions within the search deadline; each with its offer: of
    // `room_type_id`, or the cheapest when that is 0.
    task<std::vector<stated_offer>> nearby(question what, std::int64_t room_type_id,
                                           std::chrono::year_month_day not_before,
                                           std::size_t most);

    // What the booking service read in this turn.
    static std::optional<stated_booking> booking_in(booking::outcome const& o);
    static std::optional<stated_offer> offer_in(booking::outcome const& o);

    bool failed() const noexcept { return failed_; }

private:
    hotel::property_system& pms_;
    clock const& clock_;
    std::chrono::milliseconds read_deadline_, search_deadline_;
    std::optional<hotel::catalogue> catalogue_;
    bool catalogue_failed_{false};
    struct answer {
        question to;
        std::vector<stated_offer> offers;
    };
    std::vector<std::unique_ptr<answer>> answers_;
    bool failed_{false};
};

}  // namespace agente::guest
