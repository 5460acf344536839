// Taking over a database of an earlier installation: its six tables become ours, every row of them,
// inside the transaction of deploy. What cannot be carried as it is needs a choice of the operator;
// without it nothing is changed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operations/finding.hpp"
#include "postgres/command_connection.hpp"

namespace agente::operations {

enum class dangling_tenant { unassign, create };
enum class kept_twin { oldest, newest };

// What the operator has chosen; nothing: such rows make deploy refuse.
struct adoption_choices {
    // a user's hotel does not exist: the user belongs to none, or an inactive hotel is made
    std::optional<dangling_tenant> dangling;
    // rows that are one number or address: which stays; the others are removed, and noted
    std::optional<kept_twin> identifier;
    // user names or e-mails that differ in case only: who keeps it; the others get a new one
    std::optional<kept_twin> user;
    bool rename_slugs{false};        // slugs with characters that ours may not have
    bool mend_values{false};         // values out of range: each finding says what it becomes
    bool drop_orphans{false};        // rows of a user or hotel that does not exist
    bool drop_extra_columns{false};  // columns that ours do not have
};

struct adoption_options {
    adoption_choices choices;
    // What a guest's number or address is called in our tables; empty: as it stands.
    std::function<std::string(std::string_view)> normalise;
    std::function<void(std::string_view)> told;  // a step of long work, for people
    std::string staff_role{"viewer"};  // of users who belong to a hotel: earlier ones had no roles
};

struct adopted_table {
    std::string name;           // "users"
    std::int64_t before{0};     // rows it had
    std::int64_t carried{0};    // rows it has now
    std::int64_t removed{0};    // by a choice
    std::int64_t added{0};      // by a choice
    std::int64_t respelled{0};  // rows of which a value was written anew
};

struct adoption {
    bool found{false};                 // there was an earlier installation
    findings obstacles;                // what needs a choice that was not made
    std::vector<std::string> decided;  // what the choices did, a line each
    std::vector<adopted_table> tables;
    std::vector<std::string> alembic_versions;  // what the earlier program called its schema

    bool refused() const noexcept { return !obstacles.empty(); }
};

// The two halves, around the run of schema.sql. Both throw failure and postgres::error, upon which
// the transaction is of no use any more.
class adopting {
public:
    adopting(postgres::command_connection& database, adoption_options const& options);

    // Some of the six tables are there.
    bool needed();
    // Moves them out of the way and makes their rows fit. When the result is refused() the
    // transaction must be rolled back. Throws failure conflict "adopt.in_use" when others hold the
    // tables, conflict "adopt.not_ours" when they are of another program.
    adoption prepare();
    // Into the tables schema.sql has made; what is left of the earlier installation is dropped.
    void carry_over(adoption& into);

private:
    postgres::command_connection& database_;
    adoption_options const& options_;
    std::vector<std::string> tables_;  // those of the six that were found
};

}  // namespace agente::operations
