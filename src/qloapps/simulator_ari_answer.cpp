#include "qloapps/simulator_ari_answer.hpp"

#include "qloapps/php_json.hpp"

namespace agente::qloapps::simulation {

namespace json = boost::json;

namespace {

struct room_stays {
    room const* its_room{nullptr};
    std::vector<room_row const*> rows;  // live ones on these nights
};

struct type_answer {
    room_kind const* type{nullptr};
    std::vector<room_stays> available, booked, partial;
    std::int64_t net{0};  // of one room, the whole stay
    int nights{1};
};

std::vector<room_row const*> live_rows(state const& s, std::int64_t room_id, std::string_view from,
                                       std::string_view to) {
    std::vector<room_row const*> found;
    for (auto const& row : s.rows)
        if (row.room == room_id && !row.refunded && !row.cancelled && row.from < to &&
            from < row.to)
            found.push_back(&row);
    return found;
}

type_answer look(reader const& at, room_kind const& type, std::string const& from,
                 std::string const& to) {
    type_answer out{.type = &type, .nights = nights_between(from, to)};
    out.net = at.shop.quoted_net(type, out.nights);
    for (auto const& r : at.shop.rooms) {
        if (r.type != type.id) continue;
        auto rows = live_rows(at.state, r.id, from, to);
        if (at.state.is_free(r.id, from, to)) {
            out.available.push_back({&r, {}});
            continue;
        }
        bool any_free_night = false;
        for (auto day = from; day < to; day = next_day(day))
            any_free_night = any_free_night || at.state.is_free(r.id, day, next_day(day));
        (any_free_night ? out.partial : out.booked).push_back({&r, std::move(rows)});
    }
    return out;
}

json::object stay_detail(room_row const& row) {
    return {{"id_htl_booking", row.id},
            {"date_from", row.from + " 00:00:00"},
            {"date_to", row.to + " 00:00:00"},
            {"id_customer", row.customer},
            {"booking_type", 1},
            {"booking_status", row.status},
            {"comment", row.comment}};
}

// An object keyed by room id, or [] when there is none: PHP does not know the difference.
json::value keyed(json::object rooms) {
    return rooms.empty() ? json::value(json::array()) : json::value(std::move(rooms));
}

json::value available_json(ari_question const& q, type_answer const& t) {
    json::object rooms;
    for (auto const& r : t.available) {
        json::object one_room{{"id_room", r.its_room->id}};
        if (!q.date_wise) {
            one_room["id_product"] = t.type->id;
            one_room["id_hotel"] = q.hotel;
        }
        one_room["room_num"] = r.its_room->number;
        if (!q.date_wise) {
            one_room["room_comment"] = "";
            one_room["max_adult"] = t.type->max_adults;
            one_room["max_children"] = t.type->max_children;
            one_room["max_occupancy"] = t.type->max_guests;
        }
        rooms[std::to_string(r.its_room->id)] = std::move(one_room);
    }
    return keyed(std::move(rooms));
}

json::value taken_json(ari_question const& q, type_answer const& t,
                       std::vector<room_stays> const& taken) {
    json::object rooms;
    for (auto const& r : taken) {
        json::object one_room;
        if (q.date_wise) {
            one_room = {{"id_room", r.its_room->id}, {"room_num", r.its_room->number}};
        } else {
            json::array detail;
            for (auto const* row : r.rows) detail.push_back(stay_detail(*row));
            one_room = {{"id_product", t.type->id},
                        {"id_room", r.its_room->id},
                        {"id_hotel", q.hotel},
                        {"room_num", r.its_room->number},
                        {"detail", std::move(detail)}};
        }
        rooms[std::to_string(r.its_room->id)] = std::move(one_room);
    }
    return keyed(std::move(rooms));
}

json::object type_json(reader const& at, ari_question const& q, type_answer const& t) {
    auto const gross = t.net + at.shop.tax_of(t.net);
    json::object out{{"id_room_type", t.type->id},
                     {"base_price", amount(t.net / t.nights)},
                     {"base_price_with_tax", amount(gross / t.nights)},
                     {"total_price", amount(t.net * q.rooms)},
                     {"total_price_with_tax", amount(gross * q.rooms)},
                     {"name", t.type->name}};
    json::object rooms;
    if (q.date_wise) {
        if (q.available) rooms["available"] = available_json(q, t);
        if (q.booked) rooms["booked"] = taken_json(q, t, t.booked);
        if (q.unavailable) rooms["unavailable"] = json::array();
    } else {
        if (q.unavailable) rooms["unavailable"] = json::array();
        if (q.booked) rooms["booked"] = taken_json(q, t, t.booked);
        if (q.available) rooms["available"] = available_json(q, t);
        if (q.partial) rooms["partially_available"] = taken_json(q, t, t.partial);
    }
    out["rooms"] = std::move(rooms);
    return out;
}

struct totals {
    std::int64_t rooms{0}, available{0}, booked{0}, partial{0};
};

totals count(reader const& at, std::vector<type_answer> const& types) {
    totals sum;
    for (auto const& t : types) {
        sum.rooms += std::ranges::count(at.shop.rooms, t.type->id, &room::type);
        sum.available += static_cast<std::int64_t>(t.available.size());
        sum.booked += static_cast<std::int64_t>(t.booked.size());
        sum.partial += static_cast<std::int64_t>(t.partial.size());
    }
    return sum;
}

std::vector<type_answer> look_at_all(reader const& at, ari_question const& q,
                                     std::string const& from, std::string const& to) {
    std::vector<type_answer> found;
    if (q.hotel != at.shop.hotel.id) return found;
    for (auto const& type : at.shop.room_types)
        if (q.type == 0 || q.type == type.id) found.push_back(look(at, type, from, to));
    return found;
}

json::object head_json(reader const& at, ari_question const& q, std::string const& from,
                       std::string const& to) {
    return {{"id_hotel", std::to_string(q.hotel)},
            {"date_from", from},
            {"date_to", to},
            {"currency", at.shop.currency}};
}

json::object whole_json(reader const& at, ari_question const& q) {
    auto out = head_json(at, q, q.from, q.to);
    auto const types = look_at_all(at, q, q.from, q.to);
    if (types.empty()) return out;
    auto const sum = count(at, types);
    out["total_rooms"] = sum.rooms;
    if (q.available) out["total_available_rooms"] = sum.available;
    if (q.unavailable) out["total_unavailable_rooms"] = 0;
    if (q.partial) out["total_partial_available_rooms"] = sum.partial;
    if (q.booked) out["total_booked_rooms"] = sum.booked;
    json::array list;
    for (auto const& t : types) list.push_back(type_json(at, q, t));
    out["room_types"] = std::move(list);
    return out;
}

json::array date_wise_json(reader const& at, ari_question const& q) {
    json::array nights;
    for (auto day = q.from; day < q.to; day = next_day(day)) {
        auto out = head_json(at, q, day, next_day(day));
        auto const types = look_at_all(at, q, day, next_day(day));
        if (!types.empty()) {
            auto const sum = count(at, types);
            out["total_rooms"] = sum.rooms;
            json::array list;
            for (auto const& t : types) list.push_back(type_json(at, q, t));
            out["room_types"] = std::move(list);
            out["total_available_rooms"] = sum.available;
            if (q.booked)
                out["total_booked_rooms"] =
                    sum.available;  // what QloApps itself does: it repeats the available count
        }
        nights.push_back(std::move(out));
    }
    return nights;
}

std::string rooms_xml(std::string_view tag, std::vector<room_stays> const& rooms) {
    if (rooms.empty()) return fmt::format("<{0}>\n</{0}>\n", tag);
    auto out = fmt::format("<{}>\n", tag);
    for (auto const& r : rooms)
        out += fmt::format(
            "<room id=\"{}\">\n<id_room>{}</id_room>\n<room_number>{}</room_number>\n</room>\n",
            r.its_room->id, cdata(std::to_string(r.its_room->id)), cdata(r.its_room->number));
    return out + fmt::format("</{}>\n", tag);
}

std::string type_xml(reader const& at, ari_question const& q, type_answer const& t) {
    auto const id = std::to_string(t.type->id);
    auto const href = at.link("room_types", id);
    auto const gross = t.net + at.shop.tax_of(t.net);
    auto const money = [](std::string_view tag, std::int64_t micros) {
        return fmt::format("<{0}>{1}</{0}>\n", tag, cdata(php_json(amount(micros))));
    };
    auto out = fmt::format(
        "<room_type id=\"{0}\" xlink:href=\"{1}\">\n<id_room_type xlink:href=\"{1}\">{2}</id_room_type>\n",
        id, href, cdata(id));
    out += money("base_price", t.net / t.nights) + money("base_price_with_tax", gross / t.nights);
    out += money("total_price", t.net * q.rooms) + money("total_price_with_tax", gross * q.rooms);
    out += fmt::format("<name><language id=\"1\" xlink:href=\"{}\">{}</language></name>\n<rooms>\n",
                       at.link("languages", "1"), cdata(t.type->name));
    if (q.unavailable) out += rooms_xml("unavailable", {});
    if (q.booked) out += rooms_xml("booked", t.booked);
    if (q.available) out += rooms_xml("available", t.available);
    if (q.partial) out += rooms_xml("partial_available", t.partial);
    return out + "</rooms>\n</room_type>\n";
}

std::string ari_xml(reader const& at, ari_question const& q, std::string const& from,
                    std::string const& to) {
    auto const line = [](std::string_view tag, std::string_view value) {
        return fmt::format("<{0}>{1}</{0}>\n", tag, cdata(value));
    };
    auto const hotel = std::to_string(q.hotel);
    auto out = fmt::format("<hotel_ari>\n<id_hotel xlink:href=\"{}\">{}</id_hotel>\n",
                           at.link("hotels", hotel), cdata(hotel));
    out += line("date_from", from) + line("date_to", to) + line("currency", at.shop.currency);
    auto const types = look_at_all(at, q, from, to);
    if (!types.empty()) {
        auto const sum = count(at, types);
        out += line("total_rooms", std::to_string(sum.rooms));
        if (q.available) out += line("total_available_rooms", std::to_string(sum.available));
        if (q.unavailable) out += line("total_unavailable_rooms", "0");
        if (q.partial) out += line("total_partial_available_rooms", std::to_string(sum.partial));
        if (q.booked)
            out += line("total_booked_rooms",
                        std::to_string(q.date_wise ? sum.available : sum.booked));
        out += "<room_types>\n";
        for (auto const& t : types) out += type_xml(at, q, t);
        out += "</room_types>\n";
    }
    return out + "</hotel_ari>\n";
}

}  // namespace

http::response ari_answer(reader const& at, ari_question const& q) {
    if (at.form == format::json) {
        auto const document_ = q.date_wise ? json::object{{"hotel_aris", date_wise_json(at, q)}}
                                           : json::object{{"hotel_ari", whole_json(at, q)}};
        return document(format::json, php_json(document_), {});
    }
    if (!q.date_wise) return document(format::xml, {}, xml_document(ari_xml(at, q, q.from, q.to)));
    std::string all = "<hotel_aris>\n";
    for (auto day = q.from; day < q.to; day = next_day(day))
        all += ari_xml(at, q, day, next_day(day));
    return document(format::xml, {}, xml_document(all + "</hotel_aris>\n"));
}

}  // namespace agente::qloapps::simulation
