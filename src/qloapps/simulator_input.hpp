// What clients send to a simulated QloApps: XML, or JSON for bookings, as one tree of objects,
// lists and texts.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "qloapps/simulator_render.hpp"

namespace agente::qloapps::simulation {

// The element inside <qloapps>, or the value of the JSON document's `root`. XML leaves are strings;
// an element that holds a list (room_types, rooms, services, child_ages, room_occupancies) is an
// array. Nothing for what PHP could not parse either.
std::optional<boost::json::object> parse_body(std::string_view body, std::string_view root);

// As libxml words it inside a PHP warning, three entries: what, the text, a caret under the place.
std::vector<problem> xml_warnings(std::string_view function, std::string_view body,
                                  std::string_view file, int line);

// Empty when missing; numbers come as their text.
std::string text_of(boost::json::object const& from, std::string_view key);
std::optional<std::int64_t> number_of(boost::json::object const& from,
                                      std::string_view key);  // nothing for what is no whole number
std::optional<std::int64_t> micros_of(boost::json::object const& from, std::string_view key);
bool has(boost::json::object const& from, std::string_view key);  // there and not empty
boost::json::object const& object_of(boost::json::object const& from,
                                     std::string_view key);  // empty when missing
boost::json::array const& list_of(boost::json::object const& from,
                                  std::string_view key);  // empty when missing

}  // namespace agente::qloapps::simulation
