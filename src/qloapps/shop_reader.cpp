#include "qloapps/shop_reader.hpp"

#include "qloapps/requests.hpp"

namespace agente::qloapps {

namespace {

constexpr std::size_t most_orders = 10;   // of one reference; we never make a second one
constexpr std::size_t most_rows = 1'000;  // of one order, or overlapping one stay in its rooms
constexpr std::int64_t no_room_type = 2'147'483'647;
constexpr std::string_view row_fields =
    "id,id_order,id_room,date_from,date_to,is_refunded,is_cancelled,is_back_order";

}  // namespace

task<result<ari_answer>> shop_reader::ask_availability(std::int64_t type, hotel::stay nights,
                                                       std::vector<hotel::occupancy> rooms) {
    auto body = ari_body(options.hotel_id, type, nights, rooms);
    auto const got = co_await to.ask(operation::availability, "hotel_ari", std::move(body));
    auto answer = understood(operation::availability, got, read_ari);
    if (answer.has_value()) currency = answer->currency;
    co_return answer;
}

// Orders do not name their currency, availability does; for a room type that does not exist it is a
// cheap question.
task<result<std::string>> shop_reader::shop_currency(hotel::stay nights) {
    if (!currency.empty()) co_return currency;
    auto const answer = co_await ask_availability(no_room_type, nights, {hotel::occupancy{1, {}}});
    if (answer.has_error()) co_return answer.error();
    co_return answer->currency;
}

task<result<std::vector<row_answer>>> shop_reader::rows(
    std::vector<std::pair<std::string, std::string>> filters) {
    auto target = list_target("room_bookings", filters, row_fields, most_rows);
    auto const got = co_await to.get(operation::rooms, std::move(target));
    co_return understood(operation::rooms, got, read_rows);
}

task<result<std::vector<order_answer>>> shop_reader::orders(std::string field, std::string value) {
    auto target = list_target("orders", {{std::move(field), fmt::format("[{}]", value)}},
                              "id,current_state,source,total_paid_tax_incl", most_orders);
    auto const got = co_await to.get(operation::find, std::move(target));
    co_return understood(operation::find, got, read_orders);
}

// Orders with their rooms, in the order given. bookings/{id} is not asked: it has no state of any
// kind, and answers 500 in shops whose customer groups see prices without tax.
task<result<std::vector<hotel::booking>>> shop_reader::bookings(std::vector<order_answer> orders) {
    std::vector<hotel::booking> made;
    if (orders.empty()) co_return made;
    auto const known = co_await cache.get();
    if (known.has_error()) co_return known.error();
    auto const all_rows = co_await rows({{"id_order", joined_ids(orders, &order_answer::id)}});
    if (all_rows.has_error()) co_return all_rows.error();
    for (auto const& order : orders) {
        std::vector<row_answer> own;
        std::ranges::copy_if(*all_rows, std::back_inserter(own),
                             [&](row_answer const& row) { return row.order == order.id; });
        if (own.empty())
            co_return error(
                error_kind::internal, "pms.nonsense",
                fmt::format("order {} has no rooms: it is being made, or it was damaged",
                            order.id));
        auto const from = std::ranges::min(own, {}, &row_answer::from).from;
        auto const to_day = std::ranges::max(own, {}, &row_answer::to).to;
        auto const nights = hotel::stay::make(from, to_day);
        if (nights.has_error())
            co_return error(error_kind::internal, "pms.nonsense",
                            fmt::format("order {}: {}", order.id, nights.error().message()));
        auto const money = co_await shop_currency(*nights);
        if (money.has_error()) co_return money.error();
        bool const ended =
            order.state == (*known)->cancelled_state || order.state == (*known)->refunded_state;
        hotel::booking booking{.pms_id = order.id,
                               .reference = order.source,
                               .total_with_tax = {order.total_micros, *money},
                               .stay = *nights};
        for (auto const& row : own)
            booking.rooms.push_back(
                {row.id, row.room, row.cancelled, row.refunded, row.back_order});
        booking.live = !ended && std::ranges::all_of(booking.rooms, &hotel::booked_room::live);
        made.push_back(std::move(booking));
    }
    co_return made;
}

}  // namespace agente::qloapps
