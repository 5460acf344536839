// What the routes of administering people read and answer. Used by user_routes.
#pragma once

#include "http/endpoint.hpp"
#include "http/page.hpp"
#include "identity/users.hpp"

namespace agente::identity {

enum class hotel_role { owner, manager, agent, viewer };
BOOST_DESCRIBE_ENUM(hotel_role, owner, manager, agent, viewer)

struct person_answer {
    std::string id, username, email;
    std::optional<std::string> full_name;
    std::string role;
    std::optional<std::string> tenant;
    bool active{true}, superuser{false}, password_must_change{false};
    time_point password_changed_at, created_at, updated_at;
};
BOOST_DESCRIBE_STRUCT(person_answer, (),
                      (id, username, email, full_name, role, tenant, active, superuser,
                       password_must_change, password_changed_at, created_at, updated_at))
inline constexpr std::array person_rules{
    http::rule("id").example("0192f0c1-7e5b-7c3a-9b1e-3d2f4a5b6c7d"),
    http::rule("username").example("eva"),
    http::rule("email").example("eva@hotel-sol.example"),
    http::rule("full_name").example("Eva Lind"),
    http::rule("role").example("agent").describe("owner, manager, agent or viewer"),
    http::rule("tenant").example("hotel-sol").describe("The slug of the hotel; null: of none")};
constexpr std::span<http::rule const> http_rules(person_answer const*) { return person_rules; }

struct link_answer {
    std::string token;
    time_point expires_at;
};
BOOST_DESCRIBE_STRUCT(link_answer, (), (token, expires_at))
inline constexpr std::array link_rules{
    http::rule("token")
        .example("q3QdHk0mZJpJw2m1l4p6mUq9E1mVt5o8c2y7sXh0aBc")
        .describe("For POST /api/v1/auth/accept-link; good once, and not shown again")};
constexpr std::span<http::rule const> http_rules(link_answer const*) { return link_rules; }

struct created_answer {
    person_answer user;
    std::optional<link_answer> link;
};
BOOST_DESCRIBE_STRUCT(created_answer, (), (user, link))
inline constexpr std::array created_rules{
    http::rule("link").describe("The invitation, when no password was given")};
constexpr std::span<http::rule const> http_rules(created_answer const*) { return created_rules; }

struct users_key {  // of a page's last person
    std::string name;
};
BOOST_DESCRIBE_STRUCT(users_key, (), (name))
inline constexpr std::array users_key_rules{http::rule("name").example("eva")};
constexpr std::span<http::rule const> http_rules(users_key const*) { return users_key_rules; }

struct find_users : http::page_request {
    std::optional<std::string> tenant, q;
};
BOOST_DESCRIBE_STRUCT(find_users, (http::page_request), (tenant, q))
inline constexpr std::array find_users_rules{
    http::page_limit, http::page_cursor<users_key>,
    http::rule("tenant").length(1, 255).example("hotel-sol").describe("Of this hotel only"),
    http::rule("q").length(1, 100).example("eva").describe(
        "A part of the username, e-mail address or name")};
constexpr std::span<http::rule const> http_rules(find_users const*) { return find_users_rules; }

constexpr auto username_rule = http::rule("username")
                                   .length(1, 100)
                                   .format("username", &valid_username)
                                   .pattern(R"(^[^@\x00-\x20\x7f]+$)")
                                   .example("eva");
constexpr auto email_rule = http::rule("email")
                                .length(3, 254)
                                .format("email", &valid_email)
                                .pattern(R"(^[!#-'*+\-/-9=?A-Z^-~.]+@[A-Za-z0-9.\-]+$)")
                                .example("eva@hotel-sol.example");
constexpr auto full_name_rule = http::rule("full_name").length(1, 255).example("Eva Lind");

struct create_user {
    std::string username, email;
    std::optional<std::string> full_name;
    hotel_role role{hotel_role::viewer};
    std::optional<std::string> tenant;
    bool superuser{false};
    std::optional<std::string> password;
    bool password_must_change{true};
};
BOOST_DESCRIBE_STRUCT(create_user, (),
                      (username, email, full_name, role, tenant, superuser, password,
                       password_must_change))
inline constexpr std::array create_rules{
    username_rule,
    email_rule,
    full_name_rule,
    http::rule("role").defaulted(),
    http::rule("tenant")
        .length(1, 255)
        .example("hotel-sol")
        .describe("The caller's own when it is missing; of operators: none"),
    http::rule("superuser").defaulted(),
    http::rule("password")
        .length(1, longest_password)
        .example("seven herons under a bridge")
        .describe("Missing: the answer has an invitation, by which the person chooses one"),
    http::rule("password_must_change").defaulted()};
constexpr std::span<http::rule const> http_rules(create_user const*) { return create_rules; }

struct user_request {
    std::string id;
};
BOOST_DESCRIBE_STRUCT(user_request, (), (id))
constexpr auto id_rule =
    http::rule("id").length(1, 255).example("0192f0c1-7e5b-7c3a-9b1e-3d2f4a5b6c7d");
inline constexpr std::array user_request_rules{id_rule};
constexpr std::span<http::rule const> http_rules(user_request const*) { return user_request_rules; }

struct change_user {
    std::string id;
    std::optional<std::string> username, email;
    std::optional<std::optional<std::string>> full_name;
    std::optional<hotel_role> role;
    std::optional<bool> active;
    std::optional<std::optional<std::string>> tenant;
    std::optional<bool> superuser;
};
BOOST_DESCRIBE_STRUCT(change_user, (),
                      (id, username, email, full_name, role, active, tenant, superuser))
inline constexpr std::array change_rules{
    id_rule,
    username_rule,
    email_rule,
    full_name_rule,
    http::rule("active").describe("false: all sessions end, and none can be opened"),
    http::rule("tenant").length(1, 255).example("hotel-sol").describe("Operators only"),
    http::rule("superuser").describe("Operators only; true: outside hotels")};
constexpr std::span<http::rule const> http_rules(change_user const*) { return change_rules; }

struct ended_answer {
    int ended{0};
};
BOOST_DESCRIBE_STRUCT(ended_answer, (), (ended))

}  // namespace agente::identity
