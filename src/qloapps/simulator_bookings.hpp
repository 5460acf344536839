// /api/bookings of a simulated QloApps. A POST is two steps, and a PUT that wants other rooms is,
// because the real one checks and inserts without a lock between.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "qloapps/simulator_render.hpp"
#include "qloapps/simulator_state.hpp"

namespace agente::qloapps::simulation {

// What the loser of a race for a room sees afterwards.
enum class race_outcome {
    flag_loser,  // its row is marked as back order, cancelled and refunded; its answer and its
                 // order look like success
    silent       // two live rows on one room and night
};

struct desk {
    simulation::shop const& shop;
    simulation::state& state;
    format form;
    std::string now;  // shop time
};

struct planned_room {
    std::int64_t type{0}, room{0};
    std::string from, to;
    int adults{0}, children{0};
    std::vector<int> child_ages;
    std::int64_t net{0}, tax{0};
    std::vector<service_line> services;
};

// One entry of a request's room_types.
struct wanted_stay {
    std::int64_t type{0};
    std::string from, to;
    int count{1};
    std::vector<boost::json::object> rooms;  // empty, or one each
};

struct booking_plan {
    customer guest;
    std::string source, remark, booking_date;
    std::vector<planned_room> rooms;
    std::int64_t paid{0};
    std::optional<std::int64_t> total_with_tax;
    int payment_type{1};
    std::string payment_method{"Order from API"};
    int booking_status{0};          // 0: not given
    std::vector<problem> warnings;  // PHP warnings: the booking is made, the answer is a 500
};

// Everything a POST checks, rooms included. The rooms are not held.
std::variant<booking_plan, http::response> plan_booking(desk const& at,
                                                        boost::json::object const& asked);
// Inserts what was planned, whatever has happened to the rooms since.
http::response carry_out(desk& at, booking_plan const& plan, race_outcome loser);

// What a PUT found and chose; by ids, since much can happen before it is carried out.
struct change_plan {
    std::int64_t order{0}, customer{0};
    struct kept_stay {
        std::vector<std::int64_t> rows;
        wanted_stay asked;
    };
    std::vector<kept_stay> kept;
    std::vector<std::int64_t> gone;   // rows of the order that are not listed any more
    std::vector<planned_room> added;  // chosen while the old ones are still held
    std::vector<problem> warnings;
};

// Everything a PUT checks. The rooms are not held.
std::variant<change_plan, http::response> plan_change(desk const& at,
                                                      boost::json::object const& asked);
// Writes it, whatever has happened to the rooms since: nobody looks again, and who came second is
// not flagged as after a POST.
http::response carry_out(desk& at, change_plan const& plan, boost::json::object const& asked);

http::response read_booking(desk const& at, std::int64_t id);

// Shared by POST and PUT; the texts of refusals, empty when fine.
std::string refuse_statuses(boost::json::object const& asked);
std::variant<std::vector<wanted_stay>, std::string> read_stays(
    shop const& s, boost::json::array const& room_types);
// The lowest free rooms, or those named; nothing when one is missing.
std::optional<std::vector<planned_room>> choose_rooms(desk const& at,
                                                      std::vector<wanted_stay> const& stays,
                                                      std::vector<problem>& warnings);
room_row make_row(desk& at, planned_room const& planned, order const& o, std::int64_t order_detail);
std::string without_tags(std::string_view text);
http::response show(desk const& at, order const& o);

}  // namespace agente::qloapps::simulation
