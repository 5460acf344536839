#include "guest/stay_reading.hpp"

#include "guest/calendar.hpp"
#include "guest/date_point.hpp"

namespace agente::guest {
namespace {

using namespace std::chrono;

constexpr int most_nights_read = 999;
// A range whose end needs a guessed month or year is taken for a slip when it would be longer than
// this.
constexpr int longest_guess_across_months = 15;
constexpr int longest_guess_across_years = 90;

enum class label { none, arrival, departure };

class stay_reader {
public:
    stay_reader(tagged_message& m, stay_context const& c) : m_(m), c_(c) {}

    stay_words run() {
        std::size_t i = 0;
        while (i < m_.size()) {
            if (!m_.items[i].used) {
                note_label(i);
                if (auto const taken = range(i); taken > 0) {
                    i += taken;
                    continue;
                }
                if (auto const taken = weekend(i); taken > 0) {
                    i += taken;
                    continue;
                }
                if (auto const taken = single(i); taken > 0) {
                    i += taken;
                    continue;
                }
            }
            ++i;
        }
        read_nights();
        bare_answer();
        month_alone();
        settle();
        return out_;
    }

private:
    void note_label(std::size_t i) {
        if (m_.is(i, sense::arrive))
            label_ = label::arrival;
        else if (m_.is(i, sense::leave))
            label_ = label::departure;
        else if (m_.is(i, sense::until))
            label_ = label::departure;
    }

    bool choosing() const { return c_.asked == state::room || c_.asked == state::other_dates; }

    std::size_t skip_articles(std::size_t i) const {
        while (m_.is(i, sense::the) || (m_.is(i, sense::on) && !m_.is(i, sense::in_)) ||
               m_.is(i, sense::arrive))
            ++i;
        return i;
    }

    // "del 12 al 15 de marzo", "from March 3 to 5", "12/3 - 15/3", "entre el 3 y el 5"
    std::size_t range(std::size_t start) {
        auto i = start;
        bool const opened = m_.is(i, sense::from) || m_.is(i, sense::between);
        bool const between = m_.is(i, sense::between);
        if (opened) ++i;
        bool const article = skip_articles(i) != i;
        i = skip_articles(i);
        auto a = date_at(m_, i, c_.today, bare_day::allowed);
        if (!a) return 0;
        i += a->length;
        if (m_.is(i, sense::comma)) ++i;
        bool const by_and = m_.is(i, sense::and_);  // "entre el 3 y el 5", "12 y 13 de marzo"
        if (!by_and && !m_.is(i, sense::to) && !m_.is(i, sense::until) && !m_.is(i, sense::dash))
            return 0;
        bool const dash = m_.is(i, sense::dash);
        ++i;
        while (m_.is(i, sense::leave)) ++i;
        i = skip_articles(i);
        auto b = date_at(m_, i, c_.today, bare_day::allowed);
        if (!b) return 0;
        if (by_and && !between && !(a->bare() && b->month != 0)) return 0;
        // "2-3" is a range of days only where days were talked about.
        if (a->bare() && b->bare() && dash && !opened && !article && !days_expected()) return 0;
        if (a->bare() && b->bare() && c_.asked == state::ages) return 0;
        i += b->length;
        take_range(*a, *b);
        m_.use(start, i - start);
        label_ = label::none;
        return i - start;
    }

    bool days_expected() const {
        return c_.asked == state::arrival || c_.asked == state::departure ||
               c_.asked == state::idle || c_.asked == state::confirm;
    }

    void take_range(date_point a, date_point b) {
        if (a.bare() && b.month != 0) {
            a.month = b.month;
            a.year = b.year;
            if (a.day > b.day) borrow_month(a, b, -1);
        } else if (b.bare() && a.month != 0) {
            b.month = a.month;
            b.year = a.year;
            if (b.day <= a.day) borrow_month(b, a, +1);
        } else if (a.month != 0 && b.month != 0 && a.year == 0 && b.year != 0) {
            a.year =
                a.month > b.month || (a.month == b.month && a.day > b.day) ? b.year - 1 : b.year;
        }
        auto const arrival = resolve_arrival(a);
        if (!arrival) return impossible();
        auto departure = resolve(b, *arrival, true);
        if (!departure) return impossible();
        departure = unless_a_slip(b, *arrival, *departure);
        out_.arrival = arrival;
        out_.departure = departure;
        out_.arrival_alone = false;
    }

    // Written with the days the wrong way round ("del 15 al 12"): give back what was told, not a
    // stay of a year.
    static year_month_day unless_a_slip(date_point const& told, year_month_day arrival,
                                        year_month_day departure) {
        bool const guessed_year = told.year == 0 && told.month != 0;
        auto const nights = days_between(arrival, departure);
        bool const too_far = (guessed_year && nights > longest_guess_across_years) ||
                             (told.bare() && nights > longest_guess_across_months &&
                              told.day <= static_cast<unsigned>(arrival.day()));
        if (!too_far) return departure;
        year_month_day const same{arrival.year(), told.bare() ? arrival.month() : month(told.month),
                                  day(told.day)};
        return same.ok() ? same : departure;
    }

    // The range crosses a month's end ("del 28 al 2 de marzo"), unless that makes it too long to be
    // meant.
    static void borrow_month(date_point& of, date_point const& other, int by) {
        auto const first = by < 0 ? of.day : other.day;
        auto const last = by < 0 ? other.day : of.day;
        if (static_cast<int>(31 - first + last) > longest_guess_across_months) return;
        auto const moved = static_cast<int>(of.month) + by;
        of.month = moved < 1 ? 12u : moved > 12 ? 1u : static_cast<unsigned>(moved);
        if (of.year != 0 && moved < 1) --of.year;
        if (of.year != 0 && moved > 12) ++of.year;
    }

    // A day without a month is in the month that was talked about, if that is still to come.
    std::optional<year_month_day> resolve_arrival(date_point const& p) {
        if (p.bare() && c_.known_arrival) {
            year_month_day const near{c_.known_arrival->year(), c_.known_arrival->month(),
                                      day(p.day)};
            if (near.ok() && near >= c_.today) return near;
        }
        return resolve(p, c_.today, false);
    }

    void impossible() { out_.no_such_day = true; }

    // "this weekend": Friday to Sunday.
    std::size_t weekend(std::size_t start) {
        auto i = start;
        bool said_next = false;
        while (m_.is(i, sense::next) || m_.is(i, sense::this_) || m_.is(i, sense::the)) {
            said_next = said_next || (m_.is(i, sense::next) &&
                                      m_.words.tokens[m_.items[i].first].folded == "next");
            ++i;
        }
        if (!m_.is(i, sense::weekend)) return 0;
        if (m_.is(i + 1, sense::coming_next)) ++i;
        auto const today = weekday_of(c_.today);
        auto friday = next_weekday(c_.today, 5);
        if (today == 6 && !said_next) friday = c_.today;  // it has begun
        auto sunday = next_weekday(plus_days(friday, 1), 0);
        if (said_next && m_.book->next_weekend_skips_one) {
            auto const this_sunday = next_weekday(c_.today, 0);
            friday = next_weekday(plus_days(this_sunday, 1), 5);
            sunday = plus_days(friday, 2);
        }
        out_.arrival = friday;
        out_.departure = sunday;
        weekend_ = true;
        m_.use(start, i + 1 - start);
        return i + 1 - start;
    }

    std::size_t single(std::size_t start) {
        auto i = start;
        bool marked = false;  // something says that a bare number is a day
        while (m_.is(i, sense::the) || m_.is(i, sense::on) || m_.is(i, sense::from) ||
               m_.is(i, sense::until) || m_.is(i, sense::arrive) || m_.is(i, sense::leave)) {
            if (date_at(m_, i, c_.today, bare_day::refused)) break;  // "en 3 días"
            note_label(i);
            if (m_.is(i, sense::from)) label_ = label::arrival;
            bool const vague =
                m_.is(i, sense::from) && m_.items[i].value(sense::from) == 0;  // "de": "una de 2"
            marked = marked || (!vague && !m_.is(i, sense::in_));
            ++i;
        }
        bool const whole_ordinal =
            i < m_.size() && !m_.items[i].used && m_.items[i].digits && m_.items[i].ordinal;
        bool const bare_ok = (marked || whole_ordinal) && !choosing();
        auto const p = date_at(m_, i, c_.today, bare_ok ? bare_day::allowed : bare_day::refused);
        if (!p) return 0;
        if (p->bare() && m_.number(i).value_or(99) < 2 && !m_.items[i].digits)
            return 0;  // "para una", "from a"
        auto const taken = i + p->length - start;
        take_single(*p);
        m_.use(start, taken);
        return taken;
    }

    void take_single(date_point const& p) {
        bool const as_departure =
            label_ == label::departure ||
            (label_ == label::none && out_.arrival && !out_.departure) ||
            (label_ == label::none && !out_.arrival && c_.asked == state::departure);
        if (as_departure) {
            auto const base = out_.arrival ? out_.arrival : c_.known_arrival;
            auto found = base ? resolve(p, *base, true) : resolve(p, c_.today, false);
            if (!found) return impossible();
            if (base) found = unless_a_slip(p, *base, *found);
            if (!out_.departure) out_.departure = found;
        } else if (!out_.arrival) {
            auto const found = resolve_arrival(p);
            if (!found) return impossible();
            out_.arrival = found;
            out_.arrival_alone = label_ == label::none;
        }
        label_ = label::none;
    }

    // "3 noches", "for two nights", "una semana"
    void read_nights() {
        for (std::size_t i = 0; i + 1 < m_.size(); ++i) {
            auto const n = m_.number(i);
            if (!n || *n > most_nights_read) continue;
            int each = 0;
            if (m_.is(i + 1, sense::night))
                each = 1;
            else if (m_.is(i + 1, sense::week))
                each = 7;
            else if (m_.is(i + 1, sense::day))
                each = 1;
            else if (m_.is(i + 1, sense::month_unit) && c_.asked != state::ages && !child_before(i))
                each = 30;
            if (each == 0) continue;
            out_.nights = *n * each;
            m_.use(i, 2);
        }
    }

    bool child_before(std::size_t i) const {
        for (std::size_t back = 1; back <= 3 && back <= i; ++back)
            if (m_.is(i - back, sense::baby) || m_.is(i - back, sense::child)) return true;
        return m_.is(i + 2, sense::baby) || m_.is(i + 2, sense::child);
    }

    // A number alone answers the question that was asked.
    void bare_answer() {
        if (out_.any() || (c_.asked != state::arrival && c_.asked != state::departure)) return;
        std::optional<std::size_t> only;
        for (std::size_t i = 0; i < m_.size(); ++i) {
            if (m_.items[i].used || !m_.number(i) || counts_something(m_, i)) continue;
            if (only) return;
            only = i;
        }
        if (!only) return;
        auto const n = *m_.number(*only);
        if (n < 1 || n > 31) return;
        date_point p;
        p.day = static_cast<unsigned>(n);
        if (c_.asked == state::arrival) {
            out_.arrival = resolve_arrival(p);
        } else if (c_.known_arrival) {
            if (p.day > static_cast<unsigned>(c_.known_arrival->day()))
                out_.departure = resolve(p, *c_.known_arrival, true);
            else
                out_.nights = n;
        }
        m_.use(*only, 1);
    }

    void month_alone() {
        if (out_.any()) return;
        for (std::size_t i = 0; i < m_.size(); ++i) {
            if (!m_.is(i, sense::month)) continue;
            auto const m = static_cast<unsigned>(m_.items[i].value(sense::month));
            auto const y =
                c_.today.year() + years(m < static_cast<unsigned>(c_.today.month()) ? 1 : 0);
            out_.month = y / month(m);
            m_.use(i, 1);
            return;
        }
    }

    void settle() {
        if (out_.nights && *out_.nights < 1) out_.nights.reset();
        if (weekend_ && out_.nights) out_.departure.reset();
        if (out_.arrival && out_.nights && !out_.departure) {
            out_.departure = plus_days(*out_.arrival, *out_.nights);
            out_.arrival_alone = false;
        }
        if (out_.departure) out_.nights.reset();
        if (out_.departure) out_.arrival_alone = false;
        if (out_.no_such_day && !out_.arrival) out_.departure.reset();
    }

    tagged_message& m_;
    stay_context const& c_;
    stay_words out_;
    label label_{label::none};
    bool weekend_{false};
};

}  // namespace

stay_words read_stay(tagged_message& message, stay_context const& context) {
    return stay_reader(message, context).run();
}

}  // namespace agente::guest
