#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include "base/text.hpp"
#include "guest/person_reading.hpp"

namespace agente::guest {
namespace {

constexpr std::size_t most_words = 6;

bool one_of(std::span<std::string_view const> all, std::string_view word) {
    return std::ranges::find(all, word) != all.end();
}

bool begins_with_capital(std::string_view raw) {
    auto const* p = reinterpret_cast<std::uint8_t const*>(raw.data());
    std::int32_t i = 0;
    UChar32 c;
    U8_NEXT(p, i, static_cast<std::int32_t>(raw.size()), c);
    return c > 0 && u_isupper(c);
}

// "ana garcía" as people write on a phone: each word gets its capital, particles do not.
std::string capitalised(std::string_view word) {
    for (std::string_view particle :
         {"de", "del", "la", "las", "los", "y", "da", "do", "dos", "van", "von", "der", "di"})
        if (word == particle) return std::string(word);
    auto u = icu::UnicodeString::fromUTF8(
        icu::StringPiece(word.data(), static_cast<std::int32_t>(word.size())));
    auto const first = u.moveIndex32(0, 1);
    icu::UnicodeString head(u, 0, first);
    icu::UnicodeString tail(u, first);
    icu::UnicodeString shouted(tail);
    if (tail.length() > 1 && tail == shouted.toUpper()) tail.toLower();
    std::string out;
    head.toUpper().append(tail).toUTF8String(out);
    return out;
}

bool is_particle(std::string_view folded) {
    for (std::string_view p : {"de", "del", "la", "las", "los", "da", "do", "dos", "van", "von",
                               "der", "di", "san", "santa"})
        if (folded == p) return true;
    return false;
}

class name_reader {
public:
    name_reader(tagged_message& m, guest::state asked)
        : m_(m), tokens_(m.words.tokens), asked_(asked) {}

    name_words run() {
        bool const expected = asked_ == state::name || asked_ == state::surname;
        if (auto const at = after_opener(m_.book->name_openers, expected))
            return words_from(*at, true);
        if (auto const at = after_opener(m_.book->weak_name_openers, expected)) {
            if (expected || (begins_with_capital(raw(*at)) && unknown_word(*at)))
                return words_from(*at, expected);
        }
        if (expected && looks_like_a_name()) return words_from(0, true);
        return {};
    }

private:
    std::string_view raw(std::size_t token) const { return m_.words.raw(token); }
    bool word(std::size_t i) const {
        return i < tokens_.size() && tokens_[i].kind == token::kind::word;
    }

    // The token after the first opener. An opener of one word ("nombre", "es") counts at the start
    // of the message only.
    std::optional<std::size_t> after_opener(std::span<std::string_view const> openers,
                                            bool expected) const {
        std::optional<std::size_t> best;
        std::size_t longest = 0;
        for (auto const opener : openers) {
            auto const parts = text::split(opener, ' ');
            for (std::size_t i = 0; i + parts.size() < tokens_.size(); ++i) {
                std::size_t n = 0;
                while (n < parts.size() && tokens_[i + n].folded == parts[n]) ++n;
                if (n < parts.size()) continue;
                bool const short_one =
                    parts.size() == 1 && opener != "soy" && opener != "im" && opener != "i'm";
                if (short_one && i != 0) break;
                auto at = i + parts.size();
                while (at < tokens_.size() &&
                       (tokens_[at].folded == ":" || tokens_[at].folded == "-"))
                    ++at;
                if (parts.size() > longest && (word(at) || (expected && at < tokens_.size()))) {
                    best = at;
                    longest = parts.size();
                }
                break;
            }
        }
        return best;
    }

    bool unknown_word(std::size_t token) const {
        for (auto const& it : m_.items)
            if (it.first == token)
                return !it.known() && !one_of(m_.book->common, tokens_[token].folded);
        return false;
    }

    // A few words before anything else begins, none of them an everyday word; or all with a capital
    // ("Domingo Abril").
    bool looks_like_a_name() const {
        std::size_t words = 0;
        bool everyday = false;
        bool capitals = true;
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            auto const& t = tokens_[i];
            if (t.folded == "?" || t.folded == "¿") return false;
            if (t.kind == token::kind::email || (words > 0 && t.folded == ",")) break;
            if (t.kind != token::kind::word) continue;
            if (words > 0 && ends_name(i, words)) break;
            ++words;
            if (is_particle(t.folded)) continue;
            everyday = everyday || one_of(m_.book->common, t.folded);
            capitals = capitals && begins_with_capital(raw(i));
        }
        return words >= 1 && words <= most_words && (!everyday || (capitals && words >= 2));
    }

    name_words words_from(std::size_t begin, bool sure) {
        std::vector<std::string> parts;
        std::vector<std::string> folded;
        name_words out;
        auto i = begin;
        for (; i < tokens_.size(); ++i) {
            auto const& t = tokens_[i];
            if (t.kind == token::kind::number) {
                if (sure && ((t.glued && i > begin) || parts.size() < 2))
                    out.problem = name_problem::digits;
                break;
            }
            if (t.kind == token::kind::email || t.folded == "\n") break;
            if (t.kind == token::kind::mark) {
                bool const joins = (t.folded == "-" || t.folded == "'") && t.glued && word(i + 1) &&
                                   tokens_[i + 1].glued && !parts.empty();
                if (joins) {
                    parts.back() += t.folded;
                    parts.back() += capitalised(raw(i + 1));
                    ++i;
                    continue;
                }
                if (t.folded == "." && !parts.empty()) continue;
                if (parts.empty()) continue;
                break;
            }
            if (parts.size() >= most_words) break;
            if (ends_name(i, parts.size())) break;
            parts.push_back(capitalised(raw(i)));
            folded.push_back(t.folded);
        }
        if (parts.empty()) return out;
        use_tokens(begin, i);
        split(parts, folded, out);
        if (text::code_points(out.first) > most_name_code_points ||
            text::code_points(out.last) > most_name_code_points)
            return {{}, {}, name_problem::too_long};
        if (out.problem != name_problem::none) out.first.clear(), out.last.clear();
        return out;
    }

    bool ends_name(std::size_t i, std::size_t so_far) const {
        auto const& w = tokens_[i].folded;
        if (is_particle(w) && so_far > 0 && word(i + 1) && !number_follows(i)) return false;
        return so_far > 0 && one_of(m_.book->name_enders, w);
    }

    bool number_follows(std::size_t i) const {
        return i + 1 < tokens_.size() && tokens_[i + 1].kind == token::kind::number;
    }

    static void split(std::vector<std::string> const& parts, std::vector<std::string> const& folded,
                      name_words& out) {
        // One given name, unless there are four words or more ("Juan Carlos Pérez Gómez"); a
        // particle begins the family name.
        std::size_t given = parts.size() >= 4 ? 2 : 1;
        for (std::size_t i = 1; i < parts.size(); ++i)
            if (is_particle(folded[i])) {
                given = i;
                break;
            }
        for (std::size_t i = 0; i < parts.size(); ++i) {
            auto& into = i < given ? out.first : out.last;
            if (!into.empty()) into += ' ';
            into += parts[i];
        }
    }

    void use_tokens(std::size_t begin, std::size_t end) {
        for (auto& it : m_.items)
            if (it.first >= begin && it.first < end) it.used = true;
    }

    tagged_message& m_;
    std::vector<token> const& tokens_;
    guest::state asked_;
};

}  // namespace

name_words read_name(tagged_message& message, guest::state asked) {
    return name_reader(message, asked).run();
}

}  // namespace agente::guest
