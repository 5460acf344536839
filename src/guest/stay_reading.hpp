// Arrival, departure and nights from a message: "del 12 al 15 de marzo", "next friday for two
// nights". Pure: what is not said stays empty, and a date without a year is the next such day,
// never one that has passed.
#pragma once

#include <chrono>
#include <optional>

#include "guest/conversation.hpp"
#include "guest/tagging.hpp"

namespace agente::guest {

struct stay_words {
    std::optional<std::chrono::year_month_day> arrival, departure;
    std::optional<int> nights;
    std::optional<std::chrono::year_month> month;  // only the month was told: "en marzo"
    bool arrival_alone{false};  // one date, not said to be the arrival: with dates known before it
                                // moves the whole stay
    bool no_such_day{false};    // "31 de junio"

    bool any() const { return arrival || departure || nights || month || no_such_day; }
    friend bool operator==(stay_words const&, stay_words const&) = default;
};

struct stay_context {
    std::chrono::year_month_day today;  // in the hotel, when the message was written
    guest::state asked{state::idle};    // decides what a bare number means
    std::optional<std::chrono::year_month_day> known_arrival;  // "del 13 al 15" is in its month
};

// Marks what it read as used. A departure before the arrival is returned as told: the dialogue
// explains it.
stay_words read_stay(tagged_message& message, stay_context const& context);

}  // namespace agente::guest
