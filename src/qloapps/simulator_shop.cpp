#include "qloapps/simulator_shop.hpp"

#include <cstdlib>

namespace agente::qloapps::simulation {

room_kind const* shop::find_type(std::int64_t id) const noexcept {
    auto const found = std::ranges::find(room_types, id, &room_kind::id);
    return found == room_types.end() ? nullptr : &*found;
}

room const* shop::find_room(std::int64_t id) const noexcept {
    auto const found = std::ranges::find(rooms, id, &room::id);
    return found == rooms.end() ? nullptr : &*found;
}

service const* shop::find_service(std::int64_t id) const noexcept {
    auto const found = std::ranges::find(services, id, &service::id);
    return found == services.end() ? nullptr : &*found;
}

std::int64_t shop::configured(std::string_view id_name) const {
    for (auto const& [key_name, value] : configuration)
        if (key_name == id_name) return std::strtoll(value.c_str(), nullptr, 10);
    return 0;
}

std::int64_t shop::tax_of(std::int64_t net) const noexcept {
    return net / one * tax_millionths + (net % one * tax_millionths + one / 2) / one;
}

std::int64_t shop::quoted_net(room_kind const& type, int nights) const noexcept {
    auto net = type.price * nights;
    for (auto const& s : services)
        if (s.auto_add && s.addition_type == 1) net += service_net(s, nights, 1);
    return net;
}

std::int64_t service_net(service const& s, int nights, int quantity) noexcept {
    return s.price * quantity * (s.calculation_method == 2 ? nights : 1);
}

shop demo_shop() {
    shop s;
    s.room_types = {{.id = 1, .name = "General Rooms", .price = 1000 * one},
                    {.id = 2, .name = "Delux Rooms", .price = 1500 * one},
                    {.id = 3, .name = "Executive Rooms", .price = 2000 * one},
                    {.id = 4, .name = "Luxury Rooms", .price = 2500 * one}};
    constexpr std::array<std::string_view, 4> prefixes{"GR", "DR", "ER", "LR"};
    std::int64_t id = 0;
    for (std::size_t type = 0; type < prefixes.size(); ++type)
        for (int number = 101; number <= 105; ++number)
            s.rooms.push_back({++id, static_cast<std::int64_t>(type) + 1,
                               fmt::format("{}-{}", prefixes[type], number)});
    s.services = {{5, "Room Maintenance Fees", 250 * one, true, 1, 2, 1},
                  {6, "Internet Handling Charges", 250 * one, true, 2, 1, 1},
                  {7, "Airport Shuttle", 50 * one, false, 1, 1, 1}};
    s.configuration = {{"PS_CURRENCY_DEFAULT", "1"},
                       {"PS_OS_AWAITING_PAYMENT", "1"},
                       {"PS_OS_CANCELED", "4"},
                       {"PS_OS_PARTIAL_PAYMENT_ACCEPTED", "8"},
                       {"PS_OS_PAYMENT_ACCEPTED", "2"},
                       {"PS_OS_REFUND", "5"},
                       {"PS_OVERBOOKING_ORDER_ACTION", "1"},
                       {"PS_TIMEZONE", "America/New_York"}};
    s.order_states = {{1, "Awaiting payment"},
                      {2, "Complete payment received"},
                      {3, "Processing in progress"},
                      {4, "Canceled"},
                      {5, "Refunded"},
                      {6, "Payment error"},
                      {7, "Overbooking (Paid)"},
                      {8, "Partial payment received"},
                      {9, "Awaiting remote payment"},
                      {10, "Remote payment accepted"},
                      {11, "Overbooking (Not paid)"},
                      {12, "Overbooking (Partial payment)"}};
    s.key = secret("TESTKEY");
    s.read_only_key = secret("TESTKEY_RO");
    return s;
}

}  // namespace agente::qloapps::simulation
