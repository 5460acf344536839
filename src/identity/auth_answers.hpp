// What the routes of sign-in and accounts answer. Used by auth_routes and account_routes.
#pragma once

#include "http/endpoint.hpp"
#include "identity/account_store.hpp"
#include "identity/token_maker.hpp"

namespace agente::identity {

struct user_answer {
    std::string id, username, email;
    std::optional<std::string> full_name;
    std::string role;
    std::optional<std::string> tenant;
    bool superuser{false}, password_must_change{false};
};
BOOST_DESCRIBE_STRUCT(user_answer, (),
                      (id, username, email, full_name, role, tenant, superuser,
                       password_must_change))
inline constexpr std::array user_answer_rules{
    http::rule("id").example("0192f0c1-7e5b-7c3a-9b1e-3d2f4a5b6c7d"),
    http::rule("username").example("ana"),
    http::rule("email").example("ana@hotel-sol.example"),
    http::rule("full_name").example("Ana Ruiz"),
    http::rule("role").example("owner").describe("owner, manager, agent or viewer"),
    http::rule("tenant").example("hotel-sol").describe("The slug of the hotel; null: of none"),
    http::rule("superuser").describe("An operator of the platform, outside of hotels"),
    http::rule("password_must_change")
        .describe("Every other route is closed until a new password is chosen")};
constexpr std::span<http::rule const> http_rules(user_answer const*) { return user_answer_rules; }

struct tokens_answer {
    std::string access_token, token_type{"Bearer"};
    std::int64_t expires_in{0};
    std::string refresh_token;
    std::int64_t refresh_expires_in{0};
    user_answer user;
};
BOOST_DESCRIBE_STRUCT(tokens_answer, (),
                      (access_token, token_type, expires_in, refresh_token, refresh_expires_in,
                       user))
inline constexpr std::array tokens_answer_rules{
    http::rule("access_token").example("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6…"),
    http::rule("token_type").example("Bearer"),
    http::rule("expires_in").example("900").describe("Seconds"),
    http::rule("refresh_token").example("AZLwwX5bfDqbHj0vSltsfQAAAABzb21lIHNpZ25hdHVy"),
    http::rule("refresh_expires_in").example("2592000").describe("Seconds until the session ends")};
constexpr std::span<http::rule const> http_rules(tokens_answer const*) {
    return tokens_answer_rules;
}

http::answer_as<tokens_answer> answer_of(issued_tokens const& tokens);  // which no cache keeps
user_answer answer_of(store::account const& account);
origin origin_of(http::request const& request);

}  // namespace agente::identity
