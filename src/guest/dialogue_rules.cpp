#include "guest/dialogue.hpp"

namespace agente::guest {
namespace {

using states = std::uint32_t;

constexpr states in(std::initializer_list<state> all) {
    states mask = 0;
    for (auto const s : all) mask |= states{1} << static_cast<unsigned>(s);
    return mask;
}
constexpr states anywhere = ~states{0};

enum class how {
    mentioned,
    plainly /* and nothing else in the message */,
    when_person_offered /* plainly, and it answers that offer */
};

struct rule {
    states when;
    intent what;
    how said;
    act then;
};

// The first that fits decides.
constexpr rule rules[] = {
    {anywhere, intent::human, how::mentioned, act::hand_over},
    {anywhere, intent::yes, how::when_person_offered, act::hand_over},
    {anywhere, intent::no, how::when_person_offered, act::remind},

    // Nothing new begins while it is not known whether the last booking exists.
    {in({state::settling}), intent::hotel_times, how::mentioned, act::remind},
    {in({state::settling}), intent::hotel_contact, how::mentioned, act::remind},
    {in({state::settling}), intent::hotel_other, how::mentioned, act::remind},
    {in({state::settling}), intent::thanks, how::mentioned, act::remind},
    {in({state::settling}), intent::count, how::mentioned, act::ask_outcome},

    {in({state::confirm}), intent::yes, how::plainly, act::book},
    {in({state::confirm, state::room, state::other_dates}), intent::no, how::plainly, act::decline},

    {in({state::booked}), intent::cancel, how::mentioned, act::existing_booking},
    {in({state::booked}), intent::booking_status, how::mentioned, act::tell_number},
    {in({state::booked}), intent::yes, how::plainly, act::say_booked},
    {anywhere, intent::change_booking, how::mentioned, act::existing_booking},
    {anywhere, intent::cancel, how::mentioned, act::cancel_all},

    {anywhere, intent::tell, how::mentioned, act::advance},
    {anywhere, intent::other_rooms, how::mentioned, act::advance},
    {anywhere, intent::change_dates, how::mentioned, act::advance},
    {anywhere, intent::change_guests, how::mentioned, act::advance},
    {anywhere, intent::change_name, how::mentioned, act::advance},
    {anywhere, intent::change_email, how::mentioned, act::advance},
    {anywhere, intent::retry, how::mentioned, act::advance},
    {anywhere, intent::availability, how::mentioned, act::advance},
    {anywhere, intent::price, how::mentioned, act::advance},
    {in({state::idle}), intent::booking_status, how::mentioned, act::existing_booking},
    {anywhere, intent::booking, how::mentioned, act::advance},

    {anywhere, intent::hotel_times, how::mentioned, act::remind},
    {anywhere, intent::hotel_contact, how::mentioned, act::remind},
    {anywhere, intent::hotel_other, how::mentioned, act::remind},
    {anywhere, intent::off_topic, how::mentioned, act::remind},
    {anywhere, intent::go_on, how::mentioned, act::remind},
    {anywhere, intent::help, how::mentioned, act::help},
    {anywhere, intent::assistant, how::mentioned, act::greet},
    {anywhere, intent::thanks, how::mentioned, act::remind},
    {anywhere, intent::bye, how::mentioned, act::remind},
    {anywhere, intent::greeting, how::mentioned, act::greet},
    {anywhere, intent::speak_en, how::mentioned, act::remind},
    {anywhere, intent::speak_es, how::mentioned, act::remind},
    {in({state::idle, state::booked}), intent::yes, how::plainly, act::greet},
    {in({state::idle, state::booked}), intent::no, how::plainly, act::remind},
};

bool fits(rule const& r, conversation const& c, understanding const& u, bool person_was_offered) {
    if (!(r.when & in({c.state}))) return false;
    if (r.what == intent::count) return true;  // whatever was said
    bool const plainly =
        (r.what == intent::yes && u.plain_yes) || (r.what == intent::no && u.plain_no);
    if (r.said == how::when_person_offered) return person_was_offered && plainly;
    if (r.said == how::plainly) return plainly;
    return has(u.intents, r.what);
}

std::vector<side> sides_of(understanding const& u, act next) {
    std::vector<side> all;
    if (next == act::hand_over || next == act::book) return all;
    if (has(u.intents, intent::hotel_times)) all.push_back(side::times);
    if (has(u.intents, intent::hotel_contact)) all.push_back(side::contact);
    if (has(u.intents, intent::hotel_other) && u.rooms.empty()) all.push_back(side::not_known);
    if (has(u.intents, intent::off_topic)) all.push_back(side::off_topic);
    if (next != act::remind) return all;
    if (has(u.intents, intent::thanks))
        all.push_back(side::thanks);
    else if (has(u.intents, intent::bye))
        all.push_back(side::bye);
    return all;
}

constexpr int failures_before_a_person = 2;

}  // namespace

act choose_act(conversation const& c, understanding const& u, bool person_was_offered) {
    for (auto const& r : rules)
        if (fits(r, c, u, person_was_offered)) return r.then;
    return act::not_understood;
}

decision decide(conversation& c, understanding u, dialogue_context const& context) {
    bool const person_was_offered = c.person_offered;
    c.person_offered = false;
    decision d;
    auto taken = take_in(c, u, context);
    d.first = std::move(taken.lines);
    d.offer_person = taken.beyond;
    d.next = taken.stale_choice ? act::advance : choose_act(c, u, person_was_offered);
    if (d.next == act::advance && taken.beyond)
        d.next = act::offer_person;
    else if (d.next == act::advance && taken.ask_dates)
        d.next = act::ask_dates;
    if (!u.readable && u.nothing()) d.next = act::write_text;
    d.sides = sides_of(u, d.next);

    bool const failed = d.next == act::not_understood || taken.wrong;
    c.failed_turns = failed ? c.failed_turns + 1 : 0;
    if (failed && c.failed_turns >= failures_before_a_person) d.offer_person = true;
    return d;
}

}  // namespace agente::guest
