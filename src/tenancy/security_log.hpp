// Where security events are noted (agente.security_events). A port: identity writes them, and
// everybody who sees one calls this.
#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace agente::tenancy {

struct security_event {
    std::string
        type;  // "auth.signed_in", "tenants.secret_changed": identity/security_events lists them
    std::string tenant, user_id, address;  // empty: not known
    boost::json::object details{};         // no secrets, no passwords, no tokens
};

class security_log {
public:
    // Returns at once; written soon after, together with others. What cannot be written goes to the
    // log.
    virtual void note(security_event what) = 0;

protected:
    ~security_log() = default;
};

}  // namespace agente::tenancy
