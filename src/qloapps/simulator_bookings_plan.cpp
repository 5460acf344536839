// What a POST checks before it inserts. The order of the checks is QloApps' own as far as the
// recordings tell.
#include "qloapps/guest_rules.hpp"
#include "qloapps/simulator_bookings.hpp"
#include "qloapps/simulator_input.hpp"

namespace agente::qloapps::simulation {

namespace json = boost::json;

namespace {

constexpr std::string_view bookings_file =
    "classes/webservice/WebserviceSpecificManagementBookings.php";
constexpr std::string_view not_available = "Requested room(s) not available.";
constexpr std::size_t most_source = 255;

// Who books. The text of the refusal, empty when fine.
std::string refuse_guest(state const& s, json::object const& guest) {
    if (guest.empty()) return "Customer details not found.";
    if (has(guest, "id_customer")) {
        auto const id = number_of(guest, "id_customer");
        if (!id || std::ranges::find(s.customers, *id, [](customer const& c) { return c.id; }) ==
                       s.customers.end())
            return "Please provide a valid id_customer.";
    }
    if (!has(guest, "firstname")) return "Please provide a valid first name.";
    if (!has(guest, "lastname")) return "Please provide a valid last name.";
    if (!has(guest, "email")) return "Please provide a valid email.";
    if (!has(guest, "phone")) return "Please provide a valid phone number.";
    bool any_address = false;
    for (auto const part : {"city", "country_code", "state_code", "zip"})
        any_address = any_address || has(guest, part);
    return any_address && !has(guest, "address") ? "Address is required." : "";
}

std::string refuse_head(shop const& s, json::object const& asked) {
    if (has(asked, "id")) return "id is forbidden when adding a new resource";
    if (number_of(asked, "id_property") != s.hotel.id) return "Please provide a valid id_property.";
    if (text_of(asked, "currency") != s.currency) return "Please provide valid currency.";
    return refuse_statuses(asked);
}

std::vector<service_line> read_services(desk const& at, json::object const& room, int nights,
                                        std::vector<problem>& warnings) {
    std::vector<service_line> lines;
    for (auto const& entry : list_of(room, "services")) {
        if (!entry.is_object()) continue;
        auto const& asked = entry.get_object();
        auto const* found = at.shop.find_service(number_of(asked, "id_service").value_or(0));
        if (!found) continue;
        if (!has(asked, "id_tax_rules_group"))
            warnings.push_back(
                php_warning("Undefined array key \"total_tax\"", bookings_file, 530));
        auto const quantity = static_cast<int>(
            std::clamp<std::int64_t>(number_of(asked, "quantity").value_or(1), 1, 100));
        auto const net = service_net(*found, nights, quantity);
        lines.push_back({found->id, quantity, net, at.shop.tax_of(net)});
    }
    return lines;
}

void price(desk const& at, planned_room& planned, json::object const* room,
           std::vector<problem>& warnings) {
    auto const nights = nights_between(planned.from, planned.to);
    auto const& type = *at.shop.find_type(planned.type);
    planned.net = type.price * nights;
    planned.adults = type.adults;
    planned.children = room ? 0 : type.children;
    if (room) {
        if (auto const whole_stay = micros_of(*room, "unit_price_without_tax"))
            planned.net = *whole_stay;
        if (auto const adult = number_of(*room, "adult")) planned.adults = static_cast<int>(*adult);
        for (auto const& age : list_of(*room, "child_ages")) {
            json::object const holder{{"age", age}};
            planned.child_ages.push_back(static_cast<int>(number_of(holder, "age").value_or(0)));
        }
        if (!planned.child_ages.empty())
            planned.children = static_cast<int>(number_of(*room, "child").value_or(0));
    }
    planned.tax = at.shop.tax_of(planned.net);
    if (!room) return;
    if (has(*room, "total_tax")) {
        auto const given = micros_of(*room, "total_tax").value_or(0);
        planned.tax = given == 0 ? 2 * planned.tax : given;
    } else if (!has(*room, "id_tax_rules_group")) {
        warnings.push_back(php_warning("Undefined array key \"total_tax\"", bookings_file, 504));
    }
    planned.services = read_services(at, *room, nights, warnings);
}

}  // namespace

std::string refuse_statuses(json::object const& asked) {
    auto const within = [&](std::string_view name, std::int64_t most) {
        auto const value = number_of(asked, name);
        return !has(asked, name) || (value && *value >= 1 && *value <= most);
    };
    if (!within("booking_status", 4)) return "Invalid booking status.";
    if (!within("payment_status", 3)) return "Invalid payment status.";
    auto const& payment = object_of(object_of(asked, "associations"), "payment_detail");
    auto const type = text_of(payment, "payment_type");
    if (!type.empty() && type != "online" && type != "remote" && type != "pay at hotel")
        return "Invalid payment type.";
    return {};
}

std::variant<std::vector<wanted_stay>, std::string> read_stays(shop const& s,
                                                               json::array const& room_types) {
    std::vector<wanted_stay> stays;
    for (auto const& entry : room_types) {
        json::object const none;
        auto const& asked = entry.is_object() ? entry.get_object() : none;
        wanted_stay stay;
        stay.type = number_of(asked, "id_room_type").value_or(0);
        if (!s.find_type(stay.type)) return "Invalid room type in the request";
        auto const from = parse_day(text_of(asked, "checkin_date"));
        if (!from) return "Invalid check in date in the request";
        auto const to = parse_day(text_of(asked, "checkout_date"));
        if (!to) return "Invalid check out date in the request";
        if (*to < *from) return "Invalid check in and check out dates in the request";
        stay.from = *from;
        stay.to = *to;
        auto const count = number_of(asked, "number_of_rooms").value_or(1);
        for (auto const& room : list_of(asked, "rooms"))
            if (room.is_object()) stay.rooms.push_back(room.get_object());
        if (!stay.rooms.empty() && static_cast<std::int64_t>(stay.rooms.size()) != count)
            return "Room count does not matches with the number of rooms";
        stay.count = static_cast<int>(std::clamp<std::int64_t>(count, 1, 1000));  // 0 books one
        stays.push_back(std::move(stay));
    }
    return stays;
}

std::optional<std::vector<planned_room>> choose_rooms(desk const& at,
                                                      std::vector<wanted_stay> const& stays,
                                                      std::vector<problem>& warnings) {
    std::vector<planned_room> chosen;
    auto const usable = [&](room const& r, wanted_stay const& stay) {
        bool const planned_already = std::ranges::any_of(chosen, [&](planned_room const& p) {
            return p.room == r.id && p.from < stay.to && stay.from < p.to;
        });
        return r.type == stay.type && !planned_already &&
               at.state.is_free(r.id, stay.from, stay.to);
    };
    for (auto const& stay : stays) {
        if (stay.from == stay.to) return std::nullopt;
        for (int i = 0; i < stay.count; ++i) {
            auto const* asked =
                stay.rooms.empty() ? nullptr : &stay.rooms[static_cast<std::size_t>(i)];
            auto const named = asked ? number_of(*asked, "id_room").value_or(0) : 0;
            auto const found = std::ranges::find_if(at.shop.rooms, [&](room const& r) {
                return (named == 0 || r.id == named) && usable(r, stay);
            });
            if (found == at.shop.rooms.end()) return std::nullopt;
            planned_room planned{
                .type = stay.type, .room = found->id, .from = stay.from, .to = stay.to};
            price(at, planned, asked, warnings);
            chosen.push_back(std::move(planned));
        }
    }
    return chosen;
}

std::variant<booking_plan, http::response> plan_booking(desk const& at, json::object const& asked) {
    if (auto const why = refuse_head(at.shop, asked); !why.empty()) return rejected(at.form, why);
    auto const& associations = object_of(asked, "associations");
    auto const& guest = object_of(associations, "customer_detail");
    if (auto const why = refuse_guest(at.state, guest); !why.empty()) return rejected(at.form, why);
    if (!has(associations, "room_types"))
        return rejected(at.form, std::string(not_available),
                        {php_warning("Undefined array key \"room_types\"", bookings_file, 682)});
    auto const stays = read_stays(at.shop, list_of(associations, "room_types"));
    if (auto const* why = std::get_if<std::string>(&stays)) return rejected(at.form, *why);

    booking_plan plan;
    auto rooms = choose_rooms(at, std::get<std::vector<wanted_stay>>(stays), plan.warnings);
    if (!rooms) return rejected(at.form, std::string(not_available));
    plan.rooms = std::move(*rooms);
    plan.guest = {number_of(guest, "id_customer").value_or(0), text_of(guest, "firstname"),
                  text_of(guest, "lastname"), text_of(guest, "email"), text_of(guest, "phone")};
    // PrestaShop dies while it saves the customer: with a text for an address, without a word for a
    // name.
    if (!acceptable_email(plan.guest.email)) return php_fatal(200, "Fatal error");
    if (!acceptable_name(plan.guest.first) || !acceptable_name(plan.guest.last) ||
        !acceptable_phone(plan.guest.phone))
        return php_fatal(500);

    plan.source =
        has(asked, "source") ? text_of(asked, "source").substr(0, most_source) : at.shop.domain;
    plan.remark = without_tags(text_of(asked, "remark"));
    plan.booking_date = text_of(asked, "booking_date");
    plan.booking_status = static_cast<int>(number_of(asked, "booking_status").value_or(0));
    auto const& prices = object_of(associations, "price_details");
    plan.paid = micros_of(prices, "total_paid").value_or(0);
    plan.total_with_tax = micros_of(prices, "total_price_with_tax");
    auto const& payment = object_of(associations, "payment_detail");
    auto const type = text_of(payment, "payment_type");
    plan.payment_type = type == "pay at hotel" ? 2 : type == "remote" ? 3 : 1;
    if (has(payment, "payment_method")) plan.payment_method = text_of(payment, "payment_method");
    return plan;
}

std::string without_tags(std::string_view text) {
    std::string kept;
    bool inside = false;
    for (auto c : text) {
        if (c == '<')
            inside = true;
        else if (c == '>' && inside)
            inside = false;
        else if (!inside)
            kept += c;
    }
    return kept;
}

}  // namespace agente::qloapps::simulation
