// The part of a turn that is about rooms: which are free, why not, and when else.
#include "guest/calendar.hpp"
#include "guest/turn_script.hpp"

namespace agente::guest {
namespace {

constexpr std::size_t most_other_dates = 3;

bool all_for(std::vector<stated_offer> const& offers, hotel::obstacle why) {
    return !offers.empty() &&
           std::ranges::all_of(offers, [&](stated_offer const& o) { return o.why_not() == why; });
}

}  // namespace

task<bool> turn_script::settle_room() {
    auto const* offers = co_await desk_.offers(asked());
    if (!offers) {
        cannot_check();
        co_return false;
    }
    auto const chosen = std::ranges::find(*offers, w_.room_type_id,
                                          [](stated_offer const& o) { return o.room_type_id(); });
    if (w_.room_type_id != 0 && chosen != offers->end()) {
        if (chosen->bookable()) {
            w_.room_type_name = chosen->name();
            c_.room_checked = true;
            // The summary says all of it; before that the guest hears it here.
            bool const summary_follows =
                !w_.first_name.empty() && !w_.last_name.empty() && !w_.email.empty();
            if (!summary_follows) {
                auto with = about_stay();
                with.emplace_back("room", chosen->name());
                with.emplace_back("total", chosen->total());
                say_.say(text_id::room_free, with);
            }
            co_return true;
        }
        auto const* known = co_await desk_.catalogue();
        explain_room(*chosen, known);
    }
    w_.room_type_id = 0;
    w_.room_type_name.clear();
    c_.room_checked = false;
    co_await show_rooms(*offers);
    co_return false;
}

void turn_script::explain_room(stated_offer const& o, hotel::catalogue const* known) {
    auto const* type = known ? known->find(o.room_type_id()) : nullptr;
    if (o.why_not() == hotel::obstacle::too_many_guests) {
        say_.say(text_id::room_too_small, {{"room", o.name()}});
    } else if (o.why_not() == hotel::obstacle::stay_too_short && type) {
        say_.say(text_id::min_nights, {{"room", o.name()}, {"least", type->min_nights}});
    } else if (o.why_not() == hotel::obstacle::stay_too_long && type) {
        say_.say(text_id::max_nights, {{"room", o.name()}, {"most", type->max_nights}});
    } else {
        say_.say(text_id::room_not_free,
                 {{"room", o.name()}, {"arrival", *w_.arrival}, {"departure", *w_.departure}});
    }
}

task<> turn_script::show_rooms(std::vector<stated_offer> const& offers) {
    std::vector<stated_offer const*> free;
    for (auto const& o : offers)
        if (o.bookable()) free.push_back(&o);
    if (free.empty()) co_return co_await nothing_bookable(offers);

    std::ranges::stable_sort(free, {},
                             [](stated_offer const* o) { return o->amount_to_compare().micros; });
    if (free.size() > limits::rows) free.resize(limits::rows);
    say_.say(text_id::offers, about_stay());
    c_.rooms_shown.clear();
    for (auto const* o : free) {
        say_.offer("room:" + std::to_string(o->room_type_id()), o->name(),
                   say_.words().say(text_id::offer_row,
                                    {{"total", o->total()}, {"left", o->rooms_left()}}));
        c_.rooms_shown.push_back({o->room_type_id(), o->name()});
    }
    say_.list_button(text_id::see_rooms);
    say_.say(text_id::ask_room);
    c_.state = state::room;
}

task<> turn_script::nothing_bookable(std::vector<stated_offer> const& offers) {
    if (all_for(offers, hotel::obstacle::too_many_guests))
        co_return co_await explain_party_too_big();
    if (all_for(offers, hotel::obstacle::stay_too_short) ||
        all_for(offers, hotel::obstacle::stay_too_long)) {
        auto const* known = co_await desk_.catalogue();
        explain_room(offers.front(), known);
        say_.say(text_id::ask_dates);
        c_.state = state::arrival;
        co_return;
    }
    bool const some_left = std::ranges::any_of(offers, [](stated_offer const& o) {
        return o.why_not() == hotel::obstacle::too_few_rooms;
    });
    if (some_left)
        say_.say(text_id::only_few_rooms,
                 {{"arrival", *w_.arrival}, {"departure", *w_.departure}, {"rooms", w_.rooms}});
    else
        say_.say(text_id::nothing_free, {{"arrival", *w_.arrival}, {"departure", *w_.departure}});
    co_await show_other_dates();
}

task<> turn_script::explain_party_too_big() {
    auto const* known = co_await desk_.catalogue();
    if (!known) co_return cannot_check();
    int largest = 0;
    for (auto const& type : known->room_types) largest = std::max(largest, type.max_guests);
    say_.say(text_id::party_too_big, {{"most", largest}});
    hotel::occupancy const party{*w_.adults, w_.child_ages};
    for (int rooms = w_.rooms + 1;
         rooms <= std::min(around_.dialogue.limits.most_rooms, party.adults); ++rooms) {
        bool const enough = std::ranges::any_of(known->room_types, [&](hotel::room_type const& t) {
            return hotel::fits(t, party, rooms);
        });
        if (!enough) continue;
        say_.say(text_id::party_needs_rooms, {{"rooms", rooms}});
        say_.offer("rooms:" + std::to_string(rooms), text_id::button_rooms, {{"rooms", rooms}});
        say_.offer("person", text_id::button_person);
        c_.suggested_rooms = rooms;
        c_.state = state::guests;
        co_return;
    }
    c_.state = state::guests;
    suggest_person(true);
}

task<> turn_script::show_other_dates() {
    if (!around_.looks_for_other_dates) {
        c_.dates_shown.clear();
        say_.say(text_id::ask_dates);
        c_.state = state::arrival;
        co_return;
    }
    auto const near =
        co_await desk_.nearby(asked(), w_.room_type_id, around_.dialogue.today, most_other_dates);
    c_.dates_shown.clear();
    if (near.empty()) {
        say_.say(desk_.failed() ? text_id::not_checked : text_id::no_other_dates);
        c_.state = state::arrival;
        co_return;
    }
    say_.say(text_id::other_dates);
    for (auto const& o : near) {
        auto const arrival = o.stay().arrival();
        auto const departure = o.stay().departure();
        say_.offer(
            "stay:" + hotel::to_iso(arrival) + ":" + hotel::to_iso(departure),
            say_.words().short_day(arrival) + " – " + say_.words().short_day(departure),
            say_.words().say(text_id::other_dates_row, {{"room", o.name()}, {"total", o.total()}}));
        c_.dates_shown.push_back({arrival, departure});
    }
    say_.list_button(text_id::see_dates);
    c_.state = state::other_dates;
}

}  // namespace agente::guest
