// How a booking is written.
#include "qloapps/php_json.hpp"
#include "qloapps/simulator_bookings.hpp"

namespace agente::qloapps::simulation {

namespace json = boost::json;

namespace {

constexpr std::string_view bookings_file =
    "classes/webservice/WebserviceSpecificManagementBookings.php";

json::object room_json(shop const& s, room_row const& row) {
    json::object out{{"id_room", row.room},
                     {"id_hotel_booking", row.id},
                     {"adults", row.adults},
                     {"child", row.children},
                     {"unit_price_without_tax", amount(row.net)},
                     {"total_tax", amount(row.tax)}};
    json::array services;  // those added automatically count in the total but are not listed
    for (auto const& line : row.services) {
        auto const* found = s.find_service(line.service);
        if (!found || found->auto_add) continue;
        services.push_back(
            json::object{{"id_service", line.service},
                         {"name", found->name},
                         {"quantity", line.quantity},
                         {"unit_price_without_tax", amount(line.net / std::max(1, line.quantity))},
                         {"total_tax", amount(line.tax)}});
    }
    if (!services.empty()) out["services"] = std::move(services);
    return out;
}

json::array room_types_json(shop const& s, std::vector<room_row const*> const& rows) {
    json::array out;
    std::vector<room_row const*> left = rows;
    while (!left.empty()) {
        auto const* first = left.front();
        json::array rooms;
        std::int64_t tax = 0;
        std::erase_if(left, [&](room_row const* row) {
            if (row->type != first->type || row->from != first->from || row->to != first->to)
                return false;
            rooms.push_back(room_json(s, *row));
            tax += row->tax;
            return true;
        });
        auto const* type = s.find_type(first->type);
        auto const count = static_cast<std::int64_t>(rooms.size());
        out.push_back(json::object{{"id_room_type", first->type},
                                   {"checkin_date", first->from + " 00:00:00"},
                                   {"checkout_date", first->to + " 00:00:00"},
                                   {"total_tax", amount(tax)},
                                   {"number_of_rooms", count},
                                   {"name", type ? type->name : ""},
                                   {"rooms", std::move(rooms)}});
    }
    return out;
}

json::object booking_json(desk const& at, order const& o) {
    auto const* guest = at.state.find_customer(o.customer);
    json::object customer_detail;
    if (guest)
        customer_detail = {{"id_customer", guest->id},
                           {"firstname", guest->first},
                           {"lastname", guest->last},
                           {"email", guest->email},
                           {"phone", guest->phone}};
    json::array remarks;
    for (auto const& remark : o.remarks) remarks.push_back(json::string(remark));
    json::object associations{
        {"customer_detail", std::move(customer_detail)},
        {"price_details", json::object{{"total_paid", amount(o.paid)},
                                       {"total_price_without_tax", amount(at.state.net_of(o))},
                                       {"total_tax", amount(at.state.tax_of(o))}}},
        {"cart_rules", json::array()},
        {"remarks", std::move(remarks)},
        {"room_types", room_types_json(at.shop, at.state.rows_of(o.id))}};
    return {{"id", o.id},
            {"id_property", at.shop.hotel.id},
            {"currency", at.shop.currency},
            {"source", o.source},
            {"booking_date", o.date_add},
            {"id_language", 1},
            {"associations", std::move(associations)}};
}

}  // namespace

http::response show(desk const& at, order const& o) {
    if (at.shop.groups_without_tax && at.shop.warnings_are_errors)
        return errors(at.form, 500,
                      {php_warning("Undefined variable $useTax", bookings_file, 3463),
                       php_warning("Undefined variable $useTax", bookings_file, 3494)});
    auto const booking = booking_json(at, o);
    return document(at.form, php_json(json::object{{"booking", booking}}),
                    bookings_xml("booking", booking));
}

http::response read_booking(desk const& at, std::int64_t id) {
    auto const* found = at.state.find_order(id);
    return found && !found->detached ? show(at, *found) : no_content(404);
}

}  // namespace agente::qloapps::simulation
