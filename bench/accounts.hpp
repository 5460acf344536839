// People who may use the admin API, and their sign-ins. Used by the benchmarks of identity.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bench/http_client.hpp"
#include "bench/world.hpp"

namespace agente::bench {

// Owners "owner-0", "owner-1", … with one password: owner n of hotel "hotel-<n modulo hotels>", as
// world names them.
void add_owners(private_database& to, std::size_t owners, std::size_t hotels);

// For service_options::also: requests come from the address that X-Forwarded-For says, so that
// limits and lock-outs by address see as many clients as there would be; tokens outlive the run.
std::map<std::string, std::string> with_many_addresses();

// Whole requests to 127.0.0.1. Each `n` has an address of its own, up to 16 million.
std::string post(unsigned short port, std::size_t n, std::string_view path, std::string_view body);
std::string login_of(unsigned short port, std::size_t owner, std::size_t n);

struct signed_in {
    std::string access_token, refresh_token;
};
signed_in read_tokens(std::string_view body);  // throws when they are not there

// Through HTTP, some at a time. Throws when one of them is refused.
std::vector<signed_in> sign_in_owners(unsigned short port, std::size_t owners);

}  // namespace agente::bench
