// Configuration as declarations: a table of settings, filled from a .env file < the environment <
// command line flags, with every problem reported at once. Plain structs come out; nothing else in
// the program reads the environment.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"

namespace agente::config {

// Where a value came from, for messages and `config print`.
struct value {
    std::string text;
    std::string origin;  // "environment", "flag --port", ".env line 12"
};

// The merged values of all sources, by variable name, and what the file held that is not a line of
// NAME=value.
struct values {
    std::map<std::string, value> by_name;
    std::vector<std::string> from_file;  // names the file sets, in order, once each
    std::vector<std::string> problems;
};

// Reads `file` (missing: fine unless `file_is_required`), then the environment of the process for
// the given names, then `flags`. An empty value counts as not set.
values gather(std::string const& file, bool file_is_required, std::span<std::string const> names,
              std::map<std::string, std::string> const& flags);

template <class Settings>
struct setting {
    std::vector<std::string>
        names;            // the first is ours; the others are older names with the same meaning
    std::string help;     // one sentence
    std::string example;  // a value that works
    bool confidential{};  // never shown
    std::function<std::optional<std::string>(Settings&, std::string_view)>
        assign;                                        // what is wrong, or nothing
    std::function<std::string(Settings const&)> show;  // not called when confidential
};

template <class Settings>
struct loaded {
    Settings settings;
    std::vector<std::string> problems;  // each names the variable, what is wrong, and an example
    std::vector<std::string> ignored;   // variables of the file that this version does not know
    std::map<std::string, std::string> origins;
};

template <class Settings>
std::vector<std::string> all_names(std::span<setting<Settings> const> table) {
    std::vector<std::string> names;
    for (auto const& s : table) names.insert(names.end(), s.names.begin(), s.names.end());
    return names;
}

std::vector<std::string> names_unknown_to(std::vector<std::string> const& from_file,
                                          std::span<std::string const> names);

template <class Settings>
loaded<Settings> fill(std::span<setting<Settings> const> table, values const& from,
                      Settings defaults = {}) {
    loaded<Settings> out{
        std::move(defaults), from.problems, names_unknown_to(from.from_file, all_names(table)), {}};
    for (auto const& s : table) {
        for (auto const& name : s.names) {
            auto const found = from.by_name.find(name);
            if (found == from.by_name.end()) continue;
            out.origins[s.names.front()] = found->second.origin;
            if (auto const wrong = s.assign(out.settings, found->second.text))
                out.problems.push_back(name + " (" + found->second.origin + ") " + *wrong +
                                       ". Example: " + name + "=" + s.example);
            break;
        }
    }
    return out;
}

// Readers of one value: nothing when it is fine, else a phrase that follows the variable's name.
std::optional<std::string> read(std::string& into, std::string_view text);
std::optional<std::string> read(secret& into, std::string_view text);
std::optional<std::string> read(bool& into, std::string_view text);  // 1/0 true/false yes/no on/off
std::optional<std::string> read(std::vector<std::string>& into,
                                std::string_view text);  // a,b,c or ["a","b"]
std::optional<std::string> read_integer(long long& into, std::string_view text, long long least,
                                        long long most);
std::optional<std::string> read_one_of(std::string& into, std::string_view text,
                                       std::span<std::string_view const> words);

std::string show(bool value);
std::string show(std::vector<std::string> const& value);

}  // namespace agente::config
