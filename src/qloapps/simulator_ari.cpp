#include "qloapps/simulator_ari.hpp"

#include "base/text.hpp"
#include "qloapps/simulator_ari_answer.hpp"
#include "qloapps/simulator_input.hpp"

namespace agente::qloapps::simulation {

namespace json = boost::json;

namespace {

constexpr int most_nights = 3'660;
constexpr std::string_view ari_file =
    "modules/hotelreservationsystem/classes/WebserviceSpecificManagementHotelAri.php";

http::response invalid(reader const& at, std::string message, int code = 85) {
    return errors(at.form, 400, {{code, code == 85 ? "Validation error: " + message : message}});
}

// The answer of a request that cannot be used; nothing when it can.
std::optional<http::response> check(reader const& at, json::object const& asked, ari_question& q) {
    for (auto const field : {"id_hotel", "date_from", "date_to"})
        if (!has(asked, field))
            return invalid(at, fmt::format("parameter \"{}\" required", field), 41);
    auto const bad_field = [&](std::string_view field) {
        return invalid(at, fmt::format("\"The {} field is invalid.\"", field));
    };
    auto const hotel = number_of(asked, "id_hotel");
    if (!hotel) return bad_field("id_hotel");
    q.hotel = *hotel;
    auto const from = parse_day(text_of(asked, "date_from"));
    if (!from) return bad_field("date_from");
    auto const to = parse_day(text_of(asked, "date_to"));
    if (!to) return bad_field("date_to");
    if (*to <= *from) return invalid(at, "\"Date to\" must be after \"date from\"");
    q.from = *from;
    q.to = *to;
    if (has(asked, "id_room_type")) {
        auto const type = number_of(asked, "id_room_type");
        if (!type) return bad_field("id_room_type");
        q.type = *type;
    }
    auto const& occupancies = list_of(object_of(asked, "associations"), "room_occupancies");
    for (std::size_t i = 0; i < occupancies.size(); ++i) {
        json::object const none;
        auto const& room_asked = occupancies[i].is_object() ? occupancies[i].get_object() : none;
        for (auto const who : {"adults", "children"})
            if (!has(room_asked, who))
                return invalid(at, fmt::format("Missing information for {} for Room-{} occupancy.",
                                               who, i + 1));
        if (number_of(room_asked, "adults").value_or(0) < 1)
            return invalid(
                at,
                fmt::format(
                    "Invalid value for number of adults for Room-{} occupancy(value must be greater than 0).",
                    i + 1));
    }
    q.rooms = std::max(1, static_cast<int>(occupancies.size()));
    auto const on = [&](std::string_view name) { return number_of(asked, name).value_or(0) == 1; };
    q.available = on("get_available_rooms");
    q.booked = on("get_booked_rooms");
    q.partial = on("get_partial_available_rooms");
    q.unavailable = on("get_unavailable_rooms");
    q.date_wise = on("date_wise_breakdown");
    if (!q.available && !q.booked && !q.partial && !q.unavailable) q.available = true;
    return std::nullopt;
}

}  // namespace

http::response answer_ari(reader const& from, http::request const& r) {
    if (text::trim(r.body).empty()) return invalid(from, "ARI search parameters are missing.");
    auto const asked =
        text::trim(r.body).starts_with('<') ? parse_body(r.body, "hotel_ari") : std::nullopt;
    if (!asked) {
        auto list = xml_warnings("simplexml_load_string()", r.body, ari_file, 476);
        list.push_back({85, "Validation error: Invalid ARI search parameters found."});
        return errors(from.form, 400, list);
    }
    ari_question q;
    if (auto refused = check(from, *asked, q)) return *refused;
    if (q.date_wise && q.booked && !q.available) return php_fatal(500);
    if (nights_between(q.from, q.to) > most_nights)
        return php_fatal(500);  // PHP's time limit comes first
    return ari_answer(from, q);
}

}  // namespace agente::qloapps::simulation
