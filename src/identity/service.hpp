// All of identity for one worker, wired in one place: what app/ and the command line make, and hand
// to the routes and the guard.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "identity/authenticator.hpp"
#include "identity/hashing.hpp"
#include "identity/lockout.hpp"
#include "identity/options.hpp"
#include "identity/passwords.hpp"
#include "identity/reauthentication.hpp"
#include "identity/second_factors.hpp"
#include "identity/security_events.hpp"
#include "identity/sessions.hpp"
#include "identity/sign_in.hpp"
#include "identity/token_maker.hpp"
#include "identity/users.hpp"

namespace agente::identity {

// In the order of construction: what is named later uses what is named earlier. References must
// outlive it; it belongs to the thread of `loop`.
struct service {
    // Throws failure invalid for options that cannot work ("secret_key.missing", "jwt_key.…").
    service(asio::io_context& loop, postgres::database& database, redis::connection& redis,
            net::cpu_pool& pool, tenancy::sealer const& sealer, clock const& clock, options given,
            telemetry::metrics& metrics);

    // What is noted is written, or given up after `most`.
    task<> stop(std::chrono::milliseconds most) { return events.drain(most); }

    options with;
    postgres::database& db;
    clock const& time;
    security_events events;
    token_maker tokens;
    hashing hashes;
    lockout guesses;
    revocations revoked;
    authenticator who;
    reauthentication again;
    second_factors factors;
    sign_in signing_in;
    identity::sessions sessions;
    identity::passwords passwords;
    identity::users users;
};

// For the test that looks at every query's plan.
std::vector<postgres::query_text> queries();

}  // namespace agente::identity
