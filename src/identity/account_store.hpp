// The SQL of one account's sign-in: password, history, second factor, one-time links. Used by
// sign_in, passwords and second_factors; always as the system.
#pragma once

#include <string>
#include <vector>

#include "base/secret.hpp"
#include "identity/session_facts.hpp"
#include "net/task.hpp"
#include "postgres/batch.hpp"

namespace agente::postgres {
class database;
}

namespace agente::identity::store {

struct account {
    std::string id, username, email;
    std::optional<std::string> full_name;
    std::string role;
    std::optional<std::string> tenant_id;
    bool is_superuser{false}, is_active{false}, hotel_active{true};
    bool must_change{false};
    std::string hashed_password;
    std::optional<std::string> sealed_secret;  // of an activated second factor
    std::int64_t last_step{0};
    int recovery_codes{0};  // left
};
BOOST_DESCRIBE_STRUCT(account, (),
                      (id, username, email, full_name, role, tenant_id, is_superuser, is_active,
                       hotel_active, must_change, hashed_password, sealed_secret, last_step,
                       recovery_codes))

// By e-mail or username, in any case; by e-mail when two accounts match.
task<std::optional<account>> find_for_sign_in(postgres::database& db, std::string const& identifier,
                                              double password_age);
task<std::optional<account>> find_by_id(postgres::database& db, std::string const& id,
                                        double password_age);

// The same password under another hash, if it is still the password.
postgres::handle<void> rehash(postgres::batch& in, std::string const& user,
                              std::string const& old_hash, std::string const& new_hash);

// Hashes of the last passwords, the newest first.
task<std::vector<std::string>> old_hashes(postgres::database& db, std::string const& user,
                                          int most);

// A new password, if the old hash is still the one that was checked: affects one row, or none.
postgres::handle<void> set_password(postgres::batch& in, std::string const& user,
                                    std::string const& old_hash, std::string const& new_hash);
// Notes `hash` if it is the account's and of a password, not the mark of who never chose one; and
// forgets all but the newest `kept`.
postgres::handle<void> remember_password(postgres::batch& in, std::string const& user,
                                         std::string const& hash);
postgres::handle<void> forget_passwords(postgres::batch& in, std::string const& user, int kept);

// By an operator: whatever the old one was.
postgres::handle<void> force_password(postgres::batch& in, std::string const& user,
                                      std::string const& new_hash, bool must_change);

struct link_owner {
    std::string user_id, username, email;
    std::optional<std::string> full_name, tenant_id;
    std::string hashed_password, purpose;
};
BOOST_DESCRIBE_STRUCT(link_owner, (),
                      (user_id, username, email, full_name, tenant_id, hashed_password, purpose))
// Nothing for a link that is used, too old, replaced by a newer one, or of nobody who may sign in.
task<std::optional<link_owner>> find_link(postgres::database& db, std::string const& token_hash);
// The account's open links are worth nothing any more, but for `kept`. In front of what sets a
// password, in its batch: all of these lock links first, in one order, and then the account.
postgres::handle<void> end_links(postgres::batch& in, std::string const& user,
                                 std::string const& kept = {});
// Uses the link and sets the password, in one: affects one row, or none when it was used meanwhile.
postgres::handle<void> use_link(postgres::batch& in, std::string const& token_hash,
                                std::string const& user, std::string const& new_hash);

std::vector<postgres::query_text> account_queries();

}  // namespace agente::identity::store
