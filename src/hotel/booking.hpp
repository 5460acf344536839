// A reservation: what we ask the hotel system to make, and what it says it has.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hotel/offer.hpp"

namespace agente::hotel {

struct guest_details {
    std::string first;
    std::string last;
    std::string email;
    std::string phone;  // E.164 or as the guest wrote it
};

struct booking_order {
    std::string reference;  // ours, unique, at most 255 characters: how the booking is found again
                            // after a cut connection
    hotel::stay stay;
    std::int64_t room_type_id{0};
    int rooms{1};
    hotel::occupancy occupancy;  // the whole party
    guest_details guest;
    std::vector<extra> extras;  // those of the offer
    std::optional<money>
        expected_total;  // what the guest was told; the booking says whether the bill agrees
    std::string remark;  // plain text for the hotel's staff
};

struct booked_room {
    std::int64_t row_id{
        0};  // of the hotel system; the lower of two rows on one room and night was first
    std::int64_t room_id{0};
    bool cancelled{false};
    bool refunded{false};
    bool back_order{false};  // the hotel system itself noticed an overbooking

    bool live() const noexcept { return !cancelled && !refunded && !back_order; }
};

struct booking {
    std::int64_t pms_id{0};
    std::string reference;
    money total_with_tax;
    hotel::stay stay;
    std::vector<booked_room> rooms;
    bool live{false};           // every room is held and the order is not cancelled or refunded
    bool total_differs{false};  // by more than rounding from expected_total: tell the guest before
                                // saying "confirmed"
};

}  // namespace agente::hotel
