// Rows that several stores of this folder read alike, and who is at the other end of a request.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace agente::identity {

// Where a request comes from, as noted with sessions and events.
struct origin {
    std::string address;
    std::string user_agent;
};

// A session with what its user may do, both as of one moment.
struct session_facts {
    std::string session_id, user_id, username, email;
    std::optional<std::string> full_name;
    std::string role;
    std::optional<std::string> tenant_id;
    bool is_superuser{false};
    bool must_change{false};   // by force, or because the password is too old
    std::int64_t revision{0};  // see claims::revision
    int rotations{0};
    time_point expires_at, server_now;
};
BOOST_DESCRIBE_STRUCT(session_facts, (),
                      (session_id, user_id, username, email, full_name, role, tenant_id,
                       is_superuser, must_change, revision, rotations, expires_at, server_now))

}  // namespace agente::identity
