#include "guest/intent_finding.hpp"

#include <array>
#include <unordered_map>

#include "base/text.hpp"

namespace agente::guest {
namespace {

struct split_phrase {
    std::vector<std::string_view> words;
    intent what;
};

// Phrases by their first word, the longest first.
class phrase_index {
public:
    explicit phrase_index(phrasebook const& book) {
        for (auto const& p : book.phrases) {
            split_phrase one{text::split(p.words, ' '), p.what};
            auto& list = by_first_[one.words.front()];
            list.push_back(std::move(one));
        }
        for (auto& [word, list] : by_first_) {
            std::ranges::stable_sort(list, std::greater<>{},
                                     [](split_phrase const& p) { return p.words.size(); });
            if (word.size() >= 6) long_words_.push_back(word);
        }
    }

    std::vector<split_phrase> const* beginning_with(std::string_view word) const {
        if (auto const found = by_first_.find(word); found != by_first_.end())
            return &found->second;
        if (word.size() < 6) return nullptr;
        for (auto const candidate : long_words_)
            if (same_word(word, candidate)) return &by_first_.at(candidate);
        return nullptr;
    }

private:
    std::unordered_map<std::string_view, std::vector<split_phrase>> by_first_;
    std::vector<std::string_view> long_words_;
};

phrase_index const& index_of(phrasebook const& book) {
    static phrase_index const es(phrasebook_es);
    static phrase_index const en(phrasebook_en);
    return &book == &phrasebook_en ? en : es;
}

class finder {
public:
    explicit finder(tagged_message const& m)
        : m_(m), tokens_(m.words.tokens), index_(index_of(*m.book)) {}

    found_intents run() {
        coverage_.resize(tokens_.size(), intent::count);
        for (std::size_t i = 0; i < tokens_.size();) {
            auto const taken = match(i);
            i += taken > 0 ? taken : 1;
        }
        for (std::size_t i = 0; i < coverage_.size(); ++i)
            if (coverage_[i] == intent::human) out_.person_tokens.push_back(i);
        out_.plain_yes = only(intent::yes) && !has(out_.all, intent::no);
        out_.plain_no = only(intent::no) && !has(out_.all, intent::yes);
        return out_;
    }

private:
    std::size_t match(std::size_t i) {
        if (tokens_[i].kind != token::kind::word) return 0;
        auto const* candidates = index_.beginning_with(tokens_[i].folded);
        if (!candidates) return 0;
        std::size_t longest = 0;
        std::size_t words = 0;
        for (auto const& p : *candidates) {
            if (longest > 0 && p.words.size() < words)
                break;  // only equals of the longest: one phrase may mean two things
            auto const end = matches(i, p);
            if (end == 0) continue;
            longest = end - i;
            words = p.words.size();
            add(out_.all, p.what);
            for (auto at = i; at < end; ++at) coverage_[at] = p.what;
        }
        return longest;
    }

    std::size_t matches(std::size_t i, split_phrase const& p) const {
        for (std::size_t n = 0; n < p.words.size(); ++n, ++i) {
            if (n > 0 && i + 1 < tokens_.size() && tokens_[i].folded == "-" && tokens_[i].glued &&
                tokens_[i + 1].glued)
                ++i;
            if (i >= tokens_.size() || tokens_[i].kind != token::kind::word ||
                !same_word(tokens_[i].folded, p.words[n]))
                return 0;
        }
        return i;
    }

    // Every word belongs to a phrase of this intent (or thanks) or is a filler; there is no number
    // and no address.
    bool only(intent wanted) const {
        bool found = false;
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            if (tokens_[i].kind == token::kind::mark) {
                if (tokens_[i].folded == "?" || tokens_[i].folded == "¿") return false;
                continue;
            }
            if (tokens_[i].kind != token::kind::word) return false;
            if (coverage_[i] == wanted) {
                found = true;
                continue;
            }
            if (coverage_[i] == intent::thanks || coverage_[i] == intent::greeting) continue;
            if (std::ranges::find(m_.book->fillers, tokens_[i].folded) == m_.book->fillers.end())
                return false;
        }
        return found;
    }

    tagged_message const& m_;
    std::vector<token> const& tokens_;
    phrase_index const& index_;
    std::vector<intent> coverage_;
    found_intents out_;
};

}  // namespace

found_intents find_intents(tagged_message const& message) { return finder(message).run(); }

std::string_view to_string(intent one) noexcept {
    static constexpr std::array<std::string_view, static_cast<std::size_t>(intent::count)> names{
        "greeting",     "availability",  "price",          "booking",        "yes",
        "no",           "cancel",        "change_booking", "booking_status", "thanks",
        "bye",          "human",         "assistant",      "help",           "retry",
        "hotel_times",  "hotel_contact", "hotel_other",    "off_topic",      "other_rooms",
        "change_dates", "change_guests", "change_name",    "change_email",   "speak_es",
        "speak_en",     "choose",        "go_on",          "tell",           "unknown"};
    return names[static_cast<std::size_t>(one)];
}

}  // namespace agente::guest
