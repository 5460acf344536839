// The words of a language, as data: everything the readers and the intent finder know of Spanish or
// English is in phrases_es.cpp and phrases_en.cpp. All text here is folded (lower case, no
// accents); several words are divided by one space, and a dash in the message counts as that space
// ("check-in" is "check in").
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "guest/conversation.hpp"
#include "guest/intent.hpp"

namespace agente::guest {

// What a word can stand for in dates and numbers. One word may have several senses ("segundo",
// "mar").
enum class sense : std::uint8_t {
    number,        // value
    ordinal,       // value; -1: the last
    month,         // 1 to 12
    weekday,       // 0 Sunday to 6 Saturday
    relative_day,  // days from today
    clock,         // after a number: it was an hour, not a day
    clock_before,  // before a number: likewise
    night,
    day,
    week,
    weekend,
    month_unit,
    year_of_age,
    next,
    coming_next /* after the word: "el viernes que viene" */,
    this_,
    in_,
    from /* value 1: a lone number after it is a day */,
    to,
    until,
    between,
    and_,
    plus,
    of,
    the,
    on,
    arrive,
    leave,
    adult,
    child /* value 1: one child; 0: several */,
    baby,
    person,
    group /* value: how many adults it is */,
    family,
    we_are,
    for_,
    with,
    without,
    aged,
    room,
    room_kind,
    other,   // "la otra", "the other": between ages
    option,  // "opcion 2", "number 2"
    dash,
    slash,
    dot,
    comma,
    colon,
    plus_mark,
    open,
    close,
    number_of_senses
};

struct lexeme {
    std::string_view words;
    sense what;
    int value{0};
};

struct phrase {
    std::string_view words;
    intent what;
};

struct phrasebook {
    guest::language language;
    bool day_first;               // 12/3 is the 12th of March
    bool next_weekend_skips_one;  // "next weekend" is the one after this one
    std::span<lexeme const> lexemes;
    std::span<phrase const> phrases;
    std::span<std::string_view const>
        common;  // frequent words of this language and no other of ours
    std::span<std::string_view const>
        fillers;  // may stand beside a yes or a no without changing it
    std::span<std::string_view const>
        name_openers;  // "me llamo": a name follows, whoever says it when
    std::span<std::string_view const>
        weak_name_openers;                          // "soy": a name follows if it looks like one
    std::span<std::string_view const> name_enders;  // "y", "con": the name is over
    std::span<std::string_view const> at_words, dot_words;  // of a spelled-out e-mail address
};

extern phrasebook const phrasebook_es;
extern phrasebook const phrasebook_en;
extern std::span<std::string_view const> const
    common_words_pt;  // Portuguese is recognised, not understood

// Portuguese is read with the Spanish words, which is right more often than not.
phrasebook const& phrasebook_of(language l);

// Words that mean the same kind of room in different languages, a group after another; ended by an
// empty one each.
extern std::span<std::span<std::string_view const> const> const room_synonyms;
extern std::span<std::string_view const> const
    generic_room_words;  // say nothing about which room it is

}  // namespace agente::guest
