// How a connection to Redis is encrypted, and the certificate the server showed: for checks.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"

namespace agente::redis {

struct tls_facts {
    std::string protocol, cipher;  // "TLSv1.3", "TLS_AES_256_GCM_SHA384"
    std::string subject, issuer;   // "CN = localhost"
    std::optional<time_point> expires;
};

}  // namespace agente::redis
