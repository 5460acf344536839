// The SQL of public.user_sessions. Used by sign_in, sessions and passwords.
#pragma once

#include <string>
#include <vector>

#include "identity/session_facts.hpp"
#include "net/task.hpp"
#include "postgres/batch.hpp"

namespace agente::postgres {
class database;
}

namespace agente::identity::store {

struct new_session {
    std::string id, token_jti, refresh_hash;
    origin from;
};

struct session_limits {
    double life{}, inactivity{}, grace{},
        password_age{};  // seconds; inactivity, password_age 0: none
};

// What proves the second factor. Neither of the codes: the account has none, or `given` says that
// it was proved when the session was opened that this one takes the place of.
struct proof {
    std::optional<std::int64_t> totp_step;
    std::optional<std::string> recovery_hash;
    bool given{false};
};

struct opened_session : session_facts {
    bool opened{false};  // false: the second factor's proof is used up, or another is needed
};
BOOST_DESCRIBE_STRUCT(opened_session, (session_facts), (opened))

// Opens a session if the account still has that password hash and may sign in; no row if not.
// Takes the proof, which is good once.
postgres::handle<opened_session> open_session(postgres::batch& in, std::string const& user,
                                              std::string const& password_hash, proof const& with,
                                              new_session const& session,
                                              session_limits const& limits);

// What became of a refresh token that was shown:
//   rotated    it was the current one; the next one is stored
//   again      it was the one before, a moment ago: the current one goes out once more
//   recovered  it was the one before, and nobody has ever shown the current one: that is replaced,
//              so that whoever shows it later is found out
//   reused     it was an older one: the session is revoked
// and what keeps the session from going on: revoked, expired, inactive, disabled, suspended.
struct refreshed_session : session_facts {
    std::string verdict, refresh_hash;
};
BOOST_DESCRIBE_STRUCT(refreshed_session, (session_facts), (verdict, refresh_hash))

struct shown_token {
    std::string session_id, hash;
    int rotation{0};
    std::string next_hash;        // of the token of rotation + 1
    std::string after_next_hash;  // and + 2
    std::string token_jti;        // of the access token that will go out
    origin from;                  // noted with the session, unless the token was reused
};
// One statement, one round trip. No row: there is no such session.
task<std::optional<refreshed_session>> refresh(postgres::database& db, shown_token const& shown,
                                               session_limits const& limits);

struct listed_session {
    std::string id;
    time_point created_at, refreshed_at, expires_at;
    std::optional<std::string> user_agent, ip_address;  // of the last sign-in or refresh
};
BOOST_DESCRIBE_STRUCT(listed_session, (),
                      (id, created_at, refreshed_at, expires_at, user_agent, ip_address))

// Those that can still be refreshed, the newest first, at most 100.
task<std::vector<listed_session>> sessions_of(postgres::database& db, std::string const& user,
                                              session_limits const& limits);

// Of that user: one, all but one, or all. Returns the ids of those that ended by this.
postgres::handle<std::string> end_one(postgres::batch& in, std::string const& user,
                                      std::string const& session, std::string const& reason);
postgres::handle<std::string> end_others(postgres::batch& in, std::string const& user,
                                         std::string const& kept, std::string const& reason);
postgres::handle<std::string> end_all(postgres::batch& in, std::string const& user,
                                      std::string const& reason);
// Behind a statement that sets a password, in its batch: nothing ends when nothing was set.
postgres::handle<std::string> end_all_if_password(postgres::batch& in, std::string const& user,
                                                  std::string const& password_hash,
                                                  std::string const& reason);

std::vector<postgres::query_text> session_queries();

}  // namespace agente::identity::store
