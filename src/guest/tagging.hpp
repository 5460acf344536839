// A message with the senses of its words attached: what the readers of dates, guests and names walk
// over. Pure.
#pragma once

#include <optional>
#include <vector>

#include "guest/phrasebook.hpp"
#include "guest/tokens.hpp"

namespace agente::guest {

// One or several tokens with the senses the phrasebook gives them; a number; or a word it does not
// know.
struct item {
    std::size_t first{0}, count{1};  // tokens
    std::uint64_t senses{0};
    std::vector<std::pair<sense, int>> values;
    bool digits{false};   // a number in digits
    bool ordinal{false};  // "12th", "1ro"
    bool glued{false};    // no white space before it
    bool used{false};     // a reader has taken it

    bool is(sense s) const { return (senses >> static_cast<unsigned>(s)) & 1u; }
    int value(sense s) const;  // 0 when it has no such sense
    void put(sense s, int v);
    bool known() const { return senses != 0; }
};

struct tagged_message {
    token_list words;
    std::vector<item> items;
    phrasebook const* book{nullptr};
    bool day_first{
        true};  // of the book, unless a date in this message can only be read the other way

    bool is(std::size_t i, sense s) const {
        return i < items.size() && !items[i].used && items[i].is(s);
    }
    // A number that means a count or a day: not an hour, not taken by a reader, not beyond nine
    // digits.
    std::optional<int> number(std::size_t i) const;
    std::size_t size() const { return items.size(); }
    void use(std::size_t first, std::size_t count);
    bool is_word(std::size_t i) const;
};

// Longest match first. "veinte y cinco" and "twenty five" become one number, "12th" an ordinal,
// "15:30" and "3 pm" hours (used up, so that nobody takes them for days).
tagged_message tag(token_list words, phrasebook const& book);

}  // namespace agente::guest
