// The name a booking has before it exists: stored in the journal and in the hotel system, where it
// is found again.
#pragma once

#include <string>
#include <string_view>

namespace agente::booking {

// "AH-" and 20 characters of RFC 4648 base32 (A-Z, 2-7): the first 100 bits of SHA-256 over tenant
// and request key. The same request always has the same reference; two of a billion requests share
// one with a chance below 1e-12.
std::string make_reference(std::string_view tenant, std::string_view request_key);

}  // namespace agente::booking
