// What a server's certificate says. Used by command_connection and, for one that was not accepted,
// by `check`.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "postgres/conninfo.hpp"

struct x509_st;  // OpenSSL's X509

namespace agente::postgres {

struct certificate_facts {
    std::string subject, issuer;  // "CN = localhost"
    std::optional<time_point> expires;
};

certificate_facts certificate_facts_of(x509_st const* certificate);

// Looks at the certificate of the first address without trusting it: nothing but the TLS handshake
// is sent, no user, no password. Blocks, each step at most `limit`. Nullopt: no connection or no
// TLS there.
std::optional<certificate_facts> look_at_certificate(conninfo const& where,
                                                     std::chrono::milliseconds limit);

}  // namespace agente::postgres
