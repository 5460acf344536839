// What a turn means: language, intents and everything it tells. The seam a deeper understanding
// replaces: whatever fills an `understanding` from a turn and its context can stand in for
// read_message().
//
//   stages: split_words -> detect_language -> tag -> readers (name, e-mail, stay, party, room) and
//   find_intents
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "guest/conversation.hpp"
#include "guest/intent.hpp"
#include "guest/party_reading.hpp"
#include "guest/person_reading.hpp"
#include "guest/stay_reading.hpp"
#include "guest/turn.hpp"

namespace agente::guest {

struct understanding {
    guest::language language{language::unknown};
    intent_set intents;
    bool plain_yes{false}, plain_no{false};  // and nothing else in the message: safe to act on
    stay_words stay;
    party_words party;
    name_words name;
    email_words email;
    std::optional<int>
        number;          // "2", "la segunda": an entry of what was shown, from 1; -1: the last one
    std::string choice;  // option::id that was tapped
    std::vector<shown_room> rooms;  // room types named; several when it could be any of them
    std::string unknown_room;       // a kind of room this hotel does not have
    bool readable{true};

    bool tells() const {
        return stay.any() || party.any() || name.any() || email.any() || number ||
               !choice.empty() || !rooms.empty() || !unknown_room.empty();
    }
    bool nothing() const { return !tells() && (intents.none() || has(intents, intent::unknown)); }
};

struct reading_context {
    std::chrono::year_month_day today;
    guest::language language{language::unknown};  // of the conversation
    guest::language fallback{language::es};  // of the hotel, for messages that tell none ("12/3")
    guest::state asked{state::idle};
    std::optional<std::chrono::year_month_day> known_arrival;
    int children_known{0};
    std::vector<shown_room> room_types;  // what the guest may name: those just shown, else the
                                         // catalogue's; may be empty
};

reading_context context_of(conversation const& c, std::chrono::year_month_day today,
                           language fallback, std::vector<shown_room> room_types);

// Never fails; a message that cannot be understood has nothing(). Linear in the (bounded) length of
// the text.
understanding read_message(turn const& said, reading_context const& context);

// Whether the message names a room, so that the catalogue should be read before read_message().
bool needs_room_types(turn const& said, language before);

}  // namespace agente::guest
