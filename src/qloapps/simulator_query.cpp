#include "qloapps/simulator_query.hpp"

#include <charconv>
#include <cstdlib>

#include "base/text.hpp"
#include "qloapps/simulator_lists.hpp"

namespace agente::qloapps::simulation {

namespace json = boost::json;

namespace {

constexpr std::string_view request_file = "classes/webservice/WebserviceRequest.php";

std::string plain(json::value const& v) {
    if (v.is_string()) return std::string(v.get_string());
    return v.is_int64() ? fmt::format("{}", v.get_int64()) : std::string();
}

std::string lower_ascii(std::string_view s) {
    std::string out(s);
    for (auto& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string as_moment(std::string_view s) {
    return s.size() == 10 ? std::string(s) + " 00:00:00" : std::string(s);
}

std::string_view without_brackets(std::string_view s) {
    if (s.starts_with('[')) s.remove_prefix(1);
    if (s.ends_with(']')) s.remove_suffix(1);
    return s;
}

// After the error itself PHP stumbles over the missing result four times.
void fail(list_query& q, int code, std::string message) {
    if (!q.problems.empty()) return;
    q.problems.push_back({code, std::move(message)});
    for (int line = 1205; line <= 1208; ++line)
        q.problems.push_back(
            php_warning("Trying to access array offset on value of type bool", request_file, line));
}

void read_filter(list_query& q, resource const& what, std::string_view name,
                 std::string_view wanted, bool with_dates) {
    auto const at = what.position(name);
    bool const usable = at < what.fields.size() && !what.fields[at].translated &&
                        (!what.fields[at].date || with_dates);
    if (usable) {
        if (what.fields[at].no_column) q.kills = true;
        q.filters.push_back({at, std::string(wanted)});
        return;
    }
    std::vector<std::string_view> names;
    for (auto const& f : what.fields)
        if (!f.translated && (!f.date || with_dates)) names.push_back(f.name);
    fail(q, 32,
         fmt::format("This filter does not exist. Did you mean: \"{}\"? The full list is: \"{}\"",
                     closest(name, names), fmt::join(names, "\", \"")));
}

void read_display(list_query& q, resource const& what, std::string_view wanted) {
    if (wanted == "full") {
        q.full = true;
        return;
    }
    for (auto const name : text::split(without_brackets(wanted), ',')) {
        auto const at = what.position(text::trim(name));
        if (at < what.fields.size()) {
            q.display.push_back(at);
            continue;
        }
        std::vector<std::string_view> names;
        for (auto const& f : what.fields) names.push_back(f.name);
        fail(q, 35,
             fmt::format("Unable to display this field \"{}\". However, these are available: {}",
                         name, fmt::join(names, ", ")));
    }
    std::ranges::sort(q.display);
    q.display.erase(std::unique(q.display.begin(), q.display.end()), q.display.end());
}

void read_sort(list_query& q, resource const& what, std::string_view wanted) {
    for (auto const key : text::split(without_brackets(wanted), ',')) {
        auto const cut = key.rfind('_');
        auto const direction =
            cut == std::string_view::npos ? std::string_view() : key.substr(cut + 1);
        auto const at =
            cut == std::string_view::npos ? what.fields.size() : what.position(key.substr(0, cut));
        if (at == what.fields.size() || (direction != "ASC" && direction != "DESC")) {
            fail(
                q, 37,
                "The \"sort\" value has to be formed as this example: \"field_ASC\" or '[field_1_DESC,field_2_ASC,field_3_ASC,...]' "
                "(\"field\" has to be an available field)");
            return;
        }
        q.sort.push_back({at, direction == "DESC"});
    }
}

void read_limit(list_query& q, std::string_view wanted) {
    std::vector<std::size_t> numbers;
    for (auto const part : text::split(wanted, ',')) {
        std::size_t n = 0;
        auto const [end, failed] = std::from_chars(part.data(), part.data() + part.size(), n);
        if (failed != std::errc() || end != part.data() + part.size())
            numbers.assign(3, 0);
        else
            numbers.push_back(n);
    }
    if (numbers.empty() || numbers.size() > 2) {
        fail(q, 39, "The \"limit\" value has to be formed as this example: \"5,25\" or \"10\"");
        return;
    }
    q.most = numbers.back();
    q.offset = numbers.size() == 2 ? numbers.front() : 0;
}

}  // namespace

list_query parse_query(resource const& what, http::request const& r) {
    list_query q;
    bool const with_dates = r.query.find("date") == std::string_view("1");
    for (auto const& [name, value] : r.query.items()) {
        if (name.starts_with("filter[") && name.ends_with("]"))
            read_filter(q, what, std::string_view(name).substr(7, name.size() - 8), value,
                        with_dates);
        else if (name == "display")
            read_display(q, what, value);
        else if (name == "sort")
            read_sort(q, what, value);
        else if (name == "limit")
            read_limit(q, value);
    }
    return q;
}

int compare(field const& f, json::value const& v, std::string_view other) {
    auto const own = plain(v);
    if (f.what == kind::number || f.what == kind::money) {
        auto const a = std::strtod(own.c_str(), nullptr);
        auto const b = std::strtod(std::string(other).c_str(), nullptr);
        return a < b ? -1 : a > b ? 1 : 0;
    }
    if (f.what == kind::moment) return as_moment(own).compare(as_moment(other));
    return lower_ascii(own).compare(lower_ascii(other));
}

bool matches(field const& f, json::value const& v, std::string_view wanted) {
    bool const open_start = wanted.starts_with('%');
    bool const open_end = wanted.size() > 1 && wanted.ends_with('%');
    if (open_start || open_end) {
        auto middle = wanted;
        if (open_start) middle.remove_prefix(1);
        if (open_end) middle.remove_suffix(1);
        auto const own = lower_ascii(plain(v));
        auto const part = lower_ascii(without_brackets(middle));
        if (open_start && open_end) return own.find(part) != std::string::npos;
        return open_end ? own.starts_with(part) : own.ends_with(part);
    }
    auto const sign = wanted.empty() ? ' ' : wanted.front();
    if (sign == '>' || sign == '<' || sign == '!') {
        auto const order = compare(f, v, without_brackets(wanted.substr(1)));
        return sign == '>' ? order > 0 : sign == '<' ? order < 0 : order != 0;
    }
    auto const value = without_brackets(wanted);
    if (wanted.starts_with('[') && value.find('|') != std::string_view::npos) {
        auto const choices = text::split(value, '|');
        return std::ranges::any_of(
            choices, [&](std::string_view one_of) { return compare(f, v, one_of) == 0; });
    }
    if (auto const comma = value.find(',');
        wanted.starts_with('[') && comma != std::string_view::npos)
        return compare(f, v, value.substr(0, comma)) >= 0 &&
               compare(f, v, value.substr(comma + 1)) <= 0;
    return compare(f, v, value) == 0;
}

}  // namespace agente::qloapps::simulation
