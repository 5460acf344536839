#include "guest/party_reading.hpp"

namespace agente::guest {
namespace {

constexpr int most_people = 999;
constexpr int adult_age = 18;
constexpr std::size_t most_ages = 20;

class party_reader {
public:
    party_reader(tagged_message& m, party_context const& c) : m_(m), c_(c) {}

    party_words run() {
        read_rooms();
        read_without_children();
        read_children();
        read_ages_alone();
        read_plus();
        read_adults();
        read_totals();
        if (c_.asked == state::ages) read_asked_ages();
        if (c_.asked == state::guests) read_asked_guests();
        settle();
        return out_;
    }

private:
    std::optional<int> people(std::size_t i) const {
        auto const n = m_.number(i);
        return n && *n <= most_people ? n : std::nullopt;
    }

    void read_rooms() {
        for (std::size_t i = 0; i + 1 < m_.size(); ++i) {
            auto const n = people(i);
            if (!n || *n == 0) continue;
            bool const counted =
                m_.is(i + 1, sense::room) || (m_.is(i + 1, sense::room_kind) && *n < 10);
            if (!counted || (m_.items[i].ordinal)) continue;
            out_.rooms = *n;
            m_.use(i, 1);  // the room words stay: they may say which type
        }
    }

    void read_without_children() {
        for (std::size_t i = 0; i + 1 < m_.size(); ++i) {
            if (!m_.is(i, sense::without) ||
                !(m_.is(i + 1, sense::child) || m_.is(i + 1, sense::baby)))
                continue;
            out_.children = 0;
            m_.use(i, 2);
        }
    }

    // "un niño de 7 años", "2 kids aged 5 and 8", "a 7 year old", "mi hijo (4)", "un bebé de 8
    // meses"
    void read_children() {
        for (std::size_t i = 0; i < m_.size(); ++i) {
            if (auto const taken = years_first(i); taken > 0) {
                i += taken - 1;
                continue;
            }
            bool const is_baby = m_.is(i, sense::baby);
            if (!is_baby && !m_.is(i, sense::child)) continue;
            auto count = m_.items[i].value(
                is_baby ? sense::baby : sense::child);  // 1 for one child, 0 for several
            if (i > 0 && people(i - 1) && *people(i - 1) > 0) {
                count = *people(i - 1);
                m_.use(i - 1, 1);
            }
            m_.use(i, 1);
            auto told = read_ages(i + 1, count);
            if (is_baby && told == 0) {
                told = std::clamp(count, 1, 10);
                ages_.insert(ages_.end(), static_cast<std::size_t>(told), 0);
            }
            if (count == 0 && told == 0) out_.some_children = true;
            children_ += std::max(count, told);
            any_children_ = true;
        }
    }

    // "a 7 year old [boy]": the age comes first.
    std::size_t years_first(std::size_t i) {
        auto const n = people(i);
        if (!n) return 0;
        auto at = i + 1;
        if (m_.is(at, sense::dash)) ++at;
        bool const old = m_.is(at, sense::year_of_age) && ends_with_old(at);
        bool const months = m_.is(at, sense::month_unit) && ends_with_old(at);
        if (!old && !months) return 0;
        ++at;
        if (m_.is(at, sense::child) || m_.is(at, sense::baby)) ++at;
        take_age(months ? 0 : *n);
        ++children_;
        any_children_ = true;
        m_.use(i, at - i);
        return at - i;
    }

    bool ends_with_old(std::size_t i) const {
        auto const& words = m_.words.tokens;
        auto const last = m_.items[i].first + m_.items[i].count - 1;
        return words[last].folded == "old" || words[last].folded == "olds" ||
               m_.is(i + 1, sense::child) || m_.is(i + 1, sense::baby);
    }

    // The list of ages behind a child: numbers joined by "y", "and", commas; ended by "años" or
    // anything else. Returns how many there were.
    int read_ages(std::size_t i, int count) {
        for (std::size_t unknown = 0;
             unknown < 3 && i < m_.size() && !m_.items[i].used && !m_.items[i].known(); ++unknown)
            ++i;  // "2 niños pequeños de 3 y 5"
        if (m_.is(i, sense::comma) && (opens_ages(i + 1) || m_.is(i + 2, sense::year_of_age))) ++i;
        auto const start = i;
        while (opens_ages(i)) ++i;
        bool in_years = i != start;
        std::vector<int> found;
        while (people(i) && !counts_people(i) &&
               (count == 0 || static_cast<int>(found.size()) < count)) {
            bool const months = m_.is(i + 1, sense::month_unit);
            bool const unit = months || m_.is(i + 1, sense::year_of_age);
            found.push_back(months ? 0 : *people(i));
            in_years = in_years || unit;
            i += unit ? 2 : 1;
            auto const after = skip_joints(i);
            if (after == i || !people(after) || counts_people(after)) break;
            i = after;
        }
        if (found.empty() || !in_years) return 0;
        if (m_.is(i, sense::year_of_age) || m_.is(i, sense::close)) ++i;
        for (auto const n : found) take_age(n);
        m_.use(start, i - start);
        return static_cast<int>(found.size());
    }

    bool opens_ages(std::size_t i) const {
        return m_.is(i, sense::aged) || m_.is(i, sense::of) || m_.is(i, sense::open) ||
               m_.is(i, sense::other) || m_.is(i, sense::colon);
    }

    bool counts_people(std::size_t i) const {
        return m_.is(i + 1, sense::adult) || m_.is(i + 1, sense::child) ||
               m_.is(i + 1, sense::baby) || m_.is(i + 1, sense::person) ||
               m_.is(i + 1, sense::room) || m_.is(i + 1, sense::night);
    }

    std::size_t skip_joints(std::size_t i) const {
        while (m_.is(i, sense::and_) || m_.is(i, sense::comma) || m_.is(i, sense::aged) ||
               m_.is(i, sense::other) || m_.is(i, sense::slash) || m_.is(i, sense::plus))
            ++i;
        return i;
    }

    void take_age(int n) {
        if (ages_.size() >= most_ages) return;
        if (n < adult_age)
            ages_.push_back(n);
        else if (n <= 120)
            ++grown_;  // a son of twenty is an adult
    }

    // "edades 3 y 5", "7 años" without a child before it
    void read_ages_alone() {
        if (any_children_ && c_.asked != state::ages) return;
        for (std::size_t i = 0; i < m_.size(); ++i) {
            auto const n = people(i);
            if (!n || *n >= adult_age || !m_.is(i + 1, sense::year_of_age)) continue;
            take_age(*n);
            ages_alone_ = in_years_ = true;
            m_.use(i, 2);
        }
    }

    // "2+1": adults and children
    void read_plus() {
        for (std::size_t i = 0; i + 2 < m_.size(); ++i) {
            auto const a = people(i);
            auto const b = people(i + 2);
            if (!a || !b || !(m_.is(i + 1, sense::plus_mark)) || counts_people(i) ||
                counts_people(i + 2))
                continue;
            out_.adults = *a;
            if (!any_children_) children_ = *b;
            any_children_ = true;
            m_.use(i, 3);
        }
    }

    void read_adults() {
        for (std::size_t i = 0; i < m_.size(); ++i) {
            auto const n = people(i);
            if (n && m_.is(i + 1, sense::adult)) {
                out_.adults = out_.adults.value_or(0) + *n;
                m_.use(i, 2);
            } else if (m_.is(i, sense::group) && !out_.adults) {
                out_.adults = m_.items[i].value(sense::group);
                m_.use(i, 1);
            }
        }
    }

    // "3 personas", "somos 3", "familia de 4", "para dos"
    void read_totals() {
        for (std::size_t i = 0; i < m_.size(); ++i) {
            if (auto const n = people(i); n && m_.is(i + 1, sense::person)) {
                take_total(i, 2, *n, false);
                continue;
            }
            bool const family = m_.is(i, sense::family);
            bool const are = m_.is(i, sense::we_are);
            bool const for_ = m_.is(i, sense::for_);
            if (!family && !are && !for_) continue;
            auto const n = people(i + 1);
            if (!n || counts_something_else(i + 1)) continue;
            if (article(i + 1)) continue;  // "para una …", "for a …"
            take_total(i, m_.is(i + 2, sense::person) ? 3 : 2, *n, family);
        }
    }

    // "una" and "a" are numbers only where nothing follows.
    bool article(std::size_t i) const {
        return !m_.items[i].digits && m_.number(i) == 1 && m_.is_word(i + 1);
    }

    bool counts_something_else(std::size_t i) const {
        for (auto const s : {sense::night, sense::day, sense::week, sense::weekend,
                             sense::month_unit, sense::room, sense::room_kind, sense::month,
                             sense::adult, sense::child, sense::baby, sense::slash, sense::clock})
            if (m_.is(i + 1, s)) return true;
        return false;
    }

    // "somos 2 y un niño" adds the child; "somos 4, 2 niños" contains them.
    void take_total(std::size_t i, std::size_t count, int n, bool contains) {
        if (total_) return;
        total_ = n;
        auto const next = i + count;
        bool const added = m_.is(next, sense::and_) || m_.is(next, sense::with) ||
                           m_.is(next, sense::plus) || m_.is(next, sense::plus_mark);
        contains_ = contains || !added;
        m_.use(i, count);
    }

    void read_asked_ages() {
        if (!ages_.empty() && static_cast<int>(ages_.size()) >= c_.children_known) return;
        // "one is 3 and the other 5": where there are enough numbers in digits, those in words
        // count children, not years.
        int in_digits = 0;
        for (std::size_t i = 0; i < m_.size(); ++i)
            if (people(i) && m_.items[i].digits) ++in_digits;
        bool const only_digits =
            in_digits > 0 && in_digits >= c_.children_known - static_cast<int>(ages_.size());
        for (std::size_t i = 0; i < m_.size(); ++i) {
            auto const n = people(i);
            if (!n || (only_digits && !m_.items[i].digits)) continue;
            bool const months = m_.is(i + 1, sense::month_unit);
            take_age(months ? 0 : *n);
            ages_alone_ = true;
            m_.use(i, months ? 2 : 1);
        }
    }

    // "2", "2 y 1 niño", "dos y dos": the first number is the adults.
    void read_asked_guests() {
        if (out_.adults || total_) return;
        std::vector<std::size_t> numbers;
        for (std::size_t i = 0; i < m_.size(); ++i)
            if (people(i) && !article(i)) numbers.push_back(i);
        if (numbers.empty() || numbers.size() > 2) return;
        out_.adults = *people(numbers[0]);
        if (numbers.size() == 2 && !any_children_) {
            children_ = *people(numbers[1]);
            any_children_ = true;
        }
        for (auto const i : numbers) m_.use(i, 1);
    }

    void settle() {
        out_.child_ages = ages_;
        auto const told = static_cast<int>(ages_.size());
        if (any_children_ && !(out_.some_children && children_ == 0)) {
            out_.children = std::max(children_ - grown_, told);
            out_.some_children = false;
        } else if (ages_alone_) {
            out_.children = told;
            out_.children_from_ages = !in_years_;
        }
        if (!out_.adults && total_) {
            auto const inside = contains_ ? children_ : 0;
            out_.adults = *total_ > inside ? *total_ - inside : *total_;
        }
        if (out_.adults) *out_.adults += grown_;
    }

    tagged_message& m_;
    party_context const& c_;
    party_words out_;
    std::vector<int> ages_;  // of minors
    int children_{0};
    int grown_{0};  // told as children, but of age
    bool any_children_{false};
    bool ages_alone_{false};
    bool in_years_{false};
    std::optional<int> total_;
    bool contains_{true};
};

}  // namespace

party_words read_party(tagged_message& message, party_context const& context) {
    return party_reader(message, context).run();
}

}  // namespace agente::guest
