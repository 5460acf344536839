#include "qloapps/simulator_orders.hpp"

#include "qloapps/simulator_input.hpp"

namespace agente::qloapps::simulation {

namespace json = boost::json;

namespace {

constexpr std::string_view request_file = "classes/webservice/WebserviceRequest.php";

std::optional<json::object> parse_xml(std::string_view body, std::string_view root) {
    return body.starts_with('<') ? parse_body(body, root) : std::nullopt;
}

// The answer when a required field is missing; nothing when all are there.
std::optional<http::response> missing_field(format f, resource const& what,
                                            json::object const& asked) {
    for (auto const& field : what.fields)
        if (field.required && !has(asked, field.name))
            return errors(f, 400, {{41, fmt::format("parameter \"{}\" required", field.name)}});
    return std::nullopt;
}

http::response invalid_id(format f) { return errors(f, 404, {{92, "Invalid ID"}}); }

}  // namespace

http::response malformed(format f, std::string_view body) {
    auto list = xml_warnings("SimpleXMLElement::__construct()", body, request_file, 1388);
    list.push_back(
        {127,
         fmt::format(
             "XML error : String could not be parsed as XML\nXML length : {}\nOriginal XML : {}",
             body.size(), body)});
    return errors(f, 500, list);
}

http::response writer::add_history(std::string_view body) {
    auto const& what = *find_resource("order_histories");
    auto const asked = parse_xml(body, what.item);
    if (!asked) return malformed(form, body);
    if (auto refused = missing_field(form, what, *asked)) return *refused;
    auto* o = state.find_order(number_of(*asked, "id_order").value_or(0));
    auto const to = number_of(*asked, "id_order_state").value_or(0);
    bool const known_state = std::ranges::any_of(
        shop.order_states, [&](auto const& entry) { return entry.first == to; });
    if (!o || !known_state) return php_fatal(200, "Invalid new order status");
    state.set_state(shop, *o, to, now);
    auto const newest = [&](std::string_view name, boost::json::value const& v) {
        return name != "id" || v == json::value(state.last.history);
    };
    auto values = what.records(shop, state, newest).back();
    values[what.position("id_employee")] = "";
    return reader{shop, state, form}.echo(what, values, 201);
}

http::response writer::change_room_booking(std::int64_t id, std::string_view body) {
    auto const& what = *find_resource("room_bookings");
    auto const asked = parse_xml(body, what.item);
    if (!asked) return malformed(form, body);
    auto* row = state.find_row(id);
    if (!row) return invalid_id(form);
    if (auto refused = missing_field(form, what, *asked)) return *refused;
    row->status = static_cast<int>(number_of(*asked, "id_status").value_or(row->status));
    row->room = number_of(*asked, "id_room").value_or(row->room);
    row->comment = text_of(*asked, "comment");
    if (has(*asked, "check_in")) row->check_in = text_of(*asked, "check_in");
    if (has(*asked, "check_out")) row->check_out = text_of(*asked, "check_out");
    row->from = parse_day(text_of(*asked, "date_from")).value_or(row->from);
    row->to = parse_day(text_of(*asked, "date_to")).value_or(row->to);
    row->refunded = number_of(*asked, "is_refunded") == 1;
    row->cancelled = number_of(*asked, "is_cancelled") == 1;
    row->back_order = number_of(*asked, "is_back_order") == 1;
    row->date_upd = now;
    return reader{shop, state, form}.echo(what, room_booking_record(shop, *row), 200);
}

http::response writer::change_order(std::int64_t id, std::string_view body) {
    auto const& what = *find_resource("orders");
    auto const asked = parse_xml(body, what.item);
    if (!asked) return malformed(form, body);
    auto* o = state.find_order(id);
    if (!o || o->detached) return invalid_id(form);
    auto answer = reader{shop, state, form}.echo(what, order_record(state, *o), 200);
    o->detached = true;
    return answer;
}

}  // namespace agente::qloapps::simulation
