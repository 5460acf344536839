// The structs that the tests of typed endpoints use: every kind of member once.
#pragma once

#include <array>
#include <span>

#include "http/endpoint.hpp"

namespace agente::http::test {

enum class board { room_only, breakfast, half_board };
BOOST_DESCRIBE_ENUM(board, room_only, breakfast, half_board)

struct person {
    std::string name;
    std::optional<int> age;
    std::vector<person> children;
};
BOOST_DESCRIBE_STRUCT(person, (), (name, age, children))
inline constexpr std::array person_rules{rule("name").length(1, 10).example("Ana"),
                                         rule("age").between(0, 130),
                                         rule("children").items(0, 3).defaulted()};
constexpr std::span<rule const> http_rules(person const*) { return person_rules; }

inline bool looks_like_email(std::string_view s) { return s.find('@') != std::string_view::npos; }

struct order {
    std::string hotel;
    bool dry_run{false};
    person guest;
    std::string email;
    std::int64_t room_type{0};
    std::uint8_t rooms{1};
    std::uint64_t big{0};
    double factor{1.5};
    std::chrono::year_month_day arrival{};
    std::optional<time_point> at;
    board meals{board::room_only};
    std::optional<board> wish;
    std::optional<person> companion;
    std::vector<std::string> tags;
    boost::json::value extra;
    std::optional<std::string> remark;
};
BOOST_DESCRIBE_STRUCT(order, (),
                      (hotel, dry_run, guest, email, room_type, rooms, big, factor, arrival, at,
                       meals, wish, companion, tags, extra, remark))
inline constexpr std::array order_rules{
    rule("dry_run").in_query().defaulted().describe("Check only"),
    rule("email").format("email", looks_like_email).pattern("^.*@.*$").example("ana@hotel.example"),
    rule("room_type").at_least(1),
    rule("rooms").between(1, 9).describe("How many rooms"),
    rule("big").defaulted(),
    rule("factor").between(0, 10).defaulted(),
    rule("meals").defaulted(),
    rule("tags").items(0, 2).length(2, 5).defaulted(),
    rule("extra").defaulted(),
    rule("remark").length(0, 20),
};
constexpr std::span<rule const> http_rules(order const*) { return order_rules; }

struct search {
    std::int64_t id{0};
    std::optional<std::string> q;
    int limit{20};
    std::vector<int> page;
    std::optional<board> meals;
    std::optional<std::chrono::year_month_day> from;
    bool exact{false};
};
BOOST_DESCRIBE_STRUCT(search, (), (id, q, limit, page, meals, from, exact))
inline constexpr std::array search_rules{rule("q").length(1, 10),
                                         rule("limit").between(1, 100).defaulted(),
                                         rule("page").defaulted(), rule("exact").defaulted()};
constexpr std::span<rule const> http_rules(search const*) { return search_rules; }

}  // namespace agente::http::test
