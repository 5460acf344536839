#include "qloapps/adapter.hpp"

#include "base/log.hpp"
#include "qloapps/requests.hpp"
#include "qloapps/shop_reader.hpp"

namespace agente::qloapps {

namespace {

constexpr int most_rooms = 20;  // in one booking
constexpr int most_guests = 100;

error bad_request(std::string message) {
    return error(error_kind::invalid, "pms.bad_request", std::move(message));
}

error unknown_outcome(error const& why) {
    return error(error_kind::in_doubt, "pms.outcome_unknown",
                 "the booking was made but could not be read again: " + why.message());
}

bool sane(hotel::occupancy const& party) {
    return party.adults >= 1 && party.adults + party.children() <= most_guests &&
           std::ranges::all_of(party.child_ages, [](int age) { return age >= 0 && age < 18; });
}

hotel::obstacle obstacle_of(hotel::room_type const& type, int available, hotel::stay const& nights,
                            hotel::occupancy const& party, int rooms) {
    if (!hotel::fits(type, party, rooms)) return hotel::obstacle::too_many_guests;
    if (nights.nights() < type.min_nights) return hotel::obstacle::stay_too_short;
    if (type.max_nights > 0 && nights.nights() > type.max_nights)
        return hotel::obstacle::stay_too_long;
    if (available == 0) return hotel::obstacle::sold_out;
    return available < rooms ? hotel::obstacle::too_few_rooms : hotel::obstacle::none;
}

}  // namespace

adapter::adapter(net::http_client& http, clock const& time, telemetry::metrics& metrics,
                 adapter_options options)
    : shop_(std::make_unique<shop_reader>(http, time, metrics, std::move(options))) {}

adapter::~adapter() = default;

task<result<hotel::catalogue>> adapter::read_catalogue() {
    auto const known = co_await shop_->cache.get();
    if (known.has_error()) co_return known.error();
    co_return (*known)->catalogue;
}

task<result<std::vector<hotel::offer>>> adapter::availability(hotel::stay nights,
                                                              hotel::occupancy party, int rooms) {
    auto& in = *shop_;
    auto const each = hotel::spread(party, rooms);
    if (!sane(party) || rooms > most_rooms || each.empty())
        co_return bad_request(fmt::format(
            "{} rooms for {} adults and {} children cannot be asked for: an adult is needed in every room, children are 0 to 17",
            rooms, party.adults, party.children()));
    auto const known = co_await in.cache.get();
    if (known.has_error()) co_return known.error();
    auto const read_at = in.time.now();
    auto const answer = co_await in.ask_availability(0, nights, each);
    if (answer.has_error()) co_return answer.error();
    if (!answer->known)
        co_return error(
            error_kind::forbidden, "pms.denied",
            fmt::format("the hotel system has no rooms of hotel {}: correct PMS_HOTEL_ID",
                        in.options.hotel_id));
    std::vector<hotel::offer> offers;
    for (auto const& type : answer->types) {
        auto const* limits = (*known)->catalogue.find(type.id);
        if (!limits)
            continue;  // not active, or newer than our catalogue: its capacity is not known
        offers.push_back({.room_type_id = type.id,
                          .name = type.name.empty() ? limits->name : type.name,
                          .available_rooms = type.available,
                          .rooms = rooms,
                          .total_with_tax = type.total_with_tax,
                          .extras = (*known)->catalogue.forced_extras,
                          .stay = nights,
                          .why_not = obstacle_of(*limits, type.available, nights, party, rooms),
                          .read_at = read_at});
    }
    co_return offers;
}

task<result<hotel::booking>> adapter::create(hotel::booking_order order) {
    auto& in = *shop_;
    if (!acceptable_reference(order.reference))
        co_return bad_request("a reference has 1 to 255 of the characters A-Z a-z 0-9 : . _ -");
    auto const guest = checked_guest(order.guest);
    if (guest.has_error()) co_return guest.error();
    order.guest = *guest;
    auto const each = hotel::spread(order.occupancy, order.rooms);
    if (!sane(order.occupancy) || order.rooms > most_rooms || each.empty())
        co_return bad_request("an adult is needed in every room, children are 0 to 17");
    auto const known = co_await in.cache.get();
    if (known.has_error()) co_return known.error();
    auto const* type = (*known)->catalogue.find(order.room_type_id);
    if (!type)
        co_return error(error_kind::invalid, "pms.refused",
                        fmt::format("the hotel has no room type {}", order.room_type_id));
    if (auto const why = obstacle_of(*type, order.rooms, order.stay, order.occupancy, order.rooms);
        why != hotel::obstacle::none)
        co_return error(
            error_kind::invalid, "pms.refused",
            fmt::format("{} cannot be booked so: {}", type->name, hotel::to_string(why)));
    auto money = order.expected_total ? order.expected_total->currency : std::string();
    if (money.empty()) {
        auto const asked = co_await in.shop_currency(order.stay);
        if (asked.has_error()) co_return asked.error();
        money = *asked;
    }

    auto body = booking_body(in.options.hotel_id, money, order, each, type->tax_rules_group);
    auto const got = co_await in.to.change(operation::create, "bookings", std::move(body));
    auto const created = in.understood(operation::create, got, read_created);
    if (created.has_error()) co_return created.error();

    // The answer has no state: a lost race shows only in the rows.
    auto const row_list = co_await in.rows({{"id_order", fmt::format("[{}]", created->id)}});
    if (row_list.has_error()) co_return unknown_outcome(row_list.error());
    if (row_list->empty())
        co_return unknown_outcome(error(error_kind::internal, "pms.nonsense", "it has no rooms"));
    hotel::booking made{.pms_id = created->id,
                        .reference = order.reference,
                        .total_with_tax = created->total_with_tax,
                        .stay = order.stay};
    for (auto const& row : *row_list)
        made.rooms.push_back({row.id, row.room, row.cancelled, row.refunded, row.back_order});
    made.live = std::ranges::all_of(made.rooms, &hotel::booked_room::live);
    made.total_differs =
        order.expected_total && !hotel::same_bill(*order.expected_total, made.total_with_tax);
    if (made.total_differs)
        log::error("pms.bill_differs_from_quote",
                   {{"pms_id", made.pms_id},
                    {"quoted", hotel::to_decimal(*order.expected_total)},
                    {"billed", hotel::to_decimal(made.total_with_tax)}});
    co_return made;
}

task<result<std::optional<hotel::booking>>> adapter::find_by_reference(std::string reference) {
    auto& in = *shop_;
    if (!acceptable_reference(reference))
        co_return bad_request("a reference has 1 to 255 of the characters A-Z a-z 0-9 : . _ -");
    auto found = co_await in.orders("source", reference);
    if (found.has_error()) co_return found.error();
    // The database compares without regard to case.
    std::erase_if(*found, [&](order_answer const& order) { return order.source != reference; });
    if (found->empty()) co_return std::optional<hotel::booking>();
    auto made = co_await in.bookings(std::move(*found));
    if (made.has_error()) co_return made.error();
    if (made->size() > 1)
        log::error("pms.reference_booked_twice",
                   {{"reference", reference}, {"orders", made->size()}});
    auto const live = std::ranges::find(*made, true, &hotel::booking::live);
    co_return std::optional<hotel::booking>(live != made->end() ? *live : made->front());
}

task<result<hotel::booking>> adapter::read(std::int64_t pms_id) {
    auto& in = *shop_;
    auto found = co_await in.orders("id", std::to_string(pms_id));
    if (found.has_error()) co_return found.error();
    std::erase_if(*found, [&](order_answer const& order) { return order.id != pms_id; });
    if (found->empty())
        co_return error(error_kind::not_found, "pms.not_found",
                        fmt::format("the hotel system has no booking {}", pms_id));
    auto made = co_await in.bookings(std::move(*found));
    if (made.has_error()) co_return made.error();
    co_return made->front();
}

task<result<bool>> adapter::doubled(hotel::booking const& ours) {
    auto& in = *shop_;
    auto const own_rooms = ours.rooms;  // `ours` may end before the answer comes
    auto const own_id = ours.pms_id;
    if (own_rooms.empty()) co_return bad_request("a booking without rooms cannot be looked at");
    std::vector<std::pair<std::string, std::string>> filters{
        {"id_room", joined_ids(own_rooms, &hotel::booked_room::room_id)},
        {"is_refunded", "[0]"},
        {"date_from", fmt::format("<[{}]", hotel::to_iso(ours.stay.departure()))},
        {"date_to", fmt::format(">[{}]", hotel::to_iso(ours.stay.arrival()))}};
    auto const others = co_await in.rows(std::move(filters));
    if (others.has_error()) co_return others.error();
    co_return std::ranges::any_of(own_rooms, [&](hotel::booked_room const& mine) {
        return std::ranges::any_of(*others, [&](row_answer const& row) {
            return row.live() && row.order != own_id && row.room == mine.room_id &&
                   row.id < mine.row_id;
        });
    });
}

task<result<void>> adapter::cancel(std::int64_t pms_id) {
    auto& in = *shop_;
    auto const known = co_await in.cache.get();
    if (known.has_error()) co_return known.error();
    auto body = cancel_body(pms_id, (*known)->cancelled_state);
    auto const got = co_await in.to.change(operation::cancel, "order_histories", std::move(body));
    co_return in.understood(operation::cancel, got, read_cancelled);
}

task<result<std::string>> adapter::probe() {
    auto& in = *shop_;
    auto target = list_target("hotels", {{"id", fmt::format("[{}]", in.options.hotel_id)}},
                              "id,hotel_name", 1);
    auto const got = co_await in.to.get(operation::probe, std::move(target));
    auto const hotels = in.understood(operation::probe, got, read_hotels);
    if (hotels.has_error()) co_return hotels.error();
    if (hotels->empty())
        co_return error(error_kind::forbidden, "pms.denied",
                        fmt::format("the hotel system has no hotel {}: correct PMS_HOTEL_ID",
                                    in.options.hotel_id));
    co_return hotels->front().name;
}

}  // namespace agente::qloapps
