// Administering people: those of the own hotel, or all of them for a platform operator. Used by the
// routes and the command line.
#pragma once

#include "identity/lockout.hpp"
#include "identity/options.hpp"
#include "identity/passwords.hpp"
#include "identity/user_store.hpp"
#include "tenancy/caller.hpp"
#include "tenancy/security_log.hpp"

namespace agente::identity {

struct new_user {
    std::string username, email;
    std::optional<std::string> full_name;
    std::string role{"viewer"};
    std::optional<std::string> tenant;  // empty: the caller's own; none for a platform operator
    bool superuser{false};              // a platform operator may make one
    secret password;                    // empty: an invitation instead
    bool must_change{true};             // the password, at the first sign-in
};

struct invitation {
    secret token;  // for /api/v1/auth/accept-link; shown once
    time_point expires_at;
};

struct created_user {
    store::person who;
    std::optional<invitation> invited;
};

// All of them throw failure: not_found "users.not_found" for whom the caller does not see;
// forbidden "users.not_yours" for whom he sees and may not change (superusers, roles of the own
// rank or above), "users.role_above" for a role he cannot give; conflict "users.yourself" for what
// nobody does to himself.
class users {
public:
    users(postgres::database& db, passwords& choosing, lockout& guesses, clock const& time,
          tenancy::security_log& log, options const& with)
        : db_(db), choosing_(choosing), guesses_(guesses), time_(time), log_(log), with_(with) {}

    task<std::vector<store::person>> find(tenancy::caller const& who, store::person_filter by);
    task<store::person> get(tenancy::caller const& who, std::string id);
    // By e-mail or username, for command lines.
    task<store::person> get_by_name(tenancy::caller const& who, std::string identifier);

    // Also conflict "users.username_taken", "users.email_taken"; invalid "users.username",
    // "users.email", "users.no_such_hotel", "users.superuser_of_hotel", and "password.…". Who is
    // made a superuser leaves his hotel.
    task<created_user> create(tenancy::caller const& who, new_user made);
    task<store::person> change(tenancy::caller const& who, std::string id, store::person_change to);
    task<> remove(tenancy::caller const& who, std::string id);

    // A new link; those before it are worth nothing any more. Also conflict "users.disabled".
    task<invitation> invite(tenancy::caller const& who, std::string id);
    task<> force_password_change(tenancy::caller const& who, std::string id);
    task<> unlock(tenancy::caller const& who, std::string id);
    // For who lost the phone and the recovery codes: the password alone opens the account again,
    // and all its sessions end. Operators of the platform only; conflict "users.no_second_factor".
    task<> remove_second_factor(tenancy::caller const& who, std::string id);
    task<int> end_sessions(tenancy::caller const& who, std::string id);  // how many

private:
    store::reach reach_of(tenancy::caller const& who) const;
    [[noreturn]] void refuse_unknown(tenancy::caller const& who, std::string_view asked_for) const;
    store::person changeable(tenancy::caller const& who, std::string_view asked_for,
                             std::optional<store::person> found) const;
    task<postgres::answers> run(postgres::batch batch);
    store::new_link link_by(tenancy::caller const& who, secret const& token) const;
    invitation invitation_with(secret token, bool first) const;
    void note(std::string_view type, tenancy::caller const& by, store::person const& whom,
              boost::json::object details = {});

    postgres::database& db_;
    passwords& choosing_;
    lockout& guesses_;
    clock const& time_;
    tenancy::security_log& log_;
    options const& with_;
};

bool valid_username(std::string_view name);  // no @, no white space: an address is no username
// RFC 5321's mailbox with a dot-string and a host name, all ASCII: a domain of other letters is
// given as punycode.
bool valid_email(std::string_view address);

}  // namespace agente::identity
