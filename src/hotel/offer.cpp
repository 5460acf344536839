#include "hotel/offer.hpp"

namespace agente::hotel {

std::vector<occupancy> spread(occupancy const& party, int rooms) {
    if (rooms < 1 || party.adults < rooms) return {};
    std::vector<occupancy> all(static_cast<std::size_t>(rooms),
                               occupancy{party.adults / rooms, {}});
    for (int i = 0; i < party.adults % rooms; ++i) ++all[static_cast<std::size_t>(i)].adults;
    // Children fill from the other end, so that the rooms with one adult fewer take one child more.
    auto next = all.size();
    for (int const age : party.child_ages) {
        next = next == 0 ? all.size() - 1 : next - 1;
        all[next].child_ages.push_back(age);
    }
    return all;
}

bool fits(room_type const& type, occupancy const& party, int rooms) {
    auto const each = spread(party, rooms);
    return !each.empty() && std::ranges::all_of(each, [&](occupancy const& room) {
        return room.adults <= type.max_adults && room.children() <= type.max_children &&
               room.adults + room.children() <= type.max_guests;
    });
}

room_type const* catalogue::find(std::int64_t room_type_id) const noexcept {
    auto const found = std::ranges::find(room_types, room_type_id, &room_type::id);
    return found == room_types.end() ? nullptr : &*found;
}

std::string_view to_string(obstacle why) noexcept {
    switch (why) {
        case obstacle::none: return "none";
        case obstacle::sold_out: return "sold_out";
        case obstacle::too_few_rooms: return "too_few_rooms";
        case obstacle::too_many_guests: return "too_many_guests";
        case obstacle::stay_too_short: return "stay_too_short";
        case obstacle::stay_too_long: return "stay_too_long";
    }
    return "unknown";
}

}  // namespace agente::hotel
