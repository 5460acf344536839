// The SQL of administering public.users, run as whoever asks: row level security shows a hotel its
// own people only. Used by users.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "postgres/batch.hpp"

namespace agente::identity::store {

struct person {
    std::string id, username, email;
    std::optional<std::string> full_name;
    std::string role;
    std::optional<std::string> tenant_id;
    bool is_active{true}, is_superuser{false}, password_must_change{false};
    time_point password_last_changed, created_at, updated_at;
};
BOOST_DESCRIBE_STRUCT(person, (),
                      (id, username, email, full_name, role, tenant_id, is_active, is_superuser,
                       password_must_change, password_last_changed, created_at, updated_at))

// Whom the caller may change: people of these roles, superusers too or not.
struct reach {
    std::vector<std::string> roles;
    bool superusers{false};
};

struct person_filter {
    std::optional<std::string> tenant, words,
        after;  // after: lower(username) of the last one shown
    int most{50};
};
postgres::handle<person> find_people(postgres::batch& in, person_filter const& by);
postgres::handle<person> find_person(postgres::batch& in, std::string const& id);
postgres::handle<person> find_person_by_name(postgres::batch& in, std::string const& identifier);
// Held until the batch ends: what is decided behind it holds.
postgres::handle<person> lock_person(postgres::batch& in, std::string const& id);

struct new_person {
    std::string id, username, email, hashed_password;
    std::optional<std::string> full_name, tenant_id;
    std::string role;
    bool must_change{true}, is_superuser{false};
};
// A hotel cannot even name the column that makes a superuser.
postgres::handle<person> add_person(postgres::batch& in, new_person const& who, bool by_platform);

// Empty: stays as it is. full_name may be cleared, hence twice.
struct person_change {
    std::optional<std::string> username, email, role;
    std::optional<std::optional<std::string>> full_name;
    std::optional<bool> is_active;
    // by the platform only
    std::optional<std::optional<std::string>> tenant_id;
    std::optional<bool> is_superuser;
};
// Each of these touches one row within reach, or none. A superuser is not moved into a hotel.
postgres::handle<person> change_person(postgres::batch& in, std::string const& id,
                                       person_change const& to, reach const& within,
                                       bool by_platform);
postgres::handle<std::string> delete_person(postgres::batch& in, std::string const& id,
                                            reach const& within);
postgres::handle<std::string> force_new_password(postgres::batch& in, std::string const& id,
                                                 reach const& within);
postgres::handle<std::string> end_sessions_of(postgres::batch& in, std::string const& id,
                                              std::string const& reason, reach const& within);
// Ends the sessions of somebody who is disabled.
postgres::handle<std::string> end_sessions_if_disabled(postgres::batch& in, std::string const& id);

// Ends its sessions, too. No row: it had none.
postgres::handle<std::string> remove_second_factor(postgres::batch& in, std::string const& id);

struct new_link {
    std::string hash;
    std::string created_by;
    double invite_life{}, reset_life{};  // seconds
};
// An invitation for somebody who never chose a password, else a reset. Affects one row, or none.
postgres::handle<void> add_link(postgres::batch& in, std::string const& user, new_link const& link,
                                reach const& within);

std::vector<postgres::query_text> user_queries();

}  // namespace agente::identity::store
