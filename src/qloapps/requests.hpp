// What is asked of QloApps: targets and bodies, everything from outside escaped. Pure; used by the
// adapter.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hotel/booking.hpp"

namespace agente::qloapps {

// Usable as `source` and in a list filter, where "|", ",", "[", "]" and "%" would mean something.
bool acceptable_reference(std::string_view reference);

// Checked before anything is sent, since QloApps answers such guests with a fatal error.
// "pms.refused" (invalid) names the field and what to change.
result<hotel::guest_details> checked_guest(hotel::guest_details const& guest);

// "orders?filter%5Bsource%5D=%5Bx%5D&display=…": `filters` are whole values, "[x]" or ">[x]".
std::string list_target(std::string_view resource,
                        std::vector<std::pair<std::string, std::string>> const& filters,
                        std::string_view display, std::size_t most);

std::string ari_body(std::int64_t hotel_id, std::int64_t room_type_id /*0: all*/,
                     hotel::stay const& nights, std::vector<hotel::occupancy> const& rooms);

// `order.guest` as checked_guest returned it; `rooms` is the party spread over the order's rooms.
std::string booking_body(std::int64_t hotel_id, std::string_view currency,
                         hotel::booking_order const& order,
                         std::vector<hotel::occupancy> const& rooms, std::int64_t tax_rules_group);

std::string cancel_body(std::int64_t order_id, std::int64_t cancelled_state);

}  // namespace agente::qloapps
