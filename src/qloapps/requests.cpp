#include "qloapps/requests.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "net/http_client.hpp"
#include "qloapps/guest_rules.hpp"

namespace agente::qloapps {

namespace json = boost::json;

namespace {

constexpr std::size_t most_reference = 255;
constexpr std::size_t most_remark = 1'000;  // code points

std::string document(std::string_view inside) {
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<qloapps xmlns:xlink=\"http://www.w3.org/1999/xlink\">\n{}\n</qloapps>\n",
        inside);
}

error refused(std::string message) {
    return error(error_kind::invalid, "pms.refused", std::move(message));
}

std::string printable(std::string_view text_from_outside) {
    auto clean = text::scrub_utf8(text_from_outside);
    std::erase_if(clean, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
    return clean;
}

}  // namespace

bool acceptable_reference(std::string_view reference) {
    return !reference.empty() && reference.size() <= most_reference &&
           std::ranges::all_of(reference, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == ':' || c == '.' || c == '_' || c == '-';
           });
}

result<hotel::guest_details> checked_guest(hotel::guest_details const& guest) {
    hotel::guest_details out{clean_name(guest.first), clean_name(guest.last),
                             std::string(text::trim(guest.email)), clean_phone(guest.phone)};
    if (!acceptable_name(out.first))
        return refused(
            "the hotel system takes no such first name: letters only, without digits and signs");
    if (!acceptable_name(out.last))
        return refused(
            "the hotel system takes no such last name: letters only, without digits and signs");
    if (!acceptable_email(out.email))
        return refused(
            "the hotel system takes no such e-mail address: it must look like name@example.com");
    if (!acceptable_phone(out.phone))
        return refused("the hotel system wants a phone number of the guest");
    return out;
}

std::string list_target(std::string_view resource,
                        std::vector<std::pair<std::string, std::string>> const& filters,
                        std::string_view display, std::size_t most) {
    auto target = std::string(resource) + "?";
    for (auto const& [field, value] : filters)
        target += fmt::format("{}={}&", net::percent_encode(fmt::format("filter[{}]", field)),
                              net::percent_encode(value));
    target += fmt::format("display={}&sort={}&limit={}",
                          net::percent_encode(fmt::format("[{}]", display)),
                          net::percent_encode("[id_ASC]"), most);
    return target;
}

std::string ari_body(std::int64_t hotel_id, std::int64_t room_type_id, hotel::stay const& nights,
                     std::vector<hotel::occupancy> const& rooms) {
    std::string occupancies;
    for (auto const& room : rooms)
        occupancies += fmt::format(
            "<room_occupancy><adults>{}</adults><children>{}</children></room_occupancy>",
            room.adults, room.children());
    auto const type = room_type_id == 0
                          ? std::string()
                          : fmt::format("<id_room_type>{}</id_room_type>", room_type_id);
    return document(fmt::format(
        "<hotel_ari><id_hotel>{}</id_hotel>{}<date_from>{}</date_from><date_to>{}</date_to>"
        "<get_available_rooms>1</get_available_rooms><associations><room_occupancies>{}</room_occupancies></associations></hotel_ari>",
        hotel_id, type, hotel::to_iso(nights.arrival()), hotel::to_iso(nights.departure()),
        occupancies));
}

std::string booking_body(std::int64_t hotel_id, std::string_view currency,
                         hotel::booking_order const& order,
                         std::vector<hotel::occupancy> const& rooms, std::int64_t tax_rules_group) {
    json::array services;
    for (auto const& extra : order.extras)
        services.push_back(json::object{{"id_service", extra.id},
                                        {"quantity", 1},
                                        {"id_tax_rules_group", extra.tax_rules_group}});
    json::array room_list;
    for (auto const& room : rooms) {
        json::object entry{
            {"adult",
             room.adults}};  // "adults" is what answers call it; requests with it are ignored
        if (!room.child_ages.empty()) {
            entry["child"] = room.children();
            entry["child_ages"] = json::array(room.child_ages.begin(), room.child_ages.end());
        }
        entry["id_tax_rules_group"] =
            tax_rules_group;  // without it the booking is made and the answer is a 500
        if (!services.empty()) entry["services"] = services;
        room_list.push_back(std::move(entry));
    }
    json::object const stay{{"id_room_type", order.room_type_id},
                            {"checkin_date", hotel::to_iso(order.stay.arrival())},
                            {"checkout_date", hotel::to_iso(order.stay.departure())},
                            {"number_of_rooms", order.rooms},
                            {"rooms", std::move(room_list)}};
    json::object const guest{{"firstname", order.guest.first},
                             {"lastname", order.guest.last},
                             {"email", order.guest.email},
                             {"phone", order.guest.phone}};
    json::object booking{{"id_property", hotel_id},
                         {"currency", currency},
                         {"booking_status", 1},
                         {"payment_status", 3},
                         {"source", order.reference}};
    if (auto const remark = text::shorten(printable(order.remark), most_remark); !remark.empty())
        booking["remark"] = remark;
    booking["associations"] =
        json::object{{"customer_detail", guest}, {"room_types", json::array{json::value(stay)}}};
    return json::serialize(json::object{{"booking", std::move(booking)}});
}

std::string cancel_body(std::int64_t order_id, std::int64_t cancelled_state) {
    return document(fmt::format(
        "<order_history><id_order>{}</id_order><id_order_state>{}</id_order_state></order_history>",
        order_id, cancelled_state));
}

}  // namespace agente::qloapps
