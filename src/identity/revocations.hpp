// Which access tokens are worthless before they expire: an instance's knowledge of
// agente.revocations. Read when somebody asks and the knowledge is old, never otherwise: an idle
// instance polls nothing. Used by authenticator.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "identity/access_token.hpp"
#include "net/task.hpp"
#include "postgres/query.hpp"

namespace agente::postgres {
class database;
}
namespace agente::telemetry {
class metrics;
}

namespace agente::identity {

struct revocation_limits {
    std::chrono::milliseconds fresh{500};         // knowledge younger than this is good
    std::chrono::milliseconds oldest{1'000};      // older than this it is not used at all
    std::chrono::milliseconds patience{3'000};    // with the database
    std::chrono::seconds longest_token{15 * 60};  // nothing is remembered for longer
};

// Belongs to one loop. Metrics: revocation_reads_total{outcome}, revocations_known.
class revocations {
public:
    revocations(asio::io_context& loop, postgres::database& db, clock const& time,
                telemetry::metrics& metrics, revocation_limits limits = {});
    ~revocations();

    // What was committed up to `limits.oldest` before this call counts. Between `fresh` and
    // `oldest` a read starts in the background; past it the call waits for one, which all callers
    // share. Throws failure unavailable "auth.unavailable" when nothing can be known.
    task<bool> revoked(claims const& token);

private:
    struct core;
    std::shared_ptr<core> core_;
};

namespace store {
std::vector<postgres::query_text> revocation_queries();
}

}  // namespace agente::identity
