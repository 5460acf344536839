// A guest's message cut into words, numbers, e-mail addresses and marks. The first stage of
// understanding; pure, linear, bounded, and it cannot fail: what is not text becomes a mark.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace agente::guest {

struct token {
    enum class kind { word, number, email, mark };

    token::kind kind{kind::mark};
    std::size_t begin{0}, end{0};  // bytes of message_text
    std::string folded;  // lower case without accents; "'" for every apostrophe; "-" for every dash
    int value{0};        // numbers: -1 when longer than nine digits
    bool glued{false};   // no white space before it
};

constexpr std::size_t most_message_code_points = 2000;  // the rest of a longer message is not read
constexpr std::size_t most_tokens = 300;

struct token_list {
    std::string text;  // valid UTF-8, at most most_message_code_points
    std::vector<token> tokens;

    std::string_view raw(std::size_t first, std::size_t count)
        const;  // the text from a token to another, both included
    std::string_view raw(std::size_t index) const { return raw(index, 1); }
};

// A word is letters with inner apostrophes; a number is ASCII or other decimal digits; letters and
// digits that touch are separate tokens ("12th" is 12, glued th). A stretch without white space
// that holds an '@' is an e-mail token.
token_list split_words(std::string_view utf8);

// Edit distance with neighbouring letters swapped counting one; stops counting above `most` (then
// returns most + 1). Bytes, so give it folded text. Linear in the length for a fixed `most`; longer
// words than 40 never match.
int spelling_distance(std::string_view a, std::string_view b, int most);

// The same word, or a slip of the finger: one letter wrong from six letters on, two from ten on.
bool same_word(std::string_view a, std::string_view b);

}  // namespace agente::guest
