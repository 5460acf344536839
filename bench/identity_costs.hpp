// What identity costs without HTTP: a password, a token, a rate limit. Used by identity_bench.
#pragma once

#include <map>
#include <string>

#include "bench/statistics.hpp"
#include "bench/world.hpp"

namespace agente::bench {

// Argon2id as it is deployed, so many threads at once, each again and again: the middle time of one
// check.
double password_check_ms(std::size_t threads, double for_seconds);

// Microseconds of one thread's CPU, by what is checked: a token's signature and claims with either
// algorithm, and with that who it is, revocation included, as a request's guard asks. Throws when a
// token is not good.
void measure_token_checks(world& around, std::map<std::string, rounds>& into);

struct limit_cost {
    rounds per_second, p50_ms, cpu_us, redis_us, commands;
};
// Decisions about `limits` buckets each, by so many callers at once; none is refused.
void measure_rate_limit(world& around, int limits, int callers, limit_cost& into);

}  // namespace agente::bench
