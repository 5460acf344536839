#include "http/decode.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/text.hpp"

namespace agente::http {
namespace {

namespace json = boost::json;

constexpr double exact = 9007199254740992.0;  // 2^53: doubles up to here are integers exactly

std::string_view view(json::value const& v) {
    return {v.get_string().data(), v.get_string().size()};
}

template <class Integer>
std::string bounds(Integer least, Integer most) {
    return fmt::format("must be from {} to {}", least, most);
}

// A group of digits of a date or time. nullopt: something else.
std::optional<int> digits(std::string_view s) {
    int n = 0;
    auto const [end, ec] = std::from_chars(s.data(), s.data() + s.size(), n);
    if (ec != std::errc{} || end != s.data() + s.size() || s.front() == '-') return std::nullopt;
    return n;
}

std::optional<std::chrono::year_month_day> parse_date(std::string_view s) {
    if (s.size() != 10 || s[4] != '-' || s[7] != '-') return std::nullopt;
    auto const y = digits(s.substr(0, 4));
    auto const m = digits(s.substr(5, 2));
    auto const d = digits(s.substr(8, 2));
    if (!y || !m || !d || *y == 0)
        return std::nullopt;  // RFC 3339 has a year 0; PostgreSQL has none
    std::chrono::year_month_day const date{std::chrono::year(*y),
                                           std::chrono::month(static_cast<unsigned>(*m)),
                                           std::chrono::day(static_cast<unsigned>(*d))};
    if (!date.ok()) return std::nullopt;
    return date;
}

// RFC 3339, 5.6: date "T" time ["." fraction] ("Z" | offset). A leap second counts as the second
// after it.
std::optional<time_point> parse_time(std::string_view s) {
    if (s.size() < 20 || (s[10] != 'T' && s[10] != 't') || s[13] != ':' || s[16] != ':')
        return std::nullopt;
    auto const date = parse_date(s.substr(0, 10));
    auto const hour = digits(s.substr(11, 2));
    auto const minute = digits(s.substr(14, 2));
    auto const second = digits(s.substr(17, 2));
    if (!date || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    s.remove_prefix(19);
    std::int64_t micros = 0;
    if (s.front() == '.') {
        s.remove_prefix(1);
        std::int64_t unit = 100'000;
        std::size_t n = 0;
        for (; n < s.size() && s[n] >= '0' && s[n] <= '9'; ++n, unit /= 10)
            micros += (s[n] - '0') * unit;
        if (n == 0) return std::nullopt;
        s.remove_prefix(n);
    }
    std::chrono::minutes offset{0};
    if (s.size() == 6 && (s[0] == '+' || s[0] == '-') && s[3] == ':') {
        auto const h = digits(s.substr(1, 2));
        auto const m = digits(s.substr(4, 2));
        if (!h || !m || *h > 23 || *m > 59) return std::nullopt;
        offset = std::chrono::minutes((s[0] == '-' ? -1 : 1) * (*h * 60 + *m));
    } else if (s != "Z" && s != "z") {
        return std::nullopt;
    }
    return std::chrono::sys_days(*date) + std::chrono::hours(*hour) +
           std::chrono::minutes(*minute) + std::chrono::seconds(*second) +
           std::chrono::microseconds(micros) - offset;
}

bool whole(json::value const& v) {
    return !v.is_double() || std::trunc(v.get_double()) == v.get_double();
}

}  // namespace

void read(json::value const& v, bool& out, rule const&, place const& at, field_errors& errors) {
    if (v.is_bool())
        out = v.get_bool();
    else
        errors.add(at, "type", "must be true or false");
}

std::optional<std::int64_t> read_integer(json::value const& v, std::int64_t least,
                                         std::int64_t most, rule const& r, place const& at,
                                         field_errors& errors) {
    least = std::max(least, r.least.value_or(least));
    most = std::min(most, r.most.value_or(most));
    if (!v.is_number() || !whole(v)) {
        errors.add(at, "type", "must be a whole number");
        return std::nullopt;
    }
    std::optional<std::int64_t> n;
    if (v.is_int64())
        n = v.get_int64();
    else if (v.is_double() && std::abs(v.get_double()) <= exact)
        n = static_cast<std::int64_t>(v.get_double());  // 2.0 is an integer to JSON Schema
    if (n && *n >= least && *n <= most) return n;
    errors.add(at, "range", bounds(least, most));
    return std::nullopt;
}

std::optional<std::uint64_t> read_unsigned(json::value const& v, std::uint64_t most, rule const& r,
                                           place const& at, field_errors& errors) {
    auto const least = static_cast<std::uint64_t>(std::max<std::int64_t>(0, r.least.value_or(0)));
    if (r.most)
        most = std::min(most, static_cast<std::uint64_t>(std::max<std::int64_t>(0, *r.most)));
    if (!v.is_number() || !whole(v)) {
        errors.add(at, "type", "must be a whole number");
        return std::nullopt;
    }
    std::optional<std::uint64_t> n;
    if (v.is_uint64())
        n = v.get_uint64();
    else if (v.is_int64() && v.get_int64() >= 0)
        n = static_cast<std::uint64_t>(v.get_int64());
    else if (v.is_double() && v.get_double() >= 0 && v.get_double() <= exact)
        n = static_cast<std::uint64_t>(v.get_double());
    if (n && *n >= least && *n <= most) return n;
    errors.add(at, "range", bounds(least, most));
    return std::nullopt;
}

void read(json::value const& v, double& out, rule const& r, place const& at, field_errors& errors) {
    if (!v.is_number()) return errors.add(at, "type", "must be a number");
    auto const n = v.to_number<double>();
    if (r.least && n < static_cast<double>(*r.least))
        return errors.add(at, "range", fmt::format("must be at least {}", *r.least));
    if (r.most && n > static_cast<double>(*r.most))
        return errors.add(at, "range", fmt::format("must be at most {}", *r.most));
    out = n;
}

void read(json::value const& v, std::string& out, rule const& r, place const& at,
          field_errors& errors) {
    if (!v.is_string()) return errors.add(at, "type", "must be a text");
    auto const s = view(v);
    auto const n = text::code_points(s);
    if (r.shortest && n < *r.shortest)
        return errors.add(at, "too_short",
                          fmt::format("must have at least {} characters", *r.shortest));
    if (r.longest && n > *r.longest)
        return errors.add(at, "too_long",
                          fmt::format("must have at most {} characters", *r.longest));
    if (r.accepts && !r.accepts(s))
        return errors.add(
            at, "format",
            fmt::format("does not have the format {}, as \"{}\" has", r.format_name,
                        r.make_example ? r.make_example() : std::string(r.written_example)));
    out = s;
}

void read(json::value const& v, std::chrono::year_month_day& out, rule const&, place const& at,
          field_errors& errors) {
    if (!v.is_string()) return errors.add(at, "type", "must be a date such as \"2026-11-24\"");
    if (auto const date = parse_date(view(v)))
        out = *date;
    else
        errors.add(at, "format", "must be a date of the calendar such as \"2026-11-24\"");
}

void read(json::value const& v, time_point& out, rule const&, place const& at,
          field_errors& errors) {
    if (!v.is_string())
        return errors.add(at, "type", "must be a time such as \"2026-11-24T09:15:00Z\"");
    if (auto const time = parse_time(view(v)))
        out = *time;
    else
        errors.add(at, "format", "must be a time such as \"2026-11-24T09:15:00Z\"");
}

bool check_items(json::value const& v, rule const& r, place const& at, field_errors& errors) {
    if (!v.is_array()) {
        errors.add(at, "type", "must be a list");
        return false;
    }
    auto const n = v.get_array().size();
    if (r.fewest && n < *r.fewest)
        errors.add(at, "too_short", fmt::format("must have at least {} items", *r.fewest));
    else if (r.most_items && n > *r.most_items)
        errors.add(at, "too_long", fmt::format("must have at most {} items", *r.most_items));
    else
        return true;
    return false;
}

json::object const* check_object(json::value const& v, place const& at, field_errors& errors) {
    if (!v.is_object()) errors.add(at, "type", "must be an object");
    return v.if_object();
}

json::value from_text(std::string_view text, text_kind kind) {
    auto const* const end = text.data() + text.size();
    auto const number = [&](auto n) -> std::optional<decltype(n)> {
        auto const [stop, ec] = std::from_chars(text.data(), end, n);
        if (ec != std::errc{} || stop != end) return std::nullopt;
        return n;
    };
    json::value as_it_is(json::string_view(text.data(), text.size()));
    switch (kind) {
        case text_kind::boolean:
            if (text == "true") return true;
            if (text == "false") return false;
            return as_it_is;
        case text_kind::integer:
            if (auto const n = number(std::int64_t{})) return *n;
            if (auto const n = number(std::uint64_t{})) return *n;
            return as_it_is;
        case text_kind::number:
            if (auto const n = number(double{}); n && std::isfinite(*n)) return *n;
            return as_it_is;
        case text_kind::text: break;
    }
    return as_it_is;
}

}  // namespace agente::http
