#include "guest/room_matching.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace agente::guest {
namespace {

bool generic(std::string_view word) {
    return std::ranges::find(generic_room_words, word) != generic_room_words.end();
}

bool synonyms(std::string_view a, std::string_view b) {
    return std::ranges::any_of(room_synonyms, [&](auto const& group) {
        return std::ranges::find(group, a) != group.end() &&
               std::ranges::find(group, b) != group.end();
    });
}

std::string_view singular(std::string_view w) {
    if (w.size() > 4 && w.ends_with("es")) return w.substr(0, w.size() - 2);
    if (w.size() > 3 && w.ends_with('s')) return w.substr(0, w.size() - 1);
    return w;
}

// How well a word of the guest names a word of a room type: 0 not at all.
int likeness(std::string_view guest, std::string_view type) {
    if (guest == type || singular(guest) == singular(type)) return 4;
    if (guest.size() >= 5 && type.size() >= 5 && spelling_distance(guest, type, 1) <= 1) return 3;
    if (same_word(guest, type)) return 3;
    return synonyms(guest, type) ? 2 : 0;
}

std::vector<std::string> significant(std::string_view name) {
    std::vector<std::string> words;
    for (auto const& t : split_words(name).tokens)
        if (t.kind != token::kind::mark && !generic(t.folded)) words.push_back(t.folded);
    return words;
}

struct naming_word {
    std::string word;
    bool kind{false};  // a word for a kind of room: a type that has nothing like it is not meant
};

// "la general", "the garden one"
bool after_article(tagged_message const& m, std::size_t i) {
    if (i == 0) return false;
    auto const& before = m.words.tokens[m.items[i - 1].first].folded;
    for (std::string_view article : {"la", "una", "las", "the", "a", "an"})
        if (before == article) return true;
    return false;
}

constexpr std::size_t short_message = 3;  // words: "la executive"

// The guest's words that may name a type: those near "habitación", kinds of room, or all when the
// room was asked for.
std::vector<naming_word> naming_words(tagged_message const& m, bool asked) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < m.size(); ++i) count += m.is_word(i) ? 1 : 0;
    bool const any_word = asked || count <= short_message;
    std::vector<naming_word> words;
    for (std::size_t i = 0; i < m.size(); ++i) {
        if (m.items[i].used || !m.is_word(i)) continue;
        bool const kind = m.items[i].is(sense::room_kind);
        bool near = any_word || kind || after_article(m, i);
        for (std::size_t d = 1; d <= 2 && !near; ++d)
            near = (i >= d && m.items[i - d].is(sense::room)) ||
                   (i + d < m.size() && m.items[i + d].is(sense::room));
        if (!near) continue;
        for (std::size_t t = m.items[i].first; t < m.items[i].first + m.items[i].count; ++t) {
            auto const& folded = m.words.tokens[t].folded;
            if (!generic(folded)) words.push_back({folded, kind});
        }
    }
    return words;
}

// How well the words name the type; 0 when they do not, or name a kind that it is not ("suite
// presidencial").
int score(std::vector<naming_word> const& guest, std::string_view name) {
    auto const type = significant(name);
    int sum = 0;
    for (auto const& g : guest) {
        int best = 0;
        for (auto const& t : type) best = std::max(best, likeness(g.word, t));
        if (g.kind && best == 0) return 0;
        sum += best;
    }
    return sum;
}

}  // namespace

room_match match_room(tagged_message const& m, std::vector<shown_room> const& types, bool asked) {
    room_match out;
    auto const words = naming_words(m, asked);
    int best = 0;
    for (auto const& type : types) {
        auto const s = score(words, type.name);
        if (s == 0 || s < best) continue;
        if (s > best) out.meant.clear();
        best = s;
        out.meant.push_back(type);
    }
    if (!out.meant.empty()) return out;
    for (std::size_t i = 0; i < m.size(); ++i) {
        if (m.items[i].used || !m.items[i].is(sense::room_kind)) continue;
        if (!out.unknown_words.empty()) out.unknown_words += ' ';
        out.unknown_words += m.words.raw(m.items[i].first, m.items[i].count);
    }
    return out;
}

bool names_a_room(tagged_message const& m) {
    auto const unknown = [&](std::size_t at) {
        if (at >= m.size() || !m.is_word(at) || m.items[at].known()) return false;
        auto const& word = m.words.tokens[m.items[at].first].folded;
        return word.size() > 3 && std::ranges::find(m.book->common, word) == m.book->common.end();
    };
    for (std::size_t i = 0; i < m.size(); ++i) {
        if (m.items[i].used) continue;
        if (m.items[i].is(sense::room_kind) || (after_article(m, i) && unknown(i))) return true;
        if (!m.items[i].is(sense::room)) continue;
        for (std::size_t d = 1; d <= 2; ++d)
            if (unknown(i + d) || (i >= d && unknown(i - d))) return true;
    }
    return false;
}

}  // namespace agente::guest
