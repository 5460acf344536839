// What POST and PUT of bookings write.
#include "qloapps/simulator_bookings.hpp"

#include "qloapps/simulator_input.hpp"

namespace agente::qloapps::simulation {

namespace json = boost::json;

namespace {

constexpr std::string_view invoice_file = "classes/pdf/HTMLTemplateInvoice.php";

// Nine letters, another nine for every id: a multiplication modulo 26^9 by a number without a
// common factor.
std::string reference_of(std::int64_t order_id) {
    constexpr std::uint64_t modulus = 5'429'503'678'976;
    auto rest = (static_cast<std::uint64_t>(order_id) * 1'234'567 + 987'654'321'987) % modulus;
    std::string letters(9, 'A');
    for (auto& letter : letters) {
        letter = static_cast<char>('A' + rest % 26);
        rest /= 26;
    }
    return letters;
}

customer& store_guest(state& s, customer const& guest) {
    auto* known = guest.id != 0 ? s.find_customer(guest.id) : s.find_customer(guest.email);
    if (!known) {
        s.customers.push_back(guest);
        known = &s.customers.back();
        known->id = ++s.last.customer;
        return *known;
    }
    known->first = guest.first;
    known->last = guest.last;
    known->phone = guest.phone;
    return *known;
}

void take_payment(desk& at, order& o, std::int64_t paid, std::int64_t gross) {
    o.paid = paid;
    at.state.payments.push_back(
        {++at.state.last.payment, o.id, o.reference, paid, o.payment_type, at.now});
    if (o.invoice == 0) {
        o.invoice = ++at.state.last.invoice;
        o.invoice_date = at.now;
        at.state.invoices.push_back({o.invoice, o.id, at.state.net_of(o), gross, at.now});
    }
}

std::int64_t initial_state(shop const& s, int booking_status) {
    if (booking_status == 2) return s.configured("PS_OS_PAYMENT_ACCEPTED");
    if (booking_status == 3) return s.configured("PS_OS_CANCELED");
    if (booking_status == 4) return s.configured("PS_OS_REFUND");
    return s.configured("PS_OS_AWAITING_PAYMENT");
}

}  // namespace

room_row make_row(desk& at, planned_room const& planned, order const& o,
                  std::int64_t order_detail) {
    room_row row;
    row.id = ++at.state.last.row;
    row.order = o.id;
    row.order_detail = order_detail;
    row.cart = o.cart;
    row.type = planned.type;
    row.room = planned.room;
    row.customer = o.customer;
    row.from = planned.from;
    row.to = planned.to;
    row.adults = planned.adults;
    row.children = planned.children;
    row.child_ages = planned.child_ages;
    row.net = planned.net;
    row.tax = planned.tax;
    row.services = planned.services;
    row.date_add = row.date_upd = at.now;
    return row;
}

http::response carry_out(desk& at, booking_plan const& plan, race_outcome loser) {
    auto& s = at.state;
    order o;
    o.customer = store_guest(s, plan.guest).id;
    o.id = ++s.last.order;
    o.cart = ++s.last.cart;
    o.source = plan.source;
    o.reference = reference_of(o.id);
    o.payment = plan.payment_method;
    o.payment_type = plan.payment_type;
    o.date_add = plan.booking_date.empty() ? at.now : plan.booking_date;
    o.date_upd = at.now;
    if (!plan.remark.empty()) o.remarks.push_back(plan.remark);

    std::vector<bool>
        lost;  // before any row of this order is there: two rooms of one order do not race
    for (auto const& planned : plan.rooms)
        lost.push_back(!s.is_free(planned.room, planned.from, planned.to));
    auto const detail = ++s.last.order_detail;
    for (std::size_t i = 0; i < plan.rooms.size(); ++i) {
        auto row = make_row(at, plan.rooms[i], o, detail);
        s.last.order_detail += static_cast<std::int64_t>(row.services.size());
        if (lost[i] && loser == race_outcome::flag_loser)
            row.back_order = row.cancelled = row.refunded = true;
        s.rows.push_back(std::move(row));
    }
    s.orders.push_back(std::move(o));
    auto& stored = s.orders.back();
    s.set_state(at.shop, stored, initial_state(at.shop, plan.booking_status), at.now);

    auto warnings = plan.warnings;
    auto const gross = s.net_of(stored) + s.tax_of(stored);
    if (plan.paid >= gross && gross > 0) {
        stored.state = at.shop.configured("PS_OS_PAYMENT_ACCEPTED");
        take_payment(at, stored, plan.paid, gross);
    } else if (plan.paid > 0) {
        stored.state = at.shop.configured("PS_OS_PARTIAL_PAYMENT_ACCEPTED");
        take_payment(at, stored, plan.paid, gross);
        warnings.push_back(
            php_warning("Attempt to read property \"show_full_date\" on null", invoice_file, 476));
    }
    if (plan.total_with_tax && *plan.total_with_tax > gross)
        stored.raised = *plan.total_with_tax - gross;
    if (plan.total_with_tax && *plan.total_with_tax < gross)
        return php_fatal(500);  // PHP dies after the work, at the full price
    if (!warnings.empty() && at.shop.warnings_are_errors) return errors(at.form, 500, warnings);
    return show(at, stored);
}

}  // namespace agente::qloapps::simulation
