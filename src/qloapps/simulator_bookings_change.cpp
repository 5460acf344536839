// PUT of bookings: stays are matched by room type and both dates; what is not listed goes, what is
// new is added.
#include "qloapps/simulator_bookings.hpp"
#include "qloapps/simulator_input.hpp"

namespace agente::qloapps::simulation {

namespace json = boost::json;

namespace {

// Takes the rows a wanted stay already has; what it still needs stays in it.
std::vector<std::int64_t> keep_rows(state const& s, std::int64_t order_id,
                                    std::vector<std::int64_t> const& taken, wanted_stay& stay) {
    std::vector<std::int64_t> kept;
    for (auto const* row : s.rows_of(order_id)) {
        bool const same = row->type == stay.type && row->from == stay.from && row->to == stay.to;
        if (!same || std::ranges::find(taken, row->id) != taken.end() ||
            static_cast<int>(kept.size()) == stay.count)
            continue;
        kept.push_back(row->id);
    }
    return kept;
}

// A listed room sets guests and services; no list at all strips the first room of its services,
// price and all.
void update_kept(desk& at, std::vector<std::int64_t> const& kept, wanted_stay const& stay) {
    for (std::size_t i = 0; i < kept.size(); ++i) {
        auto* const still = at.state.find_row(kept[i]);
        if (!still) continue;  // another PUT took it away meanwhile
        auto& row = *still;
        row.date_upd = at.now;
        if (stay.rooms.empty()) {
            if (i == 0) row.services.clear();
            continue;
        }
        auto const& asked = stay.rooms[i];
        if (auto const adult = number_of(asked, "adult")) row.adults = static_cast<int>(*adult);
        row.services.clear();
        for (auto const& entry : list_of(asked, "services")) {
            if (!entry.is_object()) continue;
            auto const* found =
                at.shop.find_service(number_of(entry.get_object(), "id_service").value_or(0));
            if (!found) continue;
            auto const quantity = static_cast<int>(std::clamp<std::int64_t>(
                number_of(entry.get_object(), "quantity").value_or(1), 1, 100));
            auto const net = service_net(*found, nights_between(row.from, row.to), quantity);
            row.services.push_back({found->id, quantity, net, at.shop.tax_of(net)});
        }
    }
}

void apply_status(desk& at, order& o, json::object const& asked) {
    auto const status = number_of(asked, "booking_status").value_or(0);
    auto const go = [&](std::string_view name) {
        if (auto const to = at.shop.configured(name); o.state != to)
            at.state.set_state(at.shop, o, to, at.now);
    };
    if (status == 1 && number_of(asked, "payment_status") == 3) go("PS_OS_AWAITING_PAYMENT");
    if (status == 2) go("PS_OS_PAYMENT_ACCEPTED");
    if (status == 3) go("PS_OS_CANCELED");
    if (status == 4) go("PS_OS_REFUND");
}

void apply_guest(customer& guest, json::object const& asked) {
    if (has(asked, "firstname")) guest.first = text_of(asked, "firstname");
    if (has(asked, "lastname")) guest.last = text_of(asked, "lastname");
    guest.phone = text_of(asked, "phone");
}

}  // namespace

std::variant<change_plan, http::response> plan_change(desk const& at, json::object const& asked) {
    auto const id = number_of(asked, "id");
    if (!id) return rejected(at.form, "id is required with PUT requests.");
    if (!at.state.find_order(*id)) return rejected(at.form, "Booking not found.");
    auto const& associations = object_of(asked, "associations");
    auto const* known =
        at.state.find_customer(text_of(object_of(associations, "customer_detail"), "email"));
    if (!known) return rejected(at.form, "Customer not found.");
    if (!has(associations, "room_types"))
        return rejected(at.form, "Rooms not found in the request.");
    if (auto const why = refuse_statuses(asked); !why.empty()) return rejected(at.form, why);
    auto read = read_stays(at.shop, list_of(associations, "room_types"));
    if (auto const* why = std::get_if<std::string>(&read)) return rejected(at.form, *why);

    change_plan plan{.order = *id, .customer = known->id};
    std::vector<std::int64_t> kept;
    std::vector<wanted_stay> missing;
    for (auto& stay : std::get<std::vector<wanted_stay>>(read)) {
        auto rows = keep_rows(at.state, *id, kept, stay);
        kept.insert(kept.end(), rows.begin(), rows.end());
        auto rest = stay;
        rest.count -= static_cast<int>(rows.size());
        if (!rest.rooms.empty())
            rest.rooms.erase(rest.rooms.begin(),
                             rest.rooms.begin() + static_cast<std::ptrdiff_t>(rows.size()));
        if (rest.count > 0) missing.push_back(std::move(rest));
        plan.kept.push_back({std::move(rows), std::move(stay)});
    }
    for (auto const* row : at.state.rows_of(*id))
        if (std::ranges::find(kept, row->id) == kept.end()) plan.gone.push_back(row->id);
    auto added = choose_rooms(at, missing, plan.warnings);
    if (!added) return rejected(at.form, "Requested room(s) not available");
    plan.added = std::move(*added);
    return plan;
}

http::response carry_out(desk& at, change_plan const& plan, json::object const& asked) {
    auto* const o = at.state.find_order(plan.order);
    auto* const known = at.state.find_customer(plan.customer);
    if (!o || !known) return rejected(at.form, "Booking not found.");  // reset meanwhile
    for (auto const& [rows, stay] : plan.kept) update_kept(at, rows, stay);
    for (auto const& planned : plan.added)
        at.state.rows.push_back(make_row(at, planned, *o, ++at.state.last.order_detail));
    std::erase_if(at.state.rows, [&](room_row const& row) {
        return std::ranges::find(plan.gone, row.id) != plan.gone.end();
    });
    auto const& associations = object_of(asked, "associations");
    apply_guest(*known, object_of(associations, "customer_detail"));
    auto const remark = without_tags(text_of(asked, "remark"));
    if (!remark.empty() && std::ranges::find(o->remarks, remark) == o->remarks.end())
        o->remarks.insert(o->remarks.begin(), remark);
    if (auto const paid = micros_of(object_of(associations, "price_details"), "total_paid"))
        o->paid = *paid;
    o->date_upd = at.now;
    apply_status(at, *o, asked);
    if (!plan.warnings.empty() && at.shop.warnings_are_errors)
        return errors(at.form, 500, plan.warnings);
    return show(at, *o);
}

}  // namespace agente::qloapps::simulation
