// What a hotel sells: its room types, the extras it forces on every stay, and what is free at which
// price.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "hotel/money.hpp"
#include "hotel/stay.hpp"

namespace agente::hotel {

// The whole party. Ages are in full years on arrival; hotels price and limit by them.
struct occupancy {
    int adults{1};
    std::vector<int> child_ages;

    int children() const noexcept { return static_cast<int>(child_ages.size()); }
    friend bool operator==(occupancy const&, occupancy const&) = default;
};

// The party spread over `rooms` rooms as evenly as it goes, adults and children each; an adult in
// every room. Empty when there are fewer adults than rooms, no rooms, or nobody.
std::vector<occupancy> spread(occupancy const& party, int rooms);

struct room_type {
    std::int64_t id{0};
    std::string name;
    int base_adults{0};  // what the price is for
    int max_adults{0};
    int max_children{0};
    int max_guests{0};
    int min_nights{1};
    int max_nights{0};  // 0: no limit
    std::int64_t tax_rules_group{0};
};

// Whether the party, spread over so many rooms of this type, fits into each of them.
bool fits(room_type const& type, occupancy const& party, int rooms);

// Something the hotel adds to every stay and includes in its quotes. It has to be named in the
// booking.
struct extra {
    std::int64_t id{0};
    std::string name;
    std::int64_t tax_rules_group{0};
    bool per_night{false};  // else once a stay

    friend bool operator==(extra const&, extra const&) = default;
};

struct catalogue {
    std::int64_t hotel_id{0};
    std::string hotel_name;
    std::string city;
    std::string check_in;  // "12:00", hotel time
    std::string check_out;
    std::string phone;
    std::string email;
    std::string time_zone;              // IANA name as the hotel system has it; may be empty
    std::vector<room_type> room_types;  // active ones only
    std::vector<extra> forced_extras;

    room_type const* find(std::int64_t room_type_id) const noexcept;
};

// Why an offer cannot be booked for the party and nights it was asked for.
enum class obstacle {
    none,
    sold_out,
    too_few_rooms,
    too_many_guests,
    stay_too_short,
    stay_too_long
};

std::string_view to_string(obstacle why) noexcept;

// One room type's answer to one question. Every price a guest hears comes from here and says when
// it was read.
struct offer {
    std::int64_t room_type_id{0};
    std::string name;
    int available_rooms{0};  // free in the hotel system for these nights, whatever the obstacle
    int rooms{1};            // asked for
    money total_with_tax;    // whole stay, all rooms, forced extras included
    std::vector<extra>
        extras;  // contained in the total: name them in the booking, or the bill differs
    hotel::stay stay;
    obstacle why_not{obstacle::none};
    time_point read_at;

    bool bookable() const noexcept { return why_not == obstacle::none; }
};

}  // namespace agente::hotel
