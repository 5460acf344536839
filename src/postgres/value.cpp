#include "postgres/value.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.hpp"

namespace agente::postgres {
namespace {

using namespace std::chrono;

// Reads a fixed syntax from the left; every step says whether it fitted.
class scanner {
public:
    explicit scanner(std::string_view text) : rest_(text) {}

    bool number(int& out, std::size_t least, std::size_t most) {
        std::size_t n = 0;
        out = 0;
        while (n < most && n < rest_.size() && rest_[n] >= '0' && rest_[n] <= '9')
            out = out * 10 + (rest_[n++] - '0');
        rest_.remove_prefix(n);
        return n >= least;
    }
    bool literal(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    // ".123456" as microseconds; absent: zero
    bool fraction(int& micros) {
        micros = 0;
        if (!literal('.')) return true;
        auto const before = rest_.size();
        if (!number(micros, 1, 6)) return false;
        for (auto digits = before - rest_.size(); digits < 6; ++digits) micros *= 10;
        return true;
    }
    bool done() const { return rest_.empty(); }
    char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

private:
    std::string_view rest_;
};

bool read_date(scanner& in, year_month_day& out) {
    int y, m, d;
    if (!(in.number(y, 4, 6) && in.literal('-') && in.number(m, 2, 2) && in.literal('-') &&
          in.number(d, 2, 2)))
        return false;
    out = year_month_day(year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d)));
    return out.ok();
}

// "+00", "-03", "+05:30", "+00:19:32" (local mean times of old dates)
bool read_offset(scanner& in, seconds& out) {
    int const sign = in.peek() == '-' ? -1 : 1;
    if (!in.literal('-') && !in.literal('+')) return false;
    int h, m = 0, s = 0;
    if (!in.number(h, 2, 2)) return false;
    if (in.literal(':') && !in.number(m, 2, 2)) return false;
    if (in.literal(':') && !in.number(s, 2, 2)) return false;
    out = sign * (hours(h) + minutes(m) + seconds(s));
    return true;
}

void check_year(year y) {
    if (y < year(1) || y > year(9999)) throw bad_value("is a time outside the years 1 to 9999");
}

// \u0000 as an escape, not as a backslash followed by "u0000"
bool holds_escaped_nul(std::string_view json) {
    for (std::size_t at = json.find('\\'); at != json.npos && at + 1 < json.size();
         at = json.find('\\', at + 2))
        if (json.substr(at, 6) == "\\u0000") return true;
    return false;
}

}  // namespace

namespace detail {

void append_integer(std::string& out, std::int64_t v) {
    fmt::format_to(std::back_inserter(out), "{}", v);
}

std::int64_t parse_integer(std::string_view text, std::int64_t least, std::int64_t most) {
    std::int64_t v = 0;
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), v);
    if (ec != std::errc() || end != text.data() + text.size())
        throw bad_value("is not a whole number");
    if (v < least || v > most) throw bad_value("is too large for its member");
    return v;
}

void check_text(std::string_view text) {
    if (!text::valid_utf8(text)) throw bad_value("is not valid UTF-8 or holds a NUL byte");
}

void append_element(std::string& out, std::string_view text) {
    out += '"';
    for (char const c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += '"';
}

array_reader::array_reader(std::string_view text) : rest_(text) {
    if (text.size() < 2 || text.front() != '{' || text.back() != '}')
        throw bad_value("is not an array that starts at index 1");
    rest_ = text.substr(1, text.size() - 2);
}

bool array_reader::next(std::optional<std::string>& element) {
    if (rest_.empty() && first_) return false;
    if (!first_) {
        if (rest_.empty()) return false;
        if (rest_.front() != ',') throw bad_value("is not an array");
        rest_.remove_prefix(1);
    }
    first_ = false;
    if (!rest_.empty() && rest_.front() == '{')
        throw bad_value("is an array of more than one dimension");
    std::string text;
    if (rest_.empty() || rest_.front() != '"') {
        auto const end = std::min(rest_.find(','), rest_.size());
        text = rest_.substr(0, end);
        rest_.remove_prefix(end);
        if (text == "NULL")
            element.reset();
        else
            element = std::move(text);
        return true;
    }
    std::size_t i = 1;
    for (; i < rest_.size() && rest_[i] != '"'; ++i) {
        if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
        text += rest_[i];
    }
    if (i >= rest_.size()) throw bad_value("is an array whose quotes do not close");
    rest_.remove_prefix(i + 1);
    element = std::move(text);
    return true;
}

}  // namespace detail

bool value<bool>::parse(std::string_view text) {
    if (text == "t") return true;
    if (text == "f") return false;
    throw bad_value("is not a boolean");
}

void value<double>::append(std::string& out, double v) {
    if (std::isnan(v))
        out += "NaN";
    else if (std::isinf(v))
        out += v > 0 ? "Infinity" : "-Infinity";
    else
        fmt::format_to(std::back_inserter(out), "{}",
                       v);  // shortest text that reads back as the same number
}

double value<double>::parse(std::string_view text) {
    double v = 0;
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), v);
    if (ec != std::errc() || end != text.data() + text.size()) throw bad_value("is not a number");
    return v;
}

void value<time_point>::append(std::string& out, time_point v) {
    check_year(year_month_day(floor<days>(v)).year());
    out += to_rfc3339(v);
}

time_point value<time_point>::parse(std::string_view text) {
    scanner in(text);
    year_month_day date;
    int h, m, s, micros;
    seconds offset{};
    if (!(read_date(in, date) && in.literal(' ') && in.number(h, 2, 2) && in.literal(':') &&
          in.number(m, 2, 2) && in.literal(':') && in.number(s, 2, 2) && in.fraction(micros) &&
          read_offset(in, offset) && in.done()))
        throw bad_value(
            "is not an ISO time of the years 1 to 9999 (is the server's DateStyle ISO?)");
    check_year(date.year());
    return sys_days(date) + hours(h) + minutes(m) + seconds(s) + microseconds(micros) - offset;
}

void value<year_month_day>::append(std::string& out, year_month_day v) {
    if (!v.ok()) throw bad_value("is not a date of the calendar");
    check_year(v.year());
    fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}", int(v.year()), unsigned(v.month()),
                   unsigned(v.day()));
}

year_month_day value<year_month_day>::parse(std::string_view text) {
    scanner in(text);
    year_month_day date;
    if (!read_date(in, date) || !in.done())
        throw bad_value("is not an ISO date (is the server's DateStyle ISO?)");
    check_year(date.year());
    return date;
}

void value<boost::json::value>::append(std::string& out, boost::json::value const& v) {
    auto const text = boost::json::serialize(v);
    detail::check_text(text);
    if (holds_escaped_nul(text)) throw bad_value("holds a NUL character in a JSON string");
    out += text;
}

boost::json::value value<boost::json::value>::parse(std::string_view text) {
    boost::system::error_code ec;
    auto v = boost::json::parse(boost::json::string_view(text.data(), text.size()), ec);
    if (ec) throw bad_value("is not JSON: " + ec.message());
    return v;
}

}  // namespace agente::postgres
