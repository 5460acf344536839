// What to do next, decided from the conversation and what was understood: pure, no hotel system, no
// words. The rules are a table (dialogue_rules.cpp); the receptionist carries the decision out
// (turn_script.hpp).
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "guest/conversation.hpp"
#include "guest/texts.hpp"
#include "guest/understanding.hpp"

namespace agente::guest {

enum class act {
    advance,    // the next missing thing: ask for it, show the rooms, or the summary
    ask_dates,  // those told cannot be
    remind,     // repeat the open question, without asking the hotel system again
    book,
    ask_outcome /* of a booking that is not settled */,
    say_booked,
    tell_number,
    greet,
    help,
    cancel_all,
    decline,
    existing_booking,
    hand_over,
    offer_person,
    not_understood,
    write_text
};

// A question beside the main thing, answered first.
enum class side { times, contact, not_known, off_topic, thanks, bye };

struct decision {
    act next{act::advance};
    std::vector<side> sides;
    std::vector<line> first;   // corrections and notes, said before anything else
    bool offer_person{false};  // something went beyond what is done here
};

struct dialogue_limits {
    int most_nights{60};
    int most_days_ahead{540};
    int most_people{30};
    int most_rooms{5};
};

struct dialogue_context {
    std::chrono::year_month_day today;  // in the hotel, now
    dialogue_limits limits;
};

// Takes what the message tells into c.wanted (what cannot be is left as it was, and explained in
// `first`), follows the rules, counts failed turns.
decision decide(conversation& c, understanding u, dialogue_context const& context);

// The parts, for tests and for a deeper dialogue.
struct taken {
    std::vector<line> lines;
    bool wrong{false};         // something told was impossible
    bool beyond{false};        // possible, but for a person
    bool stale_choice{false};  // a button of an older message
    bool ask_dates{false};     // the dates told cannot be; those agreed before still stand
};
taken take_in(conversation& c, understanding& u,
              dialogue_context const& context);  // dialogue_slots.cpp
act choose_act(conversation const& c, understanding const& u,
               bool person_was_offered);  // dialogue_rules.cpp

}  // namespace agente::guest
