#include "postgres/access.hpp"

namespace agente::postgres {

access access::tenant(std::string slug) { return access("agente_app", std::move(slug)); }
access access::platform() { return access("agente_platform", {}); }
access access::system() { return access("agente_system", {}); }
access access::owner() { return access("none", {}); }

access access::with_timeout(std::chrono::milliseconds limit) const {
    access limited = *this;
    limited.timeout_ = limit;
    return limited;
}

}  // namespace agente::postgres
