// The port to a hotel's property management system (PMS). qloapps::adapter implements it; booking
// and guest use it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hotel/booking.hpp"
#include "net/task.hpp"

namespace agente::hotel {

// Errors of every call, besides those named there:
//   "pms.unavailable"   unavailable: not reached, overloaded, switched off, or our breaker is open;
//   nothing was done "pms.timeout"       timeout: a read took too long "pms.nonsense" internal: it
//   answered something that is no answer "pms.denied"        forbidden: the key is wrong or lacks a
//   right; a fault of the configuration
class property_system {
public:
    virtual ~property_system() = default;

    // May be a few minutes old (never prices or availability).
    virtual task<result<catalogue>> read_catalogue() = 0;

    // One offer a room type in the hotel system's order, sold-out ones included, read now.
    // `party` is everybody, over all `rooms`. "pms.bad_request" (invalid) for no adult or no room.
    virtual task<result<std::vector<offer>>> availability(stay nights, occupancy party,
                                                          int rooms) = 0;

    // "pms.not_available" (conflict) the room is gone, nothing was booked;
    // "pms.refused" (invalid) the order itself is not acceptable, nothing was booked: the message
    // says what to change; "pms.outcome_unknown" (in_doubt) it may or may not exist:
    // find_by_reference, and never create again blindly.
    virtual task<result<booking>> create(booking_order order) = 0;

    // Nothing found is an empty optional, not an error. Of several (never made by us) the one that
    // lives, else the first.
    virtual task<result<std::optional<booking>>> find_by_reference(std::string reference) = 0;

    virtual task<result<booking>> read(std::int64_t pms_id) = 0;  // "pms.not_found" (not_found)

    // Whether another live row with a lower id holds one of the booking's rooms on one of its
    // nights: then ours must yield.
    virtual task<result<bool>> doubled(booking const& ours) = 0;

    // Releases the rooms; cancelling twice is no error. "pms.not_found", "pms.outcome_unknown": try
    // again, it is harmless.
    virtual task<result<void>> cancel(std::int64_t pms_id) = 0;
};

}  // namespace agente::hotel
