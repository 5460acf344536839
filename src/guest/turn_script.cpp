#include "guest/turn_script.hpp"

#include "guest/calendar.hpp"

namespace agente::guest {

task<> turn_script::run(decision what) {
    for (auto const& l : what.first) say_.say(l);
    co_await answer_sides(what.sides);
    switch (what.next) {
        case act::advance: co_await next_step(); break;
        case act::ask_dates:
            say_.say(text_id::ask_dates);
            c_.state = state::arrival;
            break;
        case act::remind: remind(); break;
        case act::book:
            if (!around_.may_book) co_return hand_over();
            co_await place_order(false);
            break;
        case act::ask_outcome: co_await place_order(true); break;
        case act::say_booked: say_.say(text_id::already_booked); [[fallthrough]];
        case act::tell_number:
            say_.say(text_id::booked_no_details,
                     {{"number", c_.booked_pms_id != 0 ? std::to_string(c_.booked_pms_id)
                                                       : c_.booking_reference}});
            break;
        case act::greet:
            say_.say(c_.introduced && c_.state != state::idle ? text_id::greet_again
                                                              : text_id::greet);
            if (c_.state != state::booked) remind();
            break;
        case act::help:
            say_.say(text_id::help);
            remind();
            break;
        case act::cancel_all:
            release(c_);
            say_.say(text_id::cancelled);
            break;
        case act::decline:
            say_.say(text_id::declined);
            say_.offer("change:dates", text_id::button_dates);
            say_.offer("change:room", text_id::button_room);
            say_.offer("cancel", text_id::button_cancel);
            break;
        case act::existing_booking:
            say_.say(text_id::existing_booking);
            suggest_person(true);
            break;
        case act::hand_over: co_return hand_over();
        case act::offer_person: what.offer_person = true; break;
        case act::not_understood:
            say_.say(text_id::not_understood);
            if (!what.offer_person) remind();
            break;
        case act::write_text: say_.say(text_id::write_text); break;
    }
    if (what.offer_person && !c_.person_offered) suggest_person(true);
}

void turn_script::hand_over() {
    say_.say(text_id::handed_over, {{"hotel", around_.hotel_name}});
    say_.say_own(around_.handover);
    c_.handed_over = true;
    c_.handed_over_at = around_.now;
}

question turn_script::asked() const {
    return {hotel::stay::make(*w_.arrival, *w_.departure).value(),
            {w_.adults.value_or(1), w_.child_ages},
            w_.rooms};
}

void turn_script::with_party(arguments& into) const {
    into.emplace_back("adults", w_.adults.value_or(0));
    into.emplace_back("children", w_.children.value_or(0));
    into.emplace_back("rooms", w_.rooms);
}

arguments turn_script::about_stay() const {
    arguments with{{"arrival", *w_.arrival},
                   {"departure", *w_.departure},
                   {"nights", days_between(*w_.arrival, *w_.departure)}};
    with_party(with);
    return with;
}

task<> turn_script::next_step() {
    if (ask_stay_or_party()) co_return;
    bool const known = !w_.first_name.empty() && !w_.last_name.empty() && !w_.email.empty();
    if (w_.room_type_id == 0 || !c_.room_checked) {
        if (!co_await settle_room()) co_return;
    }
    if (known)
        co_await summary();
    else
        ask_name_or_email();
}

bool turn_script::ask_stay_or_party() {
    if (!w_.arrival) {
        if (w_.month)
            say_.say(text_id::ask_days_in, {{"month", *w_.month}});
        else
            say_.say(text_id::ask_dates);
        c_.state = state::arrival;
    } else if (!w_.departure) {
        say_.say(text_id::ask_departure, {{"arrival", *w_.arrival}});
        c_.state = state::departure;
    } else if (!w_.adults) {
        bool const children_told = w_.children.value_or(0) > 0 || w_.some_children;
        say_.say(children_told ? text_id::ask_adults : text_id::ask_guests);
        c_.state = state::guests;
    } else if (w_.some_children) {
        say_.say(text_id::ask_children);
        c_.state = state::ages;
    } else if (auto const missing =
                   w_.children.value_or(0) - static_cast<int>(w_.child_ages.size());
               missing > 0) {
        say_.say(text_id::ask_ages, {{"missing", missing}});
        c_.state = state::ages;
    } else {
        return false;
    }
    return true;
}

void turn_script::ask_name_or_email() {
    if (w_.first_name.empty()) {
        say_.say(text_id::ask_name);
        c_.state = state::name;
    } else if (w_.last_name.empty()) {
        say_.say(text_id::ask_surname, {{"first", w_.first_name}});
        c_.state = state::surname;
    } else if (!c_.suggested_email.empty()) {
        say_.say(text_id::email_meant, {{"email", c_.suggested_email}});
        say_.offer("email:yes", text_id::button_use_email);
        say_.offer("email:no", text_id::button_no);
        c_.state = state::email_check;
    } else {
        say_.say(text_id::ask_email);
        c_.state = state::email;
    }
}

task<> turn_script::summary() {
    auto const* offers = co_await desk_.offers(asked());
    if (!offers) co_return cannot_check();
    auto const chosen = std::ranges::find(*offers, w_.room_type_id,
                                          [](stated_offer const& o) { return o.room_type_id(); });
    if (chosen != offers->end() && chosen->bookable()) co_return show_summary(*chosen);
    c_.room_checked = false;
    if (co_await settle_room()) ask_name_or_email();
}

void turn_script::show_summary(stated_offer const& o) {
    auto with = about_stay();
    with.emplace_back("room", o.name());
    with.emplace_back("name", w_.first_name + " " + w_.last_name);
    with.emplace_back("email", w_.email);
    with.emplace_back("total", o.total());
    say_.say(text_id::summary, with);
    c_.summary_key = around_.turn_id;
    c_.summary_total = o.amount_to_compare();
    w_.room_type_name = o.name();
    say_.offer("book:" + c_.summary_key, text_id::button_yes);
    say_.offer("keep:" + c_.summary_key, text_id::button_no);
    c_.state = state::confirm;
}

task<> turn_script::answer_sides(std::vector<side> const& sides) {
    for (auto const s : sides) {
        switch (s) {
            case side::thanks: say_.say(text_id::thanks); continue;
            case side::bye: say_.say(text_id::bye); continue;
            case side::off_topic:
                say_.say(text_id::off_topic, {{"hotel", around_.hotel_name}});
                continue;
            case side::not_known:
                say_.say(text_id::not_known);
                // Where another question is open, a "yes" answers that one.
                c_.person_offered = c_.state == state::idle || c_.state == state::booked;
                say_.offer("person", text_id::button_person);
                continue;
            case side::times:
            case side::contact: break;
        }
        auto const* known = co_await desk_.catalogue();
        if (!known) {
            say_.say(text_id::not_checked);
            suggest_person(false);
            continue;
        }
        bool const times =
            s == side::times && !known->check_in.empty() && !known->check_out.empty();
        bool const phone = s == side::contact && !known->phone.empty();
        bool const email = s == side::contact && !known->email.empty();
        if (times)
            say_.say(text_id::times,
                     {{"check_in", known->check_in}, {"check_out", known->check_out}});
        else if (phone && email)
            say_.say(text_id::contact, {{"phone", known->phone}, {"email", known->email}});
        else if (phone)
            say_.say(text_id::phone_only, {{"phone", known->phone}});
        else if (email)
            say_.say(text_id::email_only, {{"email", known->email}});
        else
            say_.say(text_id::not_known);
    }
}

// Prices are never repeated from memory, so that a list or a summary is only pointed at.
void turn_script::remind() {
    switch (c_.state) {
        case state::idle:
        case state::booked:
        case state::settling: return;
        case state::arrival:
        case state::departure:
        case state::guests:
        case state::ages:
            if (ask_stay_or_party()) return;
            say_.say(text_id::ask_dates);
            return;
        case state::room: say_.say(text_id::ask_room); return;
        case state::other_dates: say_.say(text_id::ask_dates); return;
        case state::name:
        case state::surname:
        case state::email:
        case state::email_check: ask_name_or_email(); return;
        case state::confirm:
            say_.say(text_id::confirm_unclear);
            say_.offer("book:" + c_.summary_key, text_id::button_yes);
            say_.offer("keep:" + c_.summary_key, text_id::button_no);
            return;
    }
}

void turn_script::cannot_check() {
    say_.say(text_id::not_checked);
    say_.offer("retry", text_id::button_retry);
    suggest_person(false);
}

void turn_script::suggest_person(bool with_go_on) {
    say_.say(text_id::offer_person);
    say_.offer("person", text_id::button_person);
    if (with_go_on) say_.offer("go_on", text_id::button_go_on);
    c_.person_offered = true;
}

}  // namespace agente::guest
