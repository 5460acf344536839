#include "guest/understanding.hpp"

#include "guest/intent_finding.hpp"
#include "guest/language_detection.hpp"
#include "guest/room_matching.hpp"
#include "guest/tagging.hpp"

namespace agente::guest {
namespace {

bool asks_for_name(state s) { return s == state::name || s == state::surname; }

// Intents whose words may also be in a name, an address or an answer do not keep a message from
// being one.
bool is_an_answer(intent_set const& intents) {
    for (auto const what : {intent::human,
                            intent::cancel,
                            intent::price,
                            intent::help,
                            intent::no,
                            intent::yes,
                            intent::retry,
                            intent::other_rooms,
                            intent::change_dates,
                            intent::change_guests,
                            intent::change_booking,
                            intent::availability,
                            intent::hotel_times,
                            intent::hotel_contact,
                            intent::hotel_other,
                            intent::speak_en,
                            intent::speak_es,
                            intent::thanks,
                            intent::greeting,
                            intent::off_topic,
                            intent::booking,
                            intent::booking_status,
                            intent::assistant})
        if (has(intents, what)) return false;
    return true;
}

// "2", "la 2", "opción 2", "la segunda", "the last one": which of those shown.
std::optional<int> entry_number(tagged_message const& m) {
    std::optional<int> found;
    for (std::size_t i = 0; i < m.size(); ++i) {
        if (m.items[i].used) continue;
        std::optional<int> n;
        if (auto const number = m.number(i))
            n = number;
        else if (m.items[i].is(sense::ordinal))
            n = m.items[i].value(sense::ordinal);
        if (!n) continue;
        // "la cuarta" is an ordinal, "un cuarto" is a room; "una" is no answer where more is said.
        if (m.items[i].is(sense::room) && i > 0 && m.number(i - 1)) continue;
        bool const article =
            !m.items[i].digits && m.number(i) == 1 && m.is_word(i + 1) && !m.is(i + 1, sense::plus);
        if (article) continue;
        if (found && m.words.tokens[m.items[i].first].folded == "one")
            continue;  // "the second one"
        if (found) return std::nullopt;
        found = n;
    }
    return found;
}

bool only_off_topic(intent_set const& intents) {
    return has(intents, intent::off_topic) && !has(intents, intent::booking) &&
           !has(intents, intent::availability) && !has(intents, intent::price);
}

bool choosing(state s) { return s == state::room || s == state::other_dates; }

bool says_more(understanding const& u) { return u.stay.any() || u.party.any() || u.email.any(); }

void read_text(understanding& u, tagged_message& m, reading_context const& context, bool names) {
    auto const found = find_intents(m);
    u.intents = found.all;
    u.plain_yes = found.plain_yes;
    u.plain_no = found.plain_no;

    for (auto& it : m.items)
        if (std::ranges::find(found.person_tokens, it.first) != found.person_tokens.end())
            it.used = true;

    u.email = read_email(m, context.asked);
    bool const may_be_name = !asks_for_name(context.asked) || is_an_answer(found.all);
    if (names) u.name = read_name(m, may_be_name ? context.asked : state::idle);
    if (!only_off_topic(found.all)) {  // "qué clima hay hoy" is no arrival
        u.stay = read_stay(m, {context.today, context.asked, context.known_arrival});
        u.party = read_party(m, {context.asked, context.children_known});
    }
    if (choosing(context.asked)) u.number = entry_number(m);
    if (!u.number) {
        auto room = match_room(m, context.room_types, context.asked == state::room);
        u.rooms = std::move(room.meant);
        if (!u.plain_yes && !u.plain_no) u.unknown_room = std::move(room.unknown_words);
    }
    if (says_more(u)) u.plain_yes = u.plain_no = false;
}

}  // namespace

reading_context context_of(conversation const& c, std::chrono::year_month_day today,
                           language fallback, std::vector<shown_room> room_types) {
    reading_context context;
    context.today = today;
    context.language = c.language;
    context.fallback = fallback;
    context.asked = c.state;
    context.known_arrival = c.wanted.arrival;
    if (!context.known_arrival && c.wanted.month)
        context.known_arrival = *c.wanted.month / std::chrono::day(1);
    context.children_known =
        c.wanted.children.value_or(0) - static_cast<int>(c.wanted.child_ages.size());
    context.room_types = std::move(room_types);
    return context;
}

understanding read_message(turn const& said, reading_context const& context) {
    understanding u;
    u.readable = said.readable;
    u.choice = said.choice.substr(0, limits::option_id);
    u.language = context.language;
    if (!u.choice.empty()) {
        add(u.intents, intent::choose);
        return u;
    }
    auto words = split_words(said.text);
    if (words.tokens.empty()) {
        add(u.intents, intent::unknown);
        return u;
    }
    u.language = detect_language(words, context.language);
    auto m = tag(std::move(words),
                 phrasebook_of(u.language == language::unknown ? context.fallback : u.language));
    read_text(u, m, context, true);
    if (u.nothing()) {
        // A short message in the other language ("how much", "mañana") carries too little to tell
        // its language, but may be understood all the same. It decides the language only where none
        // is known yet.
        auto const other = m.book->language == language::en ? language::es : language::en;
        auto again = tag(split_words(said.text), phrasebook_of(other));
        understanding second;
        second.language = context.language == language::unknown ? other : u.language;
        read_text(second, again, context, false);  // to the other language everything is a name
        if (!second.nothing()) u = std::move(second);
    }
    u.readable = said.readable;
    if (has(u.intents, intent::speak_en)) u.language = language::en;
    if (has(u.intents, intent::speak_es)) u.language = language::es;
    if (u.tells()) add(u.intents, intent::tell);
    if (u.intents.none()) add(u.intents, intent::unknown);
    return u;
}

bool needs_room_types(turn const& said, language before) {
    if (said.text.empty()) return false;
    auto words = split_words(said.text);
    auto const l = detect_language(words, before);
    return names_a_room(tag(std::move(words), phrasebook_of(l)));
}

}  // namespace agente::guest
