// Listings in pages: what their requests and answers have in common. Used by the routes of
// listings.
//
//     struct find_things : http::page_request { std::optional<std::string> q; };
//     BOOST_DESCRIBE_STRUCT(find_things, (http::page_request), (q))
//     http::endpoint<find_things, http::page<thing>>(routes, …);
//
// The sort key of a page's last row is a described struct of the listing; its text, the cursor, is
// handed back by callers, who do not read it. find_things's rules hold page_limit and
// page_cursor<that struct>.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "http/schema.hpp"

namespace agente::http {

struct page_request {
    int limit{50};
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(page_request, (), (limit, cursor))
inline constexpr rule page_limit =
    rule("limit").between(1, 200).defaulted().describe("How many items at most");
template <class Item>
struct page {
    std::vector<Item> items;
    std::optional<std::string> next_cursor;  // null: this is the last page
    BOOST_DESCRIBE_CLASS(page, (), (items, next_cursor), (), ())
};

std::optional<boost::json::value> cursor_value(std::string_view cursor);
std::string cursor_text(boost::json::value const& key);

template <described_struct Key>
std::string write_cursor(Key const& last) {
    return cursor_text(encode(last));
}

// nullopt: write_cursor() has not made it of such a key.
template <described_struct Key>
std::optional<Key> key_of_cursor(std::string_view cursor) {
    auto const value = cursor_value(cursor);
    Key key{};
    field_errors errors;
    place const root;
    if (value) decode(*value, key, rule(), root, errors);
    return value && errors.empty() ? std::optional(std::move(key)) : std::nullopt;
}

template <described_struct Key>
bool is_cursor(std::string_view text) {
    return key_of_cursor<Key>(text).has_value();
}
template <described_struct Key>
std::string example_cursor() {
    return cursor_text(example_of<Key>(rule()));
}

template <described_struct Key>
inline constexpr rule page_cursor =
    rule("cursor")
        .length(1, 1'000)
        .format("cursor", &is_cursor<Key>)
        .pattern("^([0-9a-f]{2})+$")
        .describe("next_cursor of the page before this one; left out: the first page")
        .example(&example_cursor<Key>);

// Of a cursor that page_cursor<Key> let through.
template <described_struct Key>
Key read_cursor(std::string_view cursor) {
    return key_of_cursor<Key>(cursor).value();
}

}  // namespace agente::http
