#include <charconv>

#include "base/text.hpp"
#include "guest/calendar.hpp"
#include "guest/dialogue.hpp"

namespace agente::guest {
namespace {

constexpr std::size_t most_echo = 60;  // code points of the guest's own words repeated to them

// What a tapped option means, in the dialogue's own terms.
struct choice_meaning {
    std::string_view id;
    intent what;
};
constexpr choice_meaning plain_choices[] = {
    {"person", intent::human},
    {"retry", intent::retry},
    {"change:dates", intent::change_dates},
    {"change:room", intent::other_rooms},
    {"cancel", intent::cancel},
    {"go_on", intent::go_on},
};

std::optional<std::int64_t> number_after(std::string_view id, std::string_view prefix) {
    if (!id.starts_with(prefix)) return std::nullopt;
    id.remove_prefix(prefix.size());
    std::int64_t n = 0;
    auto const [end, ec] = std::from_chars(id.data(), id.data() + id.size(), n);
    if (ec != std::errc() || end != id.data() + id.size()) return std::nullopt;
    return n;
}

class slot_filler {
public:
    slot_filler(conversation& c, understanding& u, dialogue_context const& context)
        : c_(c), w_(c.wanted), u_(u), context_(context) {}

    taken run() {
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

private:
    void say(text_id what, arguments with = {}) { out_.lines.push_back({what, std::move(with)}); }
    void wrong(text_id what, arguments with = {}) {
        say(what, std::move(with));
        out_.wrong = true;
    }
    void beyond(text_id what, arguments with = {}) {
        say(what, std::move(with));
        out_.beyond = true;
    }

    bool intends(intent what) const { return has(u_.intents, what); }

    bool wants_another() const {
        return u_.stay.any() || u_.party.any() || !u_.rooms.empty() || intends(intent::booking) ||
               intends(intent::availability) || intends(intent::price);
    }

    // The guest's name and address stay known; the summary shows them.
    void begin_another() {
        wishes fresh;
        fresh.first_name = w_.first_name;
        fresh.last_name = w_.last_name;
        fresh.email = w_.email;
        w_ = std::move(fresh);
        c_.state = state::idle;
        c_.summary_key.clear();
        c_.room_checked = false;
    }

    void choice() {
        auto const& id = u_.choice;
        if (id.empty()) return;
        u_.intents.reset();
        for (auto const& plain : plain_choices)
            if (id == plain.id) {
                add(u_.intents, plain.what);
                return;
            }
        if (id.starts_with("book:") || id.starts_with("keep:")) return answer_to_summary(id);
        if (id == "email:yes" || id == "email:no") {
            (id == "email:yes" ? u_.plain_yes : u_.plain_no) = true;
            return;
        }
        if (auto const type = number_after(id, "room:")) {
            for (auto const& shown : c_.rooms_shown)
                if (shown.room_type_id == *type) u_.rooms = {shown};
            if (!u_.rooms.empty())
                add(u_.intents, intent::tell);
            else
                stale();
            return;
        }
        if (auto const rooms = number_after(id, "rooms:");
            rooms && *rooms >= 1 && *rooms <= context_.limits.most_rooms) {
            u_.party.rooms = static_cast<int>(*rooms);
            add(u_.intents, intent::tell);
            return;
        }
        if (id.starts_with("stay:") && id.size() == 26) {
            auto const arrival = hotel::parse_iso(std::string_view(id).substr(5, 10));
            auto const departure = hotel::parse_iso(std::string_view(id).substr(16, 10));
            if (arrival && departure &&
                std::ranges::find(c_.dates_shown, shown_dates{*arrival, *departure}) !=
                    c_.dates_shown.end()) {
                u_.stay.arrival = *arrival;
                u_.stay.departure = *departure;
                add(u_.intents, intent::tell);
                return;
            }
        }
        stale();
    }

    // A button of an older summary must not book the newer one.
    void answer_to_summary(std::string_view id) {
        bool const yes = id.starts_with("book:");
        if (c_.state == state::settling || (c_.state == state::booked && yes)) {
            u_.plain_yes = yes;
        } else if (c_.state == state::confirm && id.substr(5) == c_.summary_key) {
            (yes ? u_.plain_yes : u_.plain_no) = true;
        } else {
            stale();
        }
    }

    void stale() {
        if (c_.state == state::settling) return;
        out_.stale_choice = true;
        say(text_id::choice_gone);
    }

    // "2", "la última": what was shown last.
    void entry() {
        auto n = u_.number;
        auto const size = c_.state == state::room          ? c_.rooms_shown.size()
                          : c_.state == state::other_dates ? c_.dates_shown.size()
                                                           : 0;
        if (!n && u_.plain_yes && size == 1) n = 1;
        if (!n || size == 0) return;
        auto const at = *n == -1 ? size : static_cast<std::size_t>(std::max(*n, 0));
        if (at < 1 || at > size) {
            out_.wrong = true;
            u_.intents.reset();
            return;
        }
        if (c_.state == state::room) {
            u_.rooms = {c_.rooms_shown[at - 1]};
        } else {
            u_.stay = {};
            u_.stay.arrival = c_.dates_shown[at - 1].arrival;
            u_.stay.departure = c_.dates_shown[at - 1].departure;
        }
        u_.plain_yes = false;
        add(u_.intents, intent::tell);
    }

    void answer_to_suggestions() {
        if (c_.suggested_rooms > 0) {
            if (u_.plain_yes) {
                u_.party.rooms = c_.suggested_rooms;
                u_.plain_yes = false;
                add(u_.intents, intent::tell);
            }
            c_.suggested_rooms = 0;
        }
        if (c_.state != state::email_check) return;
        if (u_.plain_yes) {
            w_.email = c_.suggested_email;
            u_.plain_yes = false;
            add(u_.intents, intent::tell);
            c_.state = state::email;
        } else if (u_.plain_no) {
            u_.plain_no = false;
            add(u_.intents, intent::change_email);
        }
    }

    void changes() {
        if (intends(intent::other_rooms)) drop_room();
        if (intends(intent::change_dates) && !u_.stay.any()) {
            w_.arrival.reset();
            w_.departure.reset();
            w_.nights.reset();
            w_.month.reset();
            c_.room_checked = false;
        }
        if (intends(intent::change_guests) && !u_.party.any()) {
            w_.adults.reset();
            w_.children.reset();
            w_.child_ages.clear();
            c_.room_checked = false;
        }
        if (intends(intent::change_name) && !u_.name.any()) {
            w_.first_name.clear();
            w_.last_name.clear();
        }
        if (intends(intent::change_email) && !u_.email.any()) {
            w_.email.clear();
            c_.suggested_email.clear();
        }
        // "¿cuánto cuesta?" in the middle: the room is looked up and its price told again.
        if (intends(intent::price) || intends(intent::availability)) c_.room_checked = false;
    }

    void drop_room() {
        w_.room_type_id = 0;
        w_.room_type_name.clear();
        c_.room_checked = false;
    }

    void stay() {
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
            auto const planned = arrival && departure
                                     ? std::optional(days_between(*arrival, *departure))
                                     : std::nullopt;
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

    bool possible(std::optional<year_month_day> arrival, std::optional<year_month_day> departure) {
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
    bool ask_dates_again() {
        w_.nights.reset();
        out_.ask_dates = true;
        return false;
    }

    void party() {
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

    void children(wishes& next) const {
        auto const& p = u_.party;
        bool const answering = c_.state == state::ages;
        if (answering && next.some_children && p.children_from_ages && p.child_ages.size() == 1) {
            next.children = p.child_ages.front();  // "¿cuántos niños?" "2"
            next.some_children = false;
            return;
        }
        if (answering && next.children && !p.child_ages.empty() &&
            p.child_ages.size() + next.child_ages.size() <=
                static_cast<std::size_t>(*next.children)) {
            next.child_ages.insert(next.child_ages.end(), p.child_ages.begin(), p.child_ages.end());
            return;
        }
        if (!p.children) return;
        next.some_children = false;
        if (next.children != p.children || !p.child_ages.empty()) next.child_ages = p.child_ages;
        next.children = p.children;
    }

    void room() {
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

    void name() {
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

    void email() {
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
    void forget_passed_dates() {
        if (!w_.arrival || *w_.arrival >= context_.today) return;
        if (!out_.ask_dates)
            say(text_id::dates_past, {{"day", *w_.arrival}, {"today", context_.today}});
        w_.arrival.reset();
        w_.departure.reset();
    }

    conversation& c_;
    wishes& w_;
    understanding& u_;
    dialogue_context const& context_;
    taken out_;
};

}  // namespace

taken take_in(conversation& c, understanding& u, dialogue_context const& context) {
    return slot_filler(c, u, context).run();
}

}  // namespace agente::guest
