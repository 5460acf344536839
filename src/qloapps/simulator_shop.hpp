// The shop the simulator plays: QloApps' demo hotel as a US install of 1.6.1 has it. Tests change a
// copy before they start.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/secret.hpp"

namespace agente::qloapps::simulation {

// Amounts are in millionths of the currency.
inline constexpr std::int64_t one = 1'000'000;

struct hotel_info {
    std::int64_t id{1};
    std::string name{"The Hotel Prime"};
    std::string city{"Demo City"};
    std::string state{"Alabama"};
    std::string country{"United States"};
    std::string zipcode{"25881"};
    std::string phone{"0987654321"};
    std::string email{"hotelprime@htl.com"};
    std::string check_in{"12:00"};
    std::string check_out{"11:00"};
};

struct room_kind {
    std::int64_t id{0};
    std::string name;
    std::int64_t price{0};  // net, a night
    int adults{2};
    int children{2};
    int max_adults{2};
    int max_children{2};
    int max_guests{4};
    int min_los{1};
    int max_los{0};
    std::int64_t tax_rules_group{1};
};

struct room {
    std::int64_t id{0};
    std::int64_t type{0};
    std::string number;
};

struct service {
    std::int64_t id{0};
    std::string name;
    std::int64_t price{0};  // net
    bool auto_add{false};
    int addition_type{1};       // 1 priced with the room, 2 as a line of its own (in no quote)
    int calculation_method{1};  // 1 once a booking, 2 each day
    std::int64_t tax_rules_group{1};
};

struct shop {
    std::string name{"Qlo Measure"};
    std::string domain;  // what the Host header must be; empty: what the simulator listens on
    std::string currency{"USD"};
    int utc_offset_minutes{-300};  // the shop's clock; a fixed offset, without daylight saving
    std::int64_t tax_millionths{40'000};  // 4 % on everything
    hotel_info hotel;
    std::vector<room_kind> room_types;
    std::vector<room> rooms;
    std::vector<service> services;
    std::vector<std::pair<std::string, std::string>>
        configuration;  // sorted by name, as the shop's index lists them
    std::vector<std::pair<std::int64_t, std::string>> order_states;
    bool groups_without_tax{
        false};  // customer groups that show prices without tax: every answer of bookings is a 500
    bool warnings_are_errors{
        true};   // stock production php.ini: a PHP warning turns a done booking into a 500
    secret key;  // every right
    secret read_only_key;  // GET on hotels only

    room_kind const* find_type(std::int64_t id) const noexcept;
    room const* find_room(std::int64_t id) const noexcept;
    service const* find_service(std::int64_t id) const noexcept;
    std::int64_t configured(
        std::string_view id_name) const;  // the number stored under that name; 0 when it is missing

    std::int64_t tax_of(std::int64_t net) const noexcept;
    // What one room costs for so many nights with the services QloApps adds to its quote.
    std::int64_t quoted_net(room_kind const& type, int nights) const noexcept;
};

// Four room types with five rooms each, two forced services, keys as in the recordings.
shop demo_shop();

std::int64_t service_net(service const& s, int nights, int quantity) noexcept;

}  // namespace agente::qloapps::simulation
