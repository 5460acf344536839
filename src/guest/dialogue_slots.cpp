#include "base/text.hpp"
#include "guest/slot_filler.hpp"

namespace agente::guest {
namespace {

constexpr std::size_t most_echo = 60;  // code points of the guest's own words repeated to them

}  // namespace

taken slot_filler::run() {
    choice();
    if (c_.state == state::settling)
        return std::move(out_);  // what was ordered stays as it was ordered
    if (c_.state == state::booked && wants_another()) begin_another();
    entry();
    answer_to_suggestions();
    changes();
    stay();
    party();
    room();
    name();
    email();
    forget_passed_dates();
    return std::move(out_);
}

bool slot_filler::wants_another() const {
    return u_.stay.any() || u_.party.any() || !u_.rooms.empty() || intends(intent::booking) ||
           intends(intent::availability) || intends(intent::price);
}

// The guest's name and address stay known; the summary shows them.
void slot_filler::begin_another() {
    wishes fresh;
    fresh.first_name = w_.first_name;
    fresh.last_name = w_.last_name;
    fresh.email = w_.email;
    w_ = std::move(fresh);
    c_.state = state::idle;
    c_.summary_key.clear();
    c_.room_checked = false;
}

void slot_filler::drop_room() {
    w_.room_type_id = 0;
    w_.room_type_name.clear();
    c_.room_checked = false;
}

void slot_filler::stay() {
    auto const& s = u_.stay;
    if (s.no_such_day) {
        wrong(text_id::no_such_day);
        out_.ask_dates = true;
    }
    auto arrival = w_.arrival;
    auto departure = w_.departure;
    auto nights = s.nights ? s.nights : w_.nights;
    if (s.month && !s.arrival) {
        w_.month = s.month;
        if (c_.state == state::arrival || !w_.arrival) arrival.reset();
    }
    if (s.arrival) {
        // A date alone moves the stay that was planned; together with a departure or nights it
        // replaces it.
        auto const planned =
            arrival && departure ? std::optional(days_between(*arrival, *departure)) : std::nullopt;
        arrival = s.arrival;
        bool const keeps_departure = !s.arrival_alone && departure && *departure > *arrival;
        if (!s.departure && !s.nights && planned && !keeps_departure)
            departure = plus_days(*arrival, *planned);
        else if (!s.departure && !keeps_departure)
            departure.reset();
    }
    if (s.departure)
        departure = s.departure;
    else if (arrival && nights && (s.nights || !departure))
        departure = plus_days(*arrival, *nights);
    if (s.nights && !arrival) w_.nights = nights;
    if (arrival == w_.arrival && departure == w_.departure) return;
    if (!possible(arrival, departure)) return;
    w_.arrival = arrival;
    w_.departure = departure;
    if (departure) w_.nights.reset();
    w_.month.reset();
    c_.room_checked = false;
}

bool slot_filler::possible(std::optional<year_month_day> arrival,
                           std::optional<year_month_day> departure) {
    if (arrival && *arrival < context_.today) {
        wrong(text_id::dates_past, {{"day", *arrival}, {"today", context_.today}});
        return ask_dates_again();
    }
    if (!arrival && departure && *departure <= context_.today) {
        wrong(text_id::dates_past, {{"day", *departure}, {"today", context_.today}});
        return ask_dates_again();
    }
    auto const last = plus_days(context_.today, context_.limits.most_days_ahead);
    if (arrival && *arrival > last) {
        wrong(text_id::stay_too_far, {{"last", last}});
        return ask_dates_again();
    }
    if (!arrival || !departure) return true;
    if (*departure <= *arrival) {
        wrong(text_id::dates_reversed, {{"arrival", *arrival}, {"departure", *departure}});
        return ask_dates_again();
    }
    if (days_between(*arrival, *departure) > context_.limits.most_nights) {
        beyond(text_id::stay_too_long, {{"most", context_.limits.most_nights}});
        return ask_dates_again();
    }
    return true;
}

// What was agreed before stays, but the question is open again.
bool slot_filler::ask_dates_again() {
    w_.nights.reset();
    out_.ask_dates = true;
    return false;
}

void slot_filler::party() {
    auto const& p = u_.party;
    if (!p.any()) return;
    auto next = w_;
    if (p.adults) next.adults = *p.adults > 0 ? p.adults : std::nullopt;
    if (p.some_children) {
        next.some_children = true;
        next.children.reset();
        next.child_ages.clear();
    }
    children(next);
    if (p.adults && !next.children && !next.some_children) next.children = 0;
    if (p.rooms) next.rooms = *p.rooms;

    auto const people = next.adults.value_or(0) + next.children.value_or(0);
    if (people > context_.limits.most_people)
        return beyond(text_id::group_too_big, {{"people", people}});
    if (next.rooms > context_.limits.most_rooms)
        return beyond(text_id::too_many_rooms, {{"most", context_.limits.most_rooms}});
    if (next.adults && next.rooms > *next.adults) {
        wrong(text_id::rooms_without_adult, {{"rooms", next.rooms}});
        next.rooms = std::min(w_.rooms, *next.adults);
    }
    if (next != w_) c_.room_checked = false;
    w_ = std::move(next);
}

void slot_filler::children(wishes& next) const {
    auto const& p = u_.party;
    bool const answering = c_.state == state::ages;
    if (answering && next.some_children && p.children_from_ages && p.child_ages.size() == 1) {
        next.children = p.child_ages.front();  // "¿cuántos niños?" "2"
        next.some_children = false;
        return;
    }
    if (answering && next.children && !p.child_ages.empty() &&
        p.child_ages.size() + next.child_ages.size() <= static_cast<std::size_t>(*next.children)) {
        next.child_ages.insert(next.child_ages.end(), p.child_ages.begin(), p.child_ages.end());
        return;
    }
    if (!p.children) return;
    next.some_children = false;
    if (next.children != p.children || !p.child_ages.empty()) next.child_ages = p.child_ages;
    next.children = p.children;
}

void slot_filler::room() {
    if (u_.rooms.size() == 1) {
        bool const shown =
            c_.state == state::room &&
            std::ranges::find(c_.rooms_shown, u_.rooms.front()) != c_.rooms_shown.end();
        bool const same = w_.room_type_id == u_.rooms.front().room_type_id;
        w_.room_type_id = u_.rooms.front().room_type_id;
        w_.room_type_name = u_.rooms.front().name;
        if (shown && !u_.stay.any() && !u_.party.any()) {
            c_.room_checked = true;  // it was free a moment ago; the summary looks again
            say(text_id::room_chosen, {{"room", w_.room_type_name}});
        } else if (!same) {
            c_.room_checked = false;
        }
    } else if (u_.rooms.size() > 1) {
        drop_room();
        say(text_id::which_room);
    } else if (!u_.unknown_room.empty()) {
        if (c_.state == state::room || w_.room_type_id == 0) drop_room();
        say(text_id::unknown_room, {{"words", text::shorten(u_.unknown_room, most_echo)}});
    }
}

void slot_filler::name() {
    auto const& n = u_.name;
    if (n.problem == name_problem::digits) return wrong(text_id::name_has_digits);
    if (n.problem == name_problem::too_long) return wrong(text_id::name_too_long);
    if (n.first.empty()) return;
    bool const whole_again = !n.last.empty() && n.first == w_.first_name;
    if (c_.state == state::surname && !whole_again) {
        w_.last_name = n.last.empty() ? n.first : n.first + " " + n.last;
        return;
    }
    w_.first_name = n.first;
    w_.last_name = n.last;
}

void slot_filler::email() {
    auto const& e = u_.email;
    if (!e.any()) return;
    bool const repeated = e.problem == email_problem::none && e.address == c_.doubted_email;
    if (e.problem == email_problem::none && (e.suggestion.empty() || repeated)) {
        w_.email = e.address;
        c_.doubted_email.clear();
        if (c_.state == state::email_check) c_.state = state::email;
        c_.suggested_email.clear();
        return;
    }
    w_.email.clear();
    c_.suggested_email.clear();
    if (!e.suggestion.empty()) {
        c_.suggested_email = e.suggestion;
        c_.doubted_email = e.address;
        return;
    }
    static constexpr text_id explanations[] = {text_id::count,
                                               text_id::email_no_at,
                                               text_id::email_no_domain,
                                               text_id::email_no_dot,
                                               text_id::email_two_ats,
                                               text_id::email_spaces,
                                               text_id::email_bad_letters,
                                               text_id::email_too_long};
    wrong(explanations[static_cast<std::size_t>(e.problem)]);
}

// The conversation may be older than a day.
void slot_filler::forget_passed_dates() {
    if (!w_.arrival || *w_.arrival >= context_.today) return;
    if (!out_.ask_dates)
        say(text_id::dates_past, {{"day", *w_.arrival}, {"today", context_.today}});
    w_.arrival.reset();
    w_.departure.reset();
}

taken take_in(conversation& c, understanding& u, dialogue_context const& context) {
    return slot_filler(c, u, context).run();
}

}  // namespace agente::guest
