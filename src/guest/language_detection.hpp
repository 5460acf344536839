// Which language a message is in. First stage of understanding; pure.
#pragma once

#include "guest/conversation.hpp"
#include "guest/tokens.hpp"

namespace agente::guest {

// How many everyday words of each language the message has. Words of more than one of them count
// for none.
struct language_evidence {
    int es{0}, en{0}, pt{0};
};
language_evidence weigh_languages(token_list const& words);

// The language of the message; `before` unless the message says clearly otherwise (a name, an "ok"
// or a date says nothing). unknown only when nothing is known at all. A language that is asked for
// ("in English, please") is an intent.
language detect_language(token_list const& words, language before);

}  // namespace agente::guest
