#include "base/config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "base/dotenv.hpp"
#include "base/text.hpp"

namespace agente::config {
namespace {

std::optional<std::string> from_environment(std::string const& name) {
    auto const* text = std::getenv(name.c_str());
    return text == nullptr ? std::nullopt : std::optional<std::string>(text);
}

void add_file(values& into, std::string const& file, bool required) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        if (required)
            into.problems.push_back(
                fmt::format("the file {} cannot be read: check its path and rights", file));
        return;
    }
    std::ostringstream text;
    text << in.rdbuf();
    auto const parsed = parse_dotenv(text.str(), from_environment);
    for (auto const& problem : parsed.problems) into.problems.push_back(file + " " + problem);
    for (auto const& a : parsed.assignments) {
        if (std::find(into.from_file.begin(), into.from_file.end(), a.name) == into.from_file.end())
            into.from_file.push_back(a.name);
        if (a.value.empty())
            into.by_name.erase(a.name);
        else
            into.by_name[a.name] = {a.value, fmt::format("{} line {}", file, a.line)};
    }
}

}  // namespace

values gather(std::string const& file, bool file_is_required, std::span<std::string const> names,
              std::map<std::string, std::string> const& flags) {
    values out;
    if (!file.empty()) add_file(out, file, file_is_required);
    for (auto const& name : names)
        if (auto text = from_environment(name); text && !text->empty())
            out.by_name[name] = {std::move(*text), "environment"};
    for (auto const& [name, text] : flags) out.by_name[name] = {text, "command line"};
    return out;
}

std::vector<std::string> names_unknown_to(std::vector<std::string> const& from_file,
                                          std::span<std::string const> names) {
    std::set<std::string_view> const known(names.begin(), names.end());
    std::vector<std::string> unknown;
    for (auto const& name : from_file)
        if (!known.contains(name)) unknown.push_back(name);
    return unknown;
}

std::optional<std::string> read(std::string& into, std::string_view text) {
    if (!text::valid_utf8(text)) return "is not valid UTF-8 text";
    into = text;
    return std::nullopt;
}

std::optional<std::string> read(secret& into, std::string_view text) {
    into = secret(std::string(text));
    return std::nullopt;
}

std::optional<std::string> read(bool& into, std::string_view text) {
    auto const word = text::lower(text::trim(text));
    if (word == "1" || word == "true" || word == "yes" || word == "on")
        into = true;
    else if (word == "0" || word == "false" || word == "no" || word == "off")
        into = false;
    else
        return "must be true or false";
    return std::nullopt;
}

std::optional<std::string> read(std::vector<std::string>& into, std::string_view text) {
    into.clear();
    auto const trimmed = text::trim(text);
    if (trimmed.starts_with('[')) {
        boost::system::error_code ec;
        auto const parsed = boost::json::parse(trimmed, ec);
        if (ec || !parsed.is_array()) return "is not a JSON list of texts";
        for (auto const& item : parsed.get_array()) {
            if (!item.is_string()) return "is not a JSON list of texts";
            into.emplace_back(item.get_string());
        }
        return std::nullopt;
    }
    for (auto const part : text::split(trimmed, ','))
        if (auto const item = text::trim(part); !item.empty()) into.emplace_back(item);
    return std::nullopt;
}

std::optional<std::string> read_integer(long long& into, std::string_view text, long long least,
                                        long long most) {
    auto const digits = text::trim(text);
    long long number{};
    auto const [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (ec != std::errc{} || end != digits.data() + digits.size() || number < least ||
        number > most)
        return fmt::format("must be a whole number from {} to {}", least, most);
    into = number;
    return std::nullopt;
}

std::optional<std::string> read_one_of(std::string& into, std::string_view text,
                                       std::span<std::string_view const> words) {
    auto const word = text::lower(text::trim(text));
    if (std::find(words.begin(), words.end(), word) == words.end())
        return fmt::format("must be one of {}", fmt::join(words, ", "));
    into = word;
    return std::nullopt;
}

std::string show(bool value) { return value ? "true" : "false"; }
std::string show(std::vector<std::string> const& value) {
    return fmt::format("{}", fmt::join(value, ","));
}

}  // namespace agente::config
