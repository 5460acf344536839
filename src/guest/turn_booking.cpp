// The part of a turn that books, and says what came of it.
#include "base/log.hpp"
#include "guest/calendar.hpp"
#include "guest/turn_script.hpp"

namespace agente::guest {

// `repeated`: the outcome of an order already placed is asked for; the booking service knows it by
// its key.
task<> turn_script::place_order(bool repeated) {
    if (c_.summary_key.empty() || !w_.arrival || !w_.departure || !w_.adults ||
        w_.room_type_id == 0) {
        // Only a session written by hand gets here.
        c_.state = state::idle;
        co_return co_await next_step();
    }
    auto const what = asked();
    booking::order order{.request_key = c_.summary_key,
                         .guest_address = around_.guest,
                         .recipient = around_.recipient,
                         .language = std::string(language_code(c_.language)),
                         .stay = what.stay,
                         .room_type_id = w_.room_type_id,
                         .room_type_name = w_.room_type_name,
                         .rooms = w_.rooms,
                         .occupancy = what.party,
                         .guest = {w_.first_name, w_.last_name, w_.email, around_.guest},
                         .quoted_total = c_.summary_total,
                         .remark = {}};
    auto const outcome = co_await book_(std::move(order));
    log::info("guest.booking_outcome", {{"outcome", booking::to_string(outcome.what)},
                                        {"reference", outcome.reference},
                                        {"asked_again", repeated}});
    if (!outcome.reference.empty()) c_.booking_reference = outcome.reference;
    if (outcome.what == booking::outcome::kind::confirmed) co_return booked(outcome);
    if (outcome.what == booking::outcome::kind::unknown) {
        say_.say(text_id::settling);
        c_.state = state::settling;
        co_return;
    }
    co_await not_booked(outcome);
}

void turn_script::booked(booking::outcome const& o) {
    auto const known = desk::booking_in(o);
    c_.state = state::booked;
    if (!known) {
        say_.say(
            text_id::booked_no_details,
            {{"number", c_.booked_pms_id != 0 ? std::to_string(c_.booked_pms_id) : o.reference}});
        return;
    }
    c_.booked_pms_id = known->number();
    if (!known->live()) {
        say_.say(text_id::booking_gone);
        suggest_person(true);
        return;
    }
    arguments with{{"number", known->number()},
                   {"room", w_.room_type_name},
                   {"arrival", known->stay().arrival()},
                   {"departure", known->stay().departure()},
                   {"nights", known->stay().nights()},
                   {"name", w_.first_name + " " + w_.last_name},
                   {"total", known->total()},
                   {"hotel", around_.hotel_name}};
    say_.say(text_id::booked, with);
    if (known->total_differs()) {
        say_.say(text_id::booked_total_differs);
        say_.offer("person", text_id::button_person);
    }
}

task<> turn_script::not_booked(booking::outcome const& o) {
    using kind = booking::outcome::kind;
    // Nothing is booked under the old key: the next yes is a new order.
    c_.summary_key = around_.turn_id;
    c_.state = state::confirm;
    switch (o.what) {
        case kind::price_changed: {
            say_.say(text_id::price_changed);
            auto const now = desk::offer_in(o);
            if (now && now->bookable())
                show_summary(*now);
            else
                co_await summary();
            co_return;
        }
        case kind::sold_out:
            say_.say(text_id::sold_out, {{"room", w_.room_type_name}});
            w_.room_type_id = 0;
            w_.room_type_name.clear();
            c_.room_checked = false;
            co_await settle_room();
            co_return;
        case kind::busy:
            say_.say(text_id::busy);
            say_.offer("book:" + c_.summary_key, text_id::button_retry);
            say_.offer("keep:" + c_.summary_key, text_id::button_no);
            co_return;
        case kind::refused:
            say_.say(text_id::refused);
            suggest_person(true);
            co_return;
        case kind::not_checked:
        case kind::confirmed:
        case kind::unknown:
            say_.say(text_id::not_checked);
            say_.say(text_id::nothing_booked_yet);
            say_.offer("book:" + c_.summary_key, text_id::button_retry);
            suggest_person(false);
            co_return;
    }
}

}  // namespace agente::guest
