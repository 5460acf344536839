// What a member of a request struct must look like beyond its type, declared beside the struct.
// Used by typed endpoints.
//
//     struct guest_stay { std::string name; int rooms; std::optional<std::string> remark; };
//     BOOST_DESCRIBE_STRUCT(guest_stay, (), (name, rooms, remark))
//     inline constexpr std::array guest_stay_rules{rule("name").length(1, 80).example("Ana"),
//     rule("rooms").between(1, 9)}; constexpr std::span<rule const> http_rules(guest_stay const*) {
//     return guest_stay_rules; }   // found by its argument
#pragma once

#include <boost/describe.hpp>
#include <boost/mp11/algorithm.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace agente::http {

struct rule {
    constexpr explicit rule(std::string_view name) : member(name) {}
    constexpr rule() = default;

    constexpr rule between(std::int64_t from, std::int64_t to) const {
        auto r = *this;
        r.least = from;
        r.most = to;
        return r;
    }
    constexpr rule at_least(std::int64_t from) const {
        auto r = *this;
        r.least = from;
        return r;
    }
    // Of a text, in characters (code points); of a list's texts when the member is a list.
    constexpr rule length(std::size_t from, std::size_t to) const {
        auto r = *this;
        r.shortest = from;
        r.longest = to;
        return r;
    }
    constexpr rule items(std::size_t from, std::size_t to) const {
        auto r = *this;
        r.fewest = from;
        r.most_items = to;
        return r;
    }
    // `name` goes into the document as the text's format; `test` decides. Needs an example that
    // passes.
    constexpr rule format(std::string_view name, bool (*test)(std::string_view)) const {
        auto r = *this;
        r.format_name = name;
        r.accepts = test;
        return r;
    }
    // For the document alone: a regular expression (ECMA 262, anchored) that every text passes
    // which `format`'s test lets through, so that callers know before they ask.
    constexpr rule pattern(std::string_view expression) const {
        auto r = *this;
        r.documented_pattern = expression;
        return r;
    }
    constexpr rule describe(std::string_view words) const {
        auto r = *this;
        r.description = words;
        return r;
    }
    constexpr rule example(std::string_view text) const {
        auto r = *this;
        r.written_example = text;
        return r;
    }  // "2" for a number
    constexpr rule example(std::string (*made)()) const {
        auto r = *this;
        r.make_example = made;
        return r;
    }
    constexpr rule defaulted() const {
        auto r = *this;
        r.has_default = true;
        return r;
    }  // may be missing: the struct's own value stays
    constexpr rule in_query() const {
        auto r = *this;
        r.from_query = true;
        return r;
    }  // of POST, PUT and PATCH too
    constexpr rule called(std::string_view name) const {
        auto r = *this;
        r.other_name = name;
        return r;
    }  // a query parameter whose name C++ members cannot have: "hub.mode"

    constexpr std::string_view name() const { return other_name.empty() ? member : other_name; }

    std::string_view member, other_name;
    std::optional<std::int64_t> least, most;
    std::optional<std::size_t> shortest, longest, fewest, most_items;
    std::string_view format_name, documented_pattern, description, written_example;
    bool (*accepts)(std::string_view){nullptr};
    std::string (*make_example)(){nullptr};
    bool has_default{false};
    bool from_query{false};
};

template <class T>
using members_of = boost::describe::describe_members<T, boost::describe::mod_public |
                                                            boost::describe::mod_inherited>;

template <class T>
constexpr std::span<rule const> rules_of() {
    if constexpr (requires { http_rules(static_cast<T const*>(nullptr)); }) {
        constexpr auto all = http_rules(static_cast<T const*>(nullptr));
        constexpr bool every_rule_has_its_member = [](std::span<rule const> rules) {
            for (auto const& r : rules) {
                bool found = false;
                boost::mp11::mp_for_each<members_of<T>>(
                    [&](auto d) { found = found || r.member == d.name; });
                if (!found) return false;
            }
            return true;
        }(all);
        static_assert(every_rule_has_its_member,
                      "a rule names a member that the struct does not have");
        return all;
    } else {
        return {};
    }
}

template <class T>
constexpr rule rule_of(std::string_view member) {
    for (auto const& r : rules_of<T>())
        if (r.member == member) return r;
    return rule(member);
}

}  // namespace agente::http
