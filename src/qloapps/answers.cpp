#include "qloapps/answers.hpp"

#include "hotel/stay.hpp"
#include "qloapps/answer_document.hpp"

namespace agente::qloapps {

namespace json = boost::json;

namespace {

// Reads every entry of a list with `one`; an entry it cannot use makes the whole answer nonsense.
template <class T, class Reader>
result<std::vector<T>> read_list(pms_answer const& a, std::string_view root, Reader one) {
    auto const entries = list_in(a, root);
    if (entries.has_error()) return entries.error();
    std::vector<T> all;
    for (auto const& entry : *entries) {
        auto const* object = entry.if_object();
        std::optional<T> read = object ? one(*object) : std::nullopt;
        if (!read)
            return nonsense(
                a,
                fmt::format("an entry of \"{}\" lacks a field or has one of the wrong kind", root));
        all.push_back(std::move(*read));
    }
    return all;
}

int small(json::object const& from, std::string_view key, int otherwise) {
    return static_cast<int>(
        std::clamp<std::int64_t>(whole_in(from, key).value_or(otherwise), -1'000'000, 1'000'000));
}

// "2027-01-10 00:00:00"
std::optional<std::chrono::year_month_day> day_in(json::object const& from, std::string_view key) {
    auto const parsed = hotel::parse_iso(text_in(from, key).substr(0, 10));
    if (parsed.has_error()) return std::nullopt;
    return *parsed;
}

// Free rooms are an object keyed by room id, or an empty list.
std::optional<int> count_rooms(json::object const& type) {
    auto const* rooms = type.if_contains("rooms");
    auto const* available =
        rooms && rooms->is_object() ? rooms->get_object().if_contains("available") : nullptr;
    if (!available) return std::nullopt;
    if (auto const* keyed = available->if_object()) return static_cast<int>(keyed->size());
    if (auto const* list = available->if_array()) return static_cast<int>(list->size());
    return std::nullopt;
}

}  // namespace

result<std::vector<hotel_answer>> read_hotels(pms_answer const& a) {
    return read_list<hotel_answer>(a, "hotels",
                                   [](json::object const& h) -> std::optional<hotel_answer> {
                                       auto const id = whole_in(h, "id");
                                       if (!id) return std::nullopt;
                                       return hotel_answer{*id,
                                                           text_in(h, "hotel_name"),
                                                           text_in(h, "city"),
                                                           text_in(h, "check_in"),
                                                           text_in(h, "check_out"),
                                                           text_in(h, "phone"),
                                                           text_in(h, "email")};
                                   });
}

result<std::vector<room_type_answer>> read_room_types(pms_answer const& a) {
    return read_list<room_type_answer>(
        a, "room_types", [](json::object const& t) -> std::optional<room_type_answer> {
            auto const id = whole_in(t, "id");
            auto const name = text_in(t, "name");
            if (!id || name.empty()) return std::nullopt;
            return room_type_answer{*id, name, whole_in(t, "id_tax_rules_group").value_or(0),
                                    flag_in(t, "active")};
        });
}

result<std::vector<limits_answer>> read_limits(pms_answer const& a) {
    return read_list<limits_answer>(
        a, "hotel_room_types", [](json::object const& t) -> std::optional<limits_answer> {
            auto const id = whole_in(t, "id_product");
            if (!id) return std::nullopt;
            limits_answer limits;
            limits.room_type = *id;
            limits.adults = small(t, "adults", 0);
            limits.max_adults = small(t, "max_adults", limits.adults);
            limits.max_children = small(t, "max_children", 0);
            limits.max_guests = small(t, "max_guests", limits.max_adults + limits.max_children);
            limits.min_los = std::max(1, small(t, "min_los", 1));
            limits.max_los = std::max(0, small(t, "max_los", 0));
            return limits;
        });
}

result<std::vector<hotel::extra>> read_forced_extras(pms_answer const& a) {
    constexpr std::int64_t with_room = 1;
    constexpr std::int64_t each_day = 2;
    struct service {
        hotel::extra extra;
        bool forced{false};
    };
    auto const all = read_list<
        service>(a, "services", [&](json::object const& s) -> std::optional<service> {
        auto const id = whole_in(s, "id");
        auto const addition = whole_in(s, "price_addition_type");
        if (!id || !addition) return std::nullopt;
        hotel::extra extra{*id, text_in(s, "name"), whole_in(s, "id_tax_rules_group").value_or(0),
                           whole_in(s, "price_calculation_method") == each_day};
        return service{std::move(extra), flag_in(s, "auto_add_to_cart") && *addition == with_room};
    });
    if (all.has_error()) return all.error();
    std::vector<hotel::extra> forced;
    for (auto const& s : *all)
        if (s.forced) forced.push_back(s.extra);
    return forced;
}

result<std::map<std::string, std::string>> read_configuration(pms_answer const& a) {
    using setting = std::pair<std::string, std::string>;
    auto const all = read_list<setting>(a, "configurations",
                                        [](json::object const& c) -> std::optional<setting> {
                                            auto name = text_in(c, "name");
                                            if (name.empty()) return std::nullopt;
                                            return setting{std::move(name), text_in(c, "value")};
                                        });
    if (all.has_error()) return all.error();
    return std::map<std::string, std::string>(all->begin(), all->end());
}

result<ari_answer> read_ari(pms_answer const& a) {
    auto const document = object_in(a, "hotel_ari");
    if (document.has_error()) return document.error();
    ari_answer out;
    out.currency = text_in(*document, "currency");
    if (out.currency.empty()) return nonsense(a, "\"hotel_ari\" names no currency");
    auto const* types = document->if_contains("room_types");
    out.known = types != nullptr;
    if (!types) return out;
    if (!types->is_array()) return nonsense(a, "\"room_types\" is no list");
    for (auto const& entry : types->get_array()) {
        auto const* type = entry.if_object();
        auto const id = type ? whole_in(*type, "id_room_type") : std::nullopt;
        auto const total = type ? micros_in(*type, "total_price_with_tax") : std::nullopt;
        auto const rooms = type ? count_rooms(*type) : std::nullopt;
        if (!id || !total || !rooms || *total < 0)
            return nonsense(a, "a room type lacks its id, its total or its list of free rooms");
        out.types.push_back({*id, text_in(*type, "name"), *rooms, {*total, out.currency}});
    }
    return out;
}

result<std::vector<order_answer>> read_orders(pms_answer const& a) {
    return read_list<order_answer>(
        a, "orders", [](json::object const& o) -> std::optional<order_answer> {
            auto const id = whole_in(o, "id");
            auto const state = whole_in(o, "current_state");
            auto const total = micros_in(o, "total_paid_tax_incl");
            if (!id || !state || !total) return std::nullopt;
            return order_answer{*id, *state, text_in(o, "source"), *total};
        });
}

result<std::vector<row_answer>> read_rows(pms_answer const& a) {
    return read_list<row_answer>(
        a, "bookings", [](json::object const& b) -> std::optional<row_answer> {
            auto const id = whole_in(b, "id");
            auto const order = whole_in(b, "id_order");
            auto const room = whole_in(b, "id_room");
            auto const from = day_in(b, "date_from");
            auto const to = day_in(b, "date_to");
            bool const marked = b.contains("is_cancelled") && b.contains("is_refunded") &&
                                b.contains("is_back_order");
            if (!id || !order || !room || !from || !to || !marked) return std::nullopt;
            return row_answer{*id,
                              *order,
                              *room,
                              *from,
                              *to,
                              flag_in(b, "is_cancelled"),
                              flag_in(b, "is_refunded"),
                              flag_in(b, "is_back_order")};
        });
}

result<created_answer> read_created(pms_answer const& a) {
    auto const unknown = [&](std::string_view why) {
        return error(
            error_kind::in_doubt, "pms.outcome_unknown",
            fmt::format(
                "the hotel system answered {} to a booking ({}); it may have been made: look it up by its reference",
                a.status, why));
    };
    if (a.status == 400) {
        auto const said = errors_in(a);
        if (said.empty()) return unknown("without a reason that could be read");
        auto const& last = said.back().message;  // PHP warnings come first
        if (last.starts_with("Requested room(s) not available"))
            return error(
                error_kind::conflict, "pms.not_available",
                "the hotel system has no free room of that type for these nights any more");
        return error(error_kind::invalid, "pms.refused",
                     fmt::format("the hotel system refused the booking: {}", last));
    }
    if (refused_before_doing(a)) return error_of(a);
    auto const document = object_in(a, "booking");
    if (document.has_error()) return unknown(document.error().message());
    auto const id = whole_in(*document, "id");
    auto const& prices = child_of(child_of(*document, "associations"), "price_details");
    auto const net = micros_in(prices, "total_price_without_tax");
    auto const tax = micros_in(prices, "total_tax");
    if (!id || !net || !tax) return unknown("the booking in it lacks its id or its total");
    return created_answer{
        *id, text_in(*document, "source"), {*net + *tax, text_in(*document, "currency")}};
}

result<void> read_cancelled(pms_answer const& a) {
    if (a.status == 200 && a.body.starts_with("Invalid new order status"))
        return error(error_kind::not_found, "pms.not_found",
                     "the hotel system knows no such booking");
    if (refused_before_doing(a)) return error_of(a);
    if (a.status == 201 && object_in(a, "order_history").has_value()) return {};
    return error(
        error_kind::in_doubt, "pms.outcome_unknown",
        fmt::format(
            "the hotel system answered {} to a cancellation; it may have happened: cancelling again is harmless",
            a.status));
}

}  // namespace agente::qloapps
