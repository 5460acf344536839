#include <charconv>

#include "guest/slot_filler.hpp"

namespace agente::guest {
namespace {

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

}  // namespace

void slot_filler::choice() {
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
void slot_filler::answer_to_summary(std::string_view id) {
    bool const yes = id.starts_with("book:");
    if (c_.state == state::settling || (c_.state == state::booked && yes)) {
        u_.plain_yes = yes;
    } else if (c_.state == state::confirm && id.substr(5) == c_.summary_key) {
        (yes ? u_.plain_yes : u_.plain_no) = true;
    } else {
        stale();
    }
}

void slot_filler::stale() {
    if (c_.state == state::settling) return;
    out_.stale_choice = true;
    say(text_id::choice_gone);
}

// "2", "la última": what was shown last.
void slot_filler::entry() {
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

void slot_filler::answer_to_suggestions() {
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

void slot_filler::changes() {
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

}  // namespace agente::guest
