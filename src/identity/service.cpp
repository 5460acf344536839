#include "identity/service.hpp"

namespace agente::identity {
namespace {

revocation_limits limits_of(options const& with) {
    revocation_limits out;
    out.longest_token = with.access_life;
    return out;
}

}  // namespace

service::service(asio::io_context& loop, postgres::database& database, redis::connection& redis,
                 net::cpu_pool& pool, tenancy::sealer const& sealer, clock const& clock,
                 options given, telemetry::metrics& metrics)
    : with(std::move(given)), db(database), time(clock), events(loop, database, clock, metrics),
      tokens(with, clock), hashes(pool, with.cost),
      guesses(redis, clock, with.lockout, with.secret_keys.front(), metrics),
      revoked(loop, database, clock, metrics, limits_of(with)),
      who(tokens.access(), revoked, events, clock),
      again(database, hashes, guesses, tokens, events),
      factors(database, sealer, clock, again, events, with.totp_issuer),
      signing_in(database, hashes, guesses, factors, tokens, events, with.refuse_after),
      sessions(database, tokens, events),
      passwords(database, hashes, again, guesses, tokens, events, with.policy),
      users(database, passwords, guesses, clock, events, with) {}

std::vector<postgres::query_text> queries() {
    std::vector<postgres::query_text> all;
    for (auto const& some :
         {store::revocation_queries(), store::security_event_queries(), store::session_queries(),
          store::account_queries(), store::second_factor_queries(), store::user_queries()})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

}  // namespace agente::identity
