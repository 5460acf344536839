// Listings in pages: what their requests and answers have in common. Used by the routes of
// listings.
//
//     struct find_things : http::page_request { std::optional<std::string> q; };
//     BOOST_DESCRIBE_STRUCT(find_things, (http::page_request), (q))
//     http::endpoint<find_things, http::page<thing>>(routes, …);
//
// A request struct with rules of its own lists page_limit and page_cursor among them.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "http/encode.hpp"

namespace agente::http {

struct page_request {
    int limit{50};
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(page_request, (), (limit, cursor))
inline constexpr rule page_limit =
    rule("limit").between(1, 200).defaulted().describe("How many items at most");
inline constexpr rule page_cursor = rule("cursor")
                                        .length(1, 1'000)
                                        .describe("next_cursor of the page before this one")
                                        .example("7b226964223a317d");
inline constexpr std::array page_request_rules{page_limit, page_cursor};
constexpr std::span<rule const> http_rules(page_request const*) { return page_request_rules; }

template <class Item>
struct page {
    std::vector<Item> items;
    std::optional<std::string> next_cursor;  // null: this is the last page
    BOOST_DESCRIBE_CLASS(page, (), (items, next_cursor), (), ())
};

boost::json::value cursor_value(std::string_view cursor);  // throws like read_cursor
std::string cursor_text(boost::json::value const& key);
[[noreturn]] void refuse_cursor();

// The sort key of a page's last row, a described struct, as a text that callers hand back and do
// not read.
template <described_struct Key>
std::string write_cursor(Key const& last) {
    return cursor_text(encode(last));
}

// Throws invalid_fields for what write_cursor() has not made of such a key.
template <described_struct Key>
Key read_cursor(std::string_view cursor) {
    auto const value = cursor_value(cursor);
    Key key{};
    field_errors errors;
    place const root;
    decode(value, key, rule(), root, errors);
    if (!errors.empty()) refuse_cursor();
    return key;
}

}  // namespace agente::http
