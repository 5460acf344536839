// What guests say and how what they hear is recognised. Used by the tests of this folder.
#pragma once

#include <string>
#include <string_view>

#include "e2e/phones.hpp"

namespace agente::e2e {

// Two nights well ahead, as guests write them.
struct words_of_dates {
    std::string spanish;  // "del 10 al 12 de marzo"
    std::string english;  // "from March 10 to 12"
};
words_of_dates some_dates();

// One message with all that a booking of the room type needs.
std::string whole_wish(bool spanish, std::string const& room, int guest);
// The wish, and a tap on "yes" when the summary comes: what is heard last.
task<channels::captured_message> book(phone& who, std::string wish);

bool says(channels::captured_message const& m, std::string_view words);
bool offers(channels::captured_message const& m,
            std::string_view id);  // a choice whose id begins so
bool confirmed(channels::captured_message const& m);
bool sold_out(channels::captured_message const& m);         // by others, while the guest decided
bool others_first(channels::captured_message const& m);     // nothing booked: "try again?"
bool could_not_check(channels::captured_message const& m);  // the hotel's system is out of reach
bool names_a_price(channels::captured_message const& m);

}  // namespace agente::e2e
