#include "guest/language_detection.hpp"

#include <string_view>
#include <unordered_map>

#include "guest/phrasebook.hpp"

namespace agente::guest {
namespace {

constexpr unsigned in_es = 1, in_en = 2, in_pt = 4;

std::unordered_map<std::string_view, unsigned> const& frequent_words() {
    static auto const all = [] {
        std::unordered_map<std::string_view, unsigned> map;
        for (auto const w : phrasebook_es.common) map[w] |= in_es;
        for (auto const w : phrasebook_en.common) map[w] |= in_en;
        for (auto const w : common_words_pt) map[w] |= in_pt;
        return map;
    }();
    return all;
}

}  // namespace

language_evidence weigh_languages(token_list const& words) {
    language_evidence e;
    bool after_check = false;
    for (auto const& t : words.tokens) {
        if (t.kind == token::kind::mark && (t.folded == "¿" || t.folded == "¡")) e.es += 2;
        if (t.kind != token::kind::word) continue;
        auto const raw = std::string_view(words.text).substr(t.begin, t.end - t.begin);
        for (std::string_view const letter : {"ñ", "Ñ"})
            if (raw.find(letter) != std::string_view::npos) ++e.es;
        for (std::string_view const letter : {"ã", "õ", "ç", "Ã", "Õ", "Ç"})
            if (raw.find(letter) != std::string_view::npos) e.pt += 2;
        if (t.folded == "check") after_check = true;
        // "check-in" and "check out" are said in every language.
        else if (std::exchange(after_check, false) && (t.folded == "in" || t.folded == "out"))
            continue;
        auto const found = frequent_words().find(t.folded);
        if (found == frequent_words().end()) continue;
        // Spanish and Portuguese share many words: those say that it is not English.
        if (found->second == in_es)
            ++e.es;
        else if (found->second == in_en)
            ++e.en;
        else if (found->second == in_pt)
            ++e.pt;
        else if (found->second == (in_es | in_pt))
            ++e.es, ++e.pt;
    }
    return e;
}

language detect_language(token_list const& words, language before) {
    auto const e = weigh_languages(words);
    auto best = language::es;
    auto score = e.es;
    auto second = std::max(e.en, e.pt);
    if (e.en > score) best = language::en, score = e.en, second = std::max(e.es, e.pt);
    if (e.pt > score) best = language::pt, score = e.pt, second = std::max(e.es, e.en);
    if (before == language::unknown) return score > 0 ? best : language::unknown;
    // Portuguese is answered in Spanish, so that a conversation moves between the two without
    // ceremony.
    return score >= 2 && score - second >= 2 ? best : before;
}

}  // namespace agente::guest
