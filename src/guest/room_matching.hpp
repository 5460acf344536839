// Which of the hotel's room types a guest means: accents, plurals, slips and the other language's
// word for it forgiven. Pure.
#pragma once

#include <string>
#include <vector>

#include "guest/conversation.hpp"
#include "guest/tagging.hpp"

namespace agente::guest {

struct room_match {
    std::vector<shown_room> meant;  // one: understood; several: equally likely; none
    std::string unknown_words;  // named a kind of room that none of them is ("suite presidencial")
};

// `asked`: the guest was just asked which room, so that any word may name one. Otherwise a word
// must stand beside "room" or be a word for a kind of room. Does not look at items other readers
// used.
room_match match_room(tagged_message const& message, std::vector<shown_room> const& types,
                      bool asked);

// Whether the message names a kind of room at all: then the catalogue is worth reading.
bool names_a_room(tagged_message const& message);

}  // namespace agente::guest
