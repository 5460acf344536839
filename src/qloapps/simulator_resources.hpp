// The generic resources of a simulated QloApps: which fields each has, in which order, and where
// their values come from. Of hotels, room_types, hotel_rooms, services and customers only the
// fields a booking agent reads are there.
#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <string_view>
#include <vector>

#include "qloapps/simulator_state.hpp"

namespace agente::qloapps::simulation {

enum class kind { number, text, money, moment };

struct field {
    std::string_view name;
    kind what{kind::text};
    std::string_view link{};  // the resource an XML value points to
    bool translated{false};   // has a value a language; no filter
    bool date{false};         // filtered and sorted only with date=1
    bool required{false};     // a write without it is refused
    bool no_column{false};    // filtering by it kills the query: 500 with an empty body
};

using record =
    std::vector<boost::json::value>;  // a value a field: number, string, or null for "not written"

// Whether a record with this value could still be wanted: lets long tables skip most rows before a
// record is built.
using wanted = std::function<bool(std::string_view field, boost::json::value const&)>;

struct association {
    std::string_view list;        // "bookings"
    std::string_view item;        // "booking"
    std::string_view attributes;  // of the XML list element
    std::function<std::vector<std::int64_t>(state const&, std::int64_t)> ids;
};

struct resource {
    std::string_view name;         // in the URL
    std::string_view list;         // root of a list
    std::string_view item;         // root of one
    std::string_view description;  // at /api/
    std::vector<field> fields;
    std::function<std::vector<record>(shop const&, state const&, wanted const&)> records;
    std::vector<association> associations{};

    std::size_t position(
        std::string_view field_name) const noexcept;  // fields.size() when there is none
};

// In the order of /api/. `bookings`, `hotel_ari` and `qlo` are not generic and not among them.
std::vector<resource> const& resources();
resource const* find_resource(std::string_view name) noexcept;

record order_record(state const& s, order const& o);
record room_booking_record(shop const& s, room_row const& row);

}  // namespace agente::qloapps::simulation
