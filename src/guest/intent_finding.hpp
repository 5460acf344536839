// What a message wants, by the phrases of its language. Pure.
#pragma once

#include "guest/intent.hpp"
#include "guest/tagging.hpp"

namespace agente::guest {

struct found_intents {
    intent_set all;
    bool plain_yes{false};  // a yes and nothing else that matters: safe to act on
    bool plain_no{false};
    std::vector<std::size_t>
        person_tokens;  // of phrases that ask for a person: "una persona" is no guest
};

// Phrases match whole words, in order, slips of the finger included (same_word). A longer phrase
// hides a shorter one inside it: "cancelar mi reserva" is about an existing booking, not "cancelar"
// and "reserva".
found_intents find_intents(tagged_message const& message);

}  // namespace agente::guest
