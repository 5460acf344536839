// What a guest wants booked and how it ended. Used by guest (which asks) and by booking::service
// (which answers).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hotel/booking.hpp"
#include "hotel/offer.hpp"

namespace agente::booking {

struct order {
    std::string
        request_key;  // idempotency: the id of the turn that said "yes, book it"; at most 200 bytes
    std::string guest_address;  // the channel address; the journal keeps it, and no name
    std::string recipient;      // the hotel's number the guest wrote to: answers come from there
    std::string language;       // the guest's, "es" or "en"; empty: not known
    hotel::stay stay;
    std::int64_t room_type_id{0};
    std::string room_type_name;
    int rooms{1};
    hotel::occupancy occupancy;  // the whole party
    hotel::guest_details guest;
    hotel::money quoted_total;  // what the guest said yes to
    std::string remark;         // for the hotel's staff, may be empty
};

struct outcome {
    enum class kind {
        confirmed,      // exists in the hotel system and its id is stored: `booking` (see there)
        sold_out,       // the last room went to somebody else; nothing is booked
        price_changed,  // nothing is booked; `offer` is what it costs now: ask again
        busy,           // too many guests want these nights at once; nothing is booked, try again
        not_checked,    // the hotel system (or our database) cannot be asked now; nothing is booked
        unknown,        // it may be booked: recovery finds out and tells (recovery_options::tell)
        refused  // the hotel does not take the order as it is; `message` says why; nothing is
                 // booked
    };

    kind what{kind::not_checked};
    std::string
        reference;  // ours; also stands in the hotel's system. Empty when nothing was journaled
    std::optional<hotel::booking>
        booking;  // confirmed: as the hotel system has it. Empty only when an order confirmed
                  // before is asked for again while the hotel system cannot be read
    std::optional<hotel::offer> offer;  // price_changed and sold_out, when it was read in this call
    std::string reason;  // a stable word for logs and the journal: "sold_out", "pms.unavailable", …
    std::string message;  // refused: a sentence for people, in English
};

std::string_view to_string(outcome::kind what) noexcept;

}  // namespace agente::booking
