#include "guest/date_point.hpp"

#include "guest/calendar.hpp"

namespace agente::guest {
namespace {

using namespace std::chrono;

constexpr int most_ahead = 400;  // "in 9999999 weeks" is no date

class point_reader {
public:
    point_reader(tagged_message const& m, std::size_t start, year_month_day today, bare_day bare)
        : m_(m), start_(start), today_(today), bare_(bare) {}

    std::optional<date_point> read() const {
        if (auto p = numeric()) return p;
        if (auto p = relative()) return p;
        if (auto p = in_some_time()) return p;
        if (auto p = day_and_month(start_)) return p;
        if (auto p = month_and_day(start_)) return p;
        if (auto p = with_weekday()) return p;
        if (bare_ == bare_day::allowed) return lone_day(start_);
        return std::nullopt;
    }

private:
    std::optional<date_point> ended(date_point p, std::size_t at) const {
        p.length = at - start_;
        return p;
    }

    bool glued_mark(std::size_t i, sense s) const { return m_.is(i, s); }

    // 2027-03-12, 12/3, 12-03-2027, 12.3.27
    std::optional<date_point> numeric() const {
        auto const a = digits(start_);
        if (!a) return std::nullopt;
        for (auto const divider : {sense::slash, sense::dash, sense::dot}) {
            if (!glued_mark(start_ + 1, divider)) continue;
            auto const b = digits(start_ + 2);
            if (!b) continue;
            auto const c = glued_mark(start_ + 3, divider) ? digits(start_ + 4) : std::nullopt;
            if (*a >= 1000 && c) return made(*c, *b, *a, start_ + 5);
            bool const touching = m_.items[start_ + 1].glued && m_.items[start_ + 2].glued;
            if (c && *c <= 9999 &&
                (divider == sense::slash || (touching && (*c >= 1000 || *c >= 20))))
                return ordered(*a, *b, *c < 100 ? 2000 + *c : *c, start_ + 5);
            // Two numbers alone are a date with a slash or, touching, a dot; with a dash they are a
            // range ("12-15").
            if (divider == sense::slash ||
                (divider == sense::dot && touching && *a <= 31 && *b <= 12))
                return ordered(*a, *b, 0, start_ + 3);
        }
        return std::nullopt;
    }

    std::optional<int> digits(std::size_t i) const {
        auto const n = m_.number(i);
        return n && m_.items[i].digits && !m_.items[i].ordinal ? n : std::nullopt;
    }

    std::optional<date_point> ordered(int a, int b, int y, std::size_t end) const {
        bool day_first = m_.day_first;
        if (day_first && b > 12 && a <= 12) day_first = false;
        if (!day_first && a > 12 && b <= 12) day_first = true;
        return day_first ? made(a, b, y, end) : made(b, a, y, end);
    }

    std::optional<date_point> made(int d, int mo, int y, std::size_t end) const {
        if (d < 1 || d > 31 || mo < 1 || mo > 12) return std::nullopt;
        date_point p;
        p.day = static_cast<unsigned>(d);
        p.month = static_cast<unsigned>(mo);
        p.year = y;
        return ended(p, end);
    }

    std::optional<date_point> relative() const {
        if (!m_.is(start_, sense::relative_day)) return std::nullopt;
        date_point p;
        p.fixed = plus_days(today_, m_.items[start_].value(sense::relative_day));
        // "mañana viernes": the weekday says the same again.
        return ended(p, m_.is(start_ + 1, sense::weekday) && !day_number(start_ + 2) ? start_ + 2
                                                                                     : start_ + 1);
    }

    // "en 3 días", "in two weeks"
    std::optional<date_point> in_some_time() const {
        if (!m_.is(start_, sense::in_)) return std::nullopt;
        auto const n = m_.number(start_ + 1);
        if (!n || *n > most_ahead) return std::nullopt;
        date_point p;
        if (m_.is(start_ + 2, sense::day))
            p.fixed = plus_days(today_, *n);
        else if (m_.is(start_ + 2, sense::week) && *n * 7 <= most_ahead)
            p.fixed = plus_days(today_, *n * 7);
        else
            return std::nullopt;
        return ended(p, start_ + 3);
    }

    std::optional<unsigned> day_number(std::size_t i) const {
        auto n = m_.number(i);
        if (!n && m_.is(i, sense::ordinal)) n = m_.items[i].value(sense::ordinal);
        if (!n || *n < 1 || *n > 31) return std::nullopt;
        return static_cast<unsigned>(*n);
    }

    std::size_t skip(std::size_t i, std::initializer_list<sense> what) const {
        for (;;) {
            bool skipped = false;
            for (auto const s : what)
                skipped = skipped || (m_.is(i, s) && !m_.is(i, sense::number));
            if (!skipped) return i;
            ++i;
        }
    }

    // "12 de marzo [de 2027]", "12th of March", "12 mar"
    std::optional<date_point> day_and_month(std::size_t i) const {
        auto const d = day_number(i);
        if (!d) return std::nullopt;
        auto const month_at = skip(i + 1, {sense::of, sense::dash});
        if (!m_.is(month_at, sense::month)) return std::nullopt;
        date_point p;
        p.day = *d;
        p.month = static_cast<unsigned>(m_.items[month_at].value(sense::month));
        return with_year(p, month_at + 1);
    }

    // "March 12th[, 2027]", "marzo 12"
    std::optional<date_point> month_and_day(std::size_t i) const {
        if (!m_.is(i, sense::month)) return std::nullopt;
        auto const day_at = skip(i + 1, {sense::the});
        auto const d = day_number(day_at);
        if (!d || counts_something(m_, day_at)) return std::nullopt;
        date_point p;
        p.day = *d;
        p.month = static_cast<unsigned>(m_.items[i].value(sense::month));
        return with_year(p, day_at + 1);
    }

    std::optional<date_point> with_year(date_point p, std::size_t at) const {
        auto const year_at = skip(at, {sense::of, sense::comma, sense::from, sense::dash});
        auto const y = m_.number(year_at);
        bool const divided = year_at == at || !m_.is(at, sense::dash) || m_.items[year_at].glued;
        if (y && m_.items[year_at].digits && *y >= 2000 && *y <= 2199 && divided) {
            p.year = *y;
            return ended(p, year_at + 1);
        }
        return ended(p, at);
    }

    // "viernes", "next friday", "el viernes que viene", "viernes 12 [de marzo]"
    std::optional<date_point> with_weekday() const {
        auto i = start_;
        bool const said_next = m_.is(i, sense::next);
        bool const said_this = m_.is(i, sense::this_);
        if (said_next || said_this) ++i;
        if (!m_.is(i, sense::weekday)) return std::nullopt;
        auto const day = skip(i + 1, {sense::comma, sense::the});
        if (auto p = day_and_month(day)) return p;
        if (auto p = month_and_day(day)) return p;
        if (day_number(day) && !counts_something(m_, day) && !m_.is(day + 1, sense::slash))
            return lone_day(day);
        date_point p;
        p.weekday = m_.items[i].value(sense::weekday);
        p.this_one = said_this;
        return ended(p, m_.is(i + 1, sense::coming_next) ? i + 2 : i + 1);
    }

    std::optional<date_point> lone_day(std::size_t i) const {
        auto const d = day_number(i);
        if (!d || counts_something(m_, i)) return std::nullopt;
        date_point p;
        p.day = *d;
        return ended(p, i + 1);
    }

    tagged_message const& m_;
    std::size_t start_;
    year_month_day today_;
    bare_day bare_;
};

}  // namespace

bool counts_something(tagged_message const& m, std::size_t i) {
    for (auto const s : {sense::night, sense::day, sense::week, sense::weekend, sense::month_unit,
                         sense::year_of_age, sense::adult, sense::child, sense::baby, sense::person,
                         sense::family, sense::group})
        if (m.is(i + 1, s)) return true;
    // Nobody asks for fifteen rooms in passing: "del 12 al 15 habitación doble" is a day.
    bool const before_room = m.is(i + 1, sense::room) || m.is(i + 1, sense::room_kind);
    return before_room && m.number(i).value_or(0) < 10;
}

std::optional<date_point> date_at(tagged_message const& m, std::size_t i, year_month_day today,
                                  bare_day bare) {
    return point_reader(m, i, today, bare).read();
}

std::optional<year_month_day> resolve(date_point const& p, year_month_day from, bool strictly) {
    if (p.fixed) return p.fixed;
    auto const earliest = strictly ? plus_days(from, 1) : from;
    if (p.weekday >= 0)
        return next_weekday(strictly || p.this_one ? earliest : plus_days(from, 1), p.weekday);
    if (p.month == 0) return next_day_of_month(earliest, p.day);
    if (p.year == 0) return next_day(earliest, p.month, p.day);
    year_month_day const told{year(p.year), month(p.month), day(p.day)};
    return told.ok() ? std::optional(told) : std::nullopt;
}

}  // namespace agente::guest
