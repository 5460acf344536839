// Writes of generic resources that a simulated QloApps knows: order_histories, room_bookings and
// (never to be used) orders.
#pragma once

#include "qloapps/simulator_lists.hpp"

namespace agente::qloapps::simulation {

struct writer {
    simulation::shop const& shop;
    simulation::state& state;
    format form;
    std::string now;

    http::response add_history(std::string_view body);
    http::response change_room_booking(std::int64_t id, std::string_view body);
    http::response change_order(std::int64_t id,
                                std::string_view body);  // and thereby loses it from every list
};

// What every generic resource answers to a body that is no XML.
http::response malformed(format f, std::string_view body);

}  // namespace agente::qloapps::simulation
