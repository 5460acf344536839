#include "guest/tokens.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace agente::guest {
namespace {

struct letter {
    UChar32 c{0};
    std::size_t begin{0}, end{0};
};

std::vector<letter> letters_of(std::string_view s) {
    std::vector<letter> all;
    auto const* p = reinterpret_cast<std::uint8_t const*>(s.data());
    auto const n = static_cast<std::int32_t>(s.size());
    for (std::int32_t i = 0; i < n && all.size() < most_message_code_points;) {
        auto const begin = static_cast<std::size_t>(i);
        UChar32 c;
        U8_NEXT(p, i, n, c);
        all.push_back({c, begin, static_cast<std::size_t>(i)});
    }
    return all;
}

bool is_space(UChar32 c) { return u_isUWhiteSpace(c) || c == 0x200B || c == 0xFEFF; }
bool is_apostrophe(UChar32 c) { return c == '\'' || c == 0x2019 || c == 0x2018 || c == 0xB4; }
bool is_dash(UChar32 c) { return u_charType(c) == U_DASH_PUNCTUATION || c == 0x2212; }
bool is_mark_of_letter(UChar32 c) { return u_charType(c) == U_NON_SPACING_MARK; }
bool is_letter(UChar32 c) { return u_isalpha(c) || is_mark_of_letter(c); }

constexpr std::string_view around_email = "<>()[]{},;:.!?\"'";

// Trims the punctuation that surrounds an address in a sentence.
std::pair<std::size_t, std::size_t> trimmed(std::string_view s, std::size_t begin,
                                            std::size_t end) {
    while (begin < end && around_email.find(s[begin]) != std::string_view::npos) ++begin;
    while (end > begin && around_email.find(s[end - 1]) != std::string_view::npos) --end;
    return {begin, end};
}

class splitter {
public:
    explicit splitter(token_list& into) : out_(into), all_(letters_of(into.text)) {}

    void run() {
        while (at_ < all_.size() && out_.tokens.size() < most_tokens) {
            if (is_space(all_[at_].c)) {
                ++at_;
                continue;
            }
            if (at_ == 0 || is_space(all_[at_ - 1].c)) {
                if (take_email()) continue;
            }
            take_one();
        }
    }

private:
    bool take_email() {
        auto end = at_;
        bool holds_at = false;
        for (; end < all_.size() && !is_space(all_[end].c); ++end)
            holds_at = holds_at || all_[end].c == '@';
        if (!holds_at) return false;
        auto const [first, last] = trimmed(out_.text, all_[at_].begin, all_[end - 1].end);
        if (first >= last || out_.text.find('@', first) >= last || last - first > 320) return false;
        push(token::kind::email, first, last);
        at_ = end;
        return true;
    }

    void take_one() {
        auto const c = all_[at_].c;
        auto const begin = all_[at_].begin;
        if (u_isdigit(c)) {
            int value = 0;
            int digits = 0;
            for (; at_ < all_.size() && u_isdigit(all_[at_].c); ++at_, ++digits)
                if (digits < 9) value = value * 10 + u_charDigitValue(all_[at_].c);
            auto& number = push(token::kind::number, begin, all_[at_ - 1].end);
            number.value = digits > 9 ? -1 : value;
        } else if (is_letter(c)) {
            while (at_ < all_.size() && (is_letter(all_[at_].c) || inner_apostrophe())) ++at_;
            push(token::kind::word, begin, all_[at_ - 1].end);
        } else {
            ++at_;
            push(token::kind::mark, begin, all_[at_ - 1].end);
            if (is_dash(c)) out_.tokens.back().folded = "-";
        }
    }

    bool inner_apostrophe() const {
        return is_apostrophe(all_[at_].c) && at_ + 1 < all_.size() && u_isalpha(all_[at_ + 1].c);
    }

    token& push(enum token::kind kind, std::size_t begin, std::size_t end) {
        token t;
        t.kind = kind;
        t.begin = begin;
        t.end = end;
        t.glued = !out_.tokens.empty() && out_.tokens.back().end == begin;
        std::string_view const raw(out_.text.data() + begin, end - begin);
        t.folded = kind == token::kind::word ? fold_word(raw) : std::string(raw);
        out_.tokens.push_back(std::move(t));
        return out_.tokens.back();
    }

    static std::string fold_word(std::string_view raw) {
        bool const ascii =
            std::ranges::all_of(raw, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
        if (!ascii) {
            auto folded = text::fold(raw);
            for (std::string_view curly : {"’", "‘", "´"})
                for (auto at = folded.find(curly); at != std::string::npos; at = folded.find(curly))
                    folded.replace(at, curly.size(), "'");
            return folded;
        }
        std::string folded(raw);
        for (auto& c : folded)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        return folded;
    }

    token_list& out_;
    std::vector<letter> all_;
    std::size_t at_{0};
};

}  // namespace

std::string_view token_list::raw(std::size_t first, std::size_t count) const {
    if (count == 0 || first >= tokens.size()) return {};
    auto const last = std::min(first + count, tokens.size()) - 1;
    return std::string_view(text).substr(tokens[first].begin,
                                         tokens[last].end - tokens[first].begin);
}

token_list split_words(std::string_view utf8) {
    token_list list;
    // Four bytes a code point at most: longer input need not even be checked.
    list.text = text::scrub_utf8(utf8.substr(0, 4 * most_message_code_points));
    splitter(list).run();
    return list;
}

int spelling_distance(std::string_view a, std::string_view b, int most) {
    constexpr std::size_t longest = 40;
    if (a == b) return 0;
    if (a.size() > longest || b.size() > longest) return most + 1;
    if (a.size() > b.size()) std::swap(a, b);
    if (static_cast<int>(b.size() - a.size()) > most) return most + 1;
    std::array<int, longest + 1> before_last{}, last{}, row{};
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = static_cast<int>(j);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = static_cast<int>(i);
        int best = row[0];
        for (std::size_t j = 1; j <= b.size(); ++j) {
            int const replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            best = std::min(best, row[j]);
        }
        if (best > most) return most + 1;
        before_last = last;
        last = row;
    }
    return std::min(last[b.size()], most + 1);
}

bool same_word(std::string_view a, std::string_view b) {
    if (a == b) return true;
    auto const shorter = std::min(a.size(), b.size());
    if (shorter < 6) return false;
    int const most = shorter >= 10 ? 2 : 1;
    return spelling_distance(a, b, most) <= most;
}

}  // namespace agente::guest
