#include "guest/tagging.hpp"

#include <algorithm>
#include <array>

namespace agente::guest {
namespace {

constexpr std::size_t longest_phrase = 5;  // words

// The lexemes of one language, sorted for binary search.
class lexicon {
public:
    explicit lexicon(phrasebook const& book) : all_(book.lexemes.begin(), book.lexemes.end()) {
        std::ranges::stable_sort(all_, {}, &lexeme::words);
    }

    std::span<lexeme const> find(std::string_view words) const {
        auto const range = std::ranges::equal_range(all_, words, {}, &lexeme::words);
        return {range.begin(), range.end()};
    }

private:
    std::vector<lexeme> all_;
};

lexicon const& lexicon_of(phrasebook const& book) {
    static lexicon const es(phrasebook_es);
    static lexicon const en(phrasebook_en);
    return &book == &phrasebook_en ? en : es;
}

std::optional<sense> mark_sense(std::string_view mark) {
    if (mark == "-") return sense::dash;
    if (mark == "/") return sense::slash;
    if (mark == ".") return sense::dot;
    if (mark == "," || mark == ";") return sense::comma;
    if (mark == ":") return sense::colon;
    if (mark == "+") return sense::plus_mark;
    if (mark == "(") return sense::open;
    if (mark == ")") return sense::close;
    if (mark == "&") return sense::and_;
    return std::nullopt;
}

bool ordinal_suffix(std::string_view s) {
    constexpr std::array<std::string_view, 11> all{"st", "nd", "rd", "th", "ro", "er",
                                                   "do", "ra", "to", "º",  "ª"};
    return std::ranges::find(all, s) != all.end();
}

class tagger {
public:
    tagger(tagged_message& into)
        : m_(into), tokens_(into.words.tokens), lexicon_(lexicon_of(*into.book)) {}

    void run() {
        for (std::size_t i = 0; i < tokens_.size();) i += take(i);
        join_numbers();
        mark_hours();
        order_of_dates();
    }

private:
    using kind = enum token::kind;

    std::size_t take(std::size_t i) {
        auto const& t = tokens_[i];
        item one;
        one.first = i;
        one.glued = t.glued;
        if (t.kind == kind::number) {
            one.digits = true;
            if (t.value >= 0) one.put(sense::number, t.value);
            if (i + 1 < tokens_.size() && tokens_[i + 1].glued &&
                ordinal_suffix(tokens_[i + 1].folded)) {
                one.ordinal = true;
                one.count = 2;
            }
        } else if (t.kind == kind::mark) {
            if (auto const s = mark_sense(t.folded)) one.put(*s, 0);
        } else if (t.kind == kind::word) {
            one.count = longest_match(i, one);
        }
        auto const taken = one.count;
        m_.items.push_back(std::move(one));
        return taken;
    }

    std::size_t longest_match(std::size_t i, item& into) {
        std::string words = tokens_[i].folded;
        std::size_t best = 1;
        std::span<lexeme const> found = lexicon_.find(words);
        std::size_t end = i + 1;
        for (std::size_t n = 2; n <= longest_phrase; ++n) {
            if (end + 1 < tokens_.size() && tokens_[end].folded == "-" && tokens_[end].glued &&
                tokens_[end + 1].glued)
                ++end;
            if (end >= tokens_.size() || tokens_[end].kind != kind::word) break;
            words += ' ';
            words += tokens_[end].folded;
            ++end;
            if (auto const longer = lexicon_.find(words); !longer.empty()) {
                found = longer;
                best = end - i;
            }
        }
        for (auto const& l : found) into.put(l.what, l.value);
        return best;
    }

    // Tens and units in words: "treinta y uno", "twenty-five".
    void join_numbers() {
        auto& all = m_.items;
        for (std::size_t i = 0; i + 1 < all.size(); ++i) {
            auto const tens = all[i].digits ? 0 : all[i].value(sense::number);
            if (tens < 20 || tens > 90 || tens % 10 != 0) continue;
            auto next = i + 1;
            bool const joined = all[next].is(sense::and_) || all[next].is(sense::dash);
            if (joined && (m_.book->language != language::en || all[next].is(sense::dash))) ++next;
            if (next >= all.size() || all[next].digits) continue;
            auto const is_ordinal = all[next].is(sense::ordinal);
            auto const unit =
                is_ordinal ? all[next].value(sense::ordinal) : all[next].value(sense::number);
            if (unit < 1 || unit > 9 || m_.words.tokens[all[next].first].folded == "a") continue;
            all[i].values.clear();
            all[i].senses = 0;
            all[i].put(sense::number, tens + unit);
            all[i].ordinal = is_ordinal;
            all[i].count = all[next].first + all[next].count - all[i].first;
            all.erase(all.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                      all.begin() + static_cast<std::ptrdiff_t>(next) + 1);
        }
    }

    void mark_hours() {
        for (std::size_t i = 0; i < m_.size(); ++i) {
            if (m_.is(i, sense::number) && m_.is(i + 1, sense::colon) && m_.items[i + 1].glued &&
                m_.is(i + 2, sense::number) && m_.items[i + 2].glued)
                m_.use(i, m_.is(i + 3, sense::clock) ? 4 : 3);
            else if (m_.is(i, sense::number) && m_.is(i + 1, sense::clock))
                m_.use(i, 2);
            else if (m_.is(i, sense::clock_before) && m_.is(i + 1, sense::number))
                m_.use(i, 2);
            else if (m_.is(i, sense::clock) && !m_.is(i, sense::number))
                m_.use(i, 1);
        }
    }

    // "15/3" tells how the "12/3" beside it is meant.
    void order_of_dates() {
        for (std::size_t i = 0; i + 2 < m_.size(); ++i) {
            auto const a = m_.number(i);
            auto const b = m_.number(i + 2);
            if (!a || !b || !m_.is(i + 1, sense::slash)) continue;
            if (*a > 12 && *a <= 31 && *b <= 12) m_.day_first = true;
            if (*b > 12 && *b <= 31 && *a <= 12) m_.day_first = false;
        }
    }

    tagged_message& m_;
    std::vector<token> const& tokens_;
    lexicon const& lexicon_;
};

}  // namespace

int item::value(sense s) const {
    for (auto const& [what, v] : values)
        if (what == s) return v;
    return 0;
}

void item::put(sense s, int v) {
    if (is(s)) return;
    senses |= std::uint64_t{1} << static_cast<unsigned>(s);
    values.emplace_back(s, v);
}

static_assert(static_cast<unsigned>(sense::number_of_senses) <= 64);

std::optional<int> tagged_message::number(std::size_t i) const {
    if (!is(i, sense::number)) return std::nullopt;
    return items[i].value(sense::number);
}

void tagged_message::use(std::size_t first, std::size_t count) {
    for (auto i = first; i < std::min(first + count, items.size()); ++i) items[i].used = true;
}

bool tagged_message::is_word(std::size_t i) const {
    return i < items.size() && words.tokens[items[i].first].kind == token::kind::word;
}

tagged_message tag(token_list words, phrasebook const& book) {
    tagged_message m;
    m.words = std::move(words);
    m.book = &book;
    m.day_first = book.day_first;
    m.items.reserve(m.words.tokens.size());
    tagger(m).run();
    return m;
}

}  // namespace agente::guest
