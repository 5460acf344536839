#include "qloapps/simulator_resources.hpp"

#include "qloapps/simulator_render.hpp"

namespace agente::qloapps::simulation {

namespace json = boost::json;

namespace {

using enum kind;
using records = std::vector<record>;

// Blanked in answers as in the recordings; a client has no business with either.
constexpr std::string_view no_key = "00000000000000000000000000000000";
constexpr std::string_view no_password = "REDACTED";

json::value to_value(std::string_view text) { return json::value(json::string(text)); }
json::value to_value(std::nullptr_t) { return json::value(); }
template <std::integral Number>
json::value to_value(Number n) {
    return json::value(static_cast<std::int64_t>(n));
}

template <class... Values>
record make(Values const&... values) {
    return record{to_value(values)...};
}

std::string ages_text(std::vector<int> const& ages) {
    return fmt::format("[{}]", fmt::join(ages, ","));
}
int flag(bool on) { return on ? 1 : 0; }

// Tables, laid out by hand: a resource's columns, then its rows.
// clang-format off
resource hotels() {
    return {"hotels", "hotels", "hotel", "Hotel Branch Information",
            {{"id", number}, {"phone"}, {"city"}, {"email"}, {"check_in"}, {"check_out"}, {"active", number}, {.name = "hotel_name", .translated = true}},
            [](shop const& s, state const&, wanted const&) {
                auto const& h = s.hotel;
                return records{make(h.id, h.phone, h.city, h.email, h.check_in, h.check_out, 1, h.name)};
            }};
}

resource room_types() {
    return {"room_types", "room_types", "room_type", "The room types",
            {{"id", number}, {"id_hotel", number, "hotels"}, {"adults", number}, {"children", number},
             {"id_tax_rules_group", number, "tax_rule_groups"}, {"price", money}, {"active", number}, {.name = "name", .translated = true}},
            [](shop const& s, state const&, wanted const&) {
                records all;
                for (auto const& t : s.room_types)
                    all.push_back(make(t.id, s.hotel.id, t.adults, t.children, t.tax_rules_group, decimal(t.price), 1, t.name));
                return all;
            }};
}

resource hotel_room_types() {
    return {"hotel_room_types", "hotel_room_types", "hotel_room_type", "Hotel room types",
            {{"id", number}, {"id_product", number, "products"}, {"id_hotel", number, "hotels"}, {"adults", number}, {"children", number},
             {"max_adults", number}, {"max_children", number}, {"max_guests", number}, {"min_los", number}, {"max_los", number}},
            [](shop const& s, state const&, wanted const&) {
                records all;
                std::int64_t id = 0;
                for (auto const& t : s.room_types)
                    all.push_back(make(++id, t.id, s.hotel.id, t.adults, t.children, t.max_adults, t.max_children, t.max_guests, t.min_los, t.max_los));
                return all;
            }};
}

resource hotel_rooms() {
    return {"hotel_rooms", "rooms", "room", "Hotel rooms",
            {{"id", number}, {"id_product", number, "products"}, {"id_hotel", number, "hotels"}, {"room_num"}, {"id_status", number}, {"floor"}},
            [](shop const& s, state const&, wanted const&) {
                records all;
                for (auto const& r : s.rooms) all.push_back(make(r.id, r.type, s.hotel.id, r.number, 1, "First"));
                return all;
            }};
}

resource services() {
    return {"services", "services", "service", "The services",
            {{"id", number}, {"id_tax_rules_group", number, "tax_rule_groups"}, {"price_calculation_method", number}, {"price", money},
             {"auto_add_to_cart", number}, {"price_addition_type", number}, {.name = "name", .translated = true}},
            [](shop const& s, state const&, wanted const&) {
                records all;
                for (auto const& x : s.services)
                    all.push_back(make(x.id, x.tax_rules_group, x.calculation_method, decimal(x.price), flag(x.auto_add), x.addition_type, x.name));
                return all;
            }};
}

resource configurations() {
    return {"configurations", "configurations", "configuration", "Shop configuration",
            {{"id", number}, {"value"}, {"name"}},
            [](shop const& s, state const&, wanted const&) {
                records all;
                std::int64_t id = 0;
                for (auto const& [name, value] : s.configuration) all.push_back(make(++id, value, name));
                return all;
            }};
}

resource order_states() {
    return {"order_states", "order_states", "order_state", "The Order states",
            {{"id", number}, {"unremovable", number}, {"delivery", number}, {"hidden", number}, {"send_email", number}, {"module_name"},
             {"invoice", number}, {"color"}, {"logable", number}, {"shipped", number}, {"paid", number}, {"pdf_delivery", number},
             {"pdf_invoice", number}, {"deleted", number}, {.name = "name", .translated = true}, {.name = "template", .translated = true}},
            [](shop const& s, state const&, wanted const&) {
                records all;
                for (auto const& [id, name] : s.order_states)
                    all.push_back(make(id, 1, 0, 0, 0, "", 0, "#4169E1", 0, 0, flag(name.find("received") != std::string::npos), 0, 0, 0, name, ""));
                return all;
            }};
}

resource order_histories() {
    return {"order_histories", "order_histories", "order_history", "The Order histories",
            {{"id", number}, {"id_employee", number}, {.name = "id_order_state", .what = number, .link = "order_states", .required = true},
             {.name = "id_order", .what = number, .link = "orders", .required = true}, {.name = "date_add", .what = moment, .date = true}},
            [](shop const&, state const& s, wanted const&) {
                records all;
                for (auto const& h : s.histories) all.push_back(make(h.id, 0, h.state, h.order, h.date_add));
                return all;
            }};
}

resource customers() {
    return {"customers", "customers", "customer", "The e-shop's customers",
            {{"id", number}, {"secure_key"}, {"passwd"}, {"lastname"}, {"firstname"}, {"email"}, {.name = "phone", .no_column = true}},
            [](shop const&, state const& s, wanted const&) {
                records all;
                for (auto const& c : s.customers) all.push_back(make(c.id, no_key, no_password, c.last, c.first, c.email, c.phone));
                return all;
            }};
}

resource orders() {
    return {"orders", "orders", "order", "The Customers orders",
            {{"id", number}, {"id_address_delivery", number, "addresses"}, {"id_address_invoice", number, "addresses"},
             {"id_address_tax", number, "addresses"}, {"id_cart", number, "carts"}, {"id_currency", number, "currencies"},
             {"id_lang", number, "languages"}, {"id_customer", number, "customers"}, {"current_state", number, "order_states"}, {"module"},
             {"invoice_number", number}, {"invoice_date", moment}, {"valid", number}, {.name = "date_add", .what = moment, .date = true},
             {.name = "date_upd", .what = moment, .date = true}, {.name = "transaction_id", .no_column = true}, {"secure_key"}, {"payment"},
             {"payment_type", number}, {"total_discounts", money}, {"total_discounts_tax_incl", money}, {"total_discounts_tax_excl", money},
             {"total_paid", money}, {"total_paid_tax_incl", money}, {"total_paid_tax_excl", money}, {"total_paid_real", money},
             {"total_products", money}, {"total_products_wt", money}, {"conversion_rate", money}, {"source"}, {"reference"},
             {"is_advance_payment", number}, {"advance_paid_amount", money}, {"with_occupancy", number}},
            [](shop const&, state const& s, wanted const& asked) {
                records all;
                for (auto const& o : s.orders)
                    if (!o.detached && asked("id", to_value(o.id)) && asked("source", to_value(o.source))) all.push_back(order_record(s, o));
                return all;
            },
            {{"bookings", "booking", R"(nodeType="booking" virtualEntity="true")", [](state const& s, std::int64_t order_id) {
                  std::vector<std::int64_t> ids;
                  for (auto const* row : s.rows_of(order_id)) ids.push_back(row->id);
                  return ids;
              }}}};
}

resource order_invoices() {
    return {"order_invoices", "order_invoices", "order_invoice", "The Order invoices",
            {{"id", number}, {"id_order", number}, {"number", number}, {"delivery_number", number}, {"delivery_date", moment},
             {"total_discount_tax_excl", money}, {"total_discount_tax_incl", money}, {"total_paid_tax_excl", money},
             {"total_paid_tax_incl", money}, {"total_products", money}, {"total_products_wt", money}, {"total_shipping_tax_excl", money},
             {"total_shipping_tax_incl", money}, {"shipping_tax_computation_method", number}, {"total_wrapping_tax_excl", money},
             {"total_wrapping_tax_incl", money}, {"shop_address"}, {"invoice_address"}, {"delivery_address"}, {"note"},
             {.name = "date_add", .what = moment, .date = true}},
            [](shop const& shop_, state const& s, wanted const&) {
                records all;
                auto const zero = decimal(0);
                for (auto const& i : s.invoices)
                    all.push_back(make(i.id, i.order, i.id, 0, no_moment, zero, zero, decimal(i.net), decimal(i.gross), decimal(i.net),
                                   decimal(i.gross), zero, zero, 0, zero, zero, shop_.name, "", "", "", i.date_add));
                return all;
            }};
}

resource order_payments() {
    return {"order_payments", "order_payments", "order_payment", "The Order payments",
            {{"id", number}, {"order_reference"}, {"id_currency", number, "currencies"}, {"amount", money}, {"payment_method"},
             {"payment_type", number}, {"conversion_rate", money}, {"transaction_id"}, {"card_number"}, {"card_brand"}, {"card_expiration"},
             {"card_holder"}, {.name = "date_add", .what = moment, .date = true}},
            [](shop const&, state const& s, wanted const&) {
                records all;
                for (auto const& p : s.payments)
                    all.push_back(make(p.id, p.order_reference, 1, decimal(p.amount, 2), "Order from API", p.payment_type, decimal(one), "", "", "",
                                   "", "", p.date_add));
                return all;
            }};
}

resource room_bookings() {
    return {"room_bookings", "bookings", "booking", "Room bookings",
            {{"id", number}, {.name = "id_product", .what = number, .link = "products", .required = true},
             {.name = "id_hotel", .what = number, .link = "hotels", .required = true},
             {.name = "id_order", .what = number, .link = "orders", .required = true}, {"id_order_detail", number}, {"id_cart", number},
             {.name = "id_room", .what = number, .required = true}, {.name = "id_customer", .what = number, .required = true},
             {.name = "booking_type", .what = number, .required = true}, {.name = "id_status", .what = number, .required = true}, {"comment"},
             {"check_in", moment}, {"check_out", moment}, {.name = "date_from", .what = moment, .required = true},
             {.name = "date_to", .what = moment, .required = true}, {"total_price_tax_excl", money}, {"total_price_tax_incl", money},
             {"total_paid_amount", money}, {"is_refunded", number}, {"is_cancelled", number}, {"is_back_order", number}, {"room_num"},
             {"room_type_name"}, {"hotel_name"}, {"city"}, {"state"}, {"country"}, {"zipcode"}, {"phone"}, {"email"}, {"check_in_time"},
             {"check_out_time"}, {"adults", number}, {"children", number}, {"child_ages"}, {.name = "date_add", .what = moment, .date = true},
             {.name = "date_upd", .what = moment, .date = true}},
            [](shop const& shop_, state const& s, wanted const& asked) {
                records all;
                for (auto const& row : s.rows)
                    if (asked("id", to_value(row.id)) && asked("id_order", to_value(row.order)) && asked("id_room", to_value(row.room)))
                        all.push_back(room_booking_record(shop_, row));
                return all;
            },
            {{"booking_extra_demands", "extra_demand", R"(nodeType="extra_demand" api="booking_extra_demands")",
              [](state const&, std::int64_t) { return std::vector<std::int64_t>{}; }}}};
}

}  // namespace
// clang-format on

std::size_t resource::position(std::string_view field_name) const noexcept {
    auto const found = std::ranges::find(fields, field_name, &field::name);
    return static_cast<std::size_t>(found - fields.begin());
}

std::vector<resource> const& resources() {
    static std::vector<resource> const all{
        configurations(),  customers(),      hotel_room_types(), hotel_rooms(),  hotels(),
        order_histories(), order_invoices(), order_payments(),   order_states(), orders(),
        room_bookings(),   room_types(),     services()};
    return all;
}

resource const* find_resource(std::string_view name) noexcept {
    auto const found = std::ranges::find(resources(), name, &resource::name);
    return found == resources().end() ? nullptr : &*found;
}

record order_record(state const& s, order const& o) {
    auto const net = s.net_of(o);
    auto const gross = net + s.tax_of(o);
    auto const zero = decimal(0);
    return make(o.id, 0, 0, 2, o.cart, 1, 1, o.customer, o.state, "wsorder", o.invoice,
                o.invoice_date, flag(o.state == 2), o.date_add, o.date_upd, nullptr, no_key,
                o.payment, o.payment_type, zero, zero, zero, decimal(gross), decimal(gross),
                decimal(net), decimal(o.paid), decimal(net), decimal(gross), decimal(one), o.source,
                o.reference, 0, decimal(gross), 0);
}

record room_booking_record(shop const& s, room_row const& row) {
    auto const* kind_of_room = s.find_type(row.type);
    auto const* its_room = s.find_room(row.room);
    auto const& h = s.hotel;
    auto const gross = row.net + row.tax;
    return make(row.id, row.type, h.id, row.order, row.order_detail, row.cart, row.room,
                row.customer, 1, row.status, row.comment, row.check_in, row.check_out,
                row.from + " 00:00:00", row.to + " 00:00:00", decimal(row.net), decimal(gross),
                decimal(gross), flag(row.refunded), flag(row.cancelled), flag(row.back_order),
                its_room ? its_room->number : "", kind_of_room ? kind_of_room->name : "", h.name,
                h.city, h.state, h.country, h.zipcode, h.phone, h.email, h.check_in, h.check_out,
                row.adults, row.children, ages_text(row.child_ages), row.date_add, row.date_upd);
}

}  // namespace agente::qloapps::simulation
