// What happens to accounts and secrets, in agente.security_events: written behind the callers'
// backs, many rows a round trip, and listed for those who may read it. One for each worker.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/describe.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "net/task.hpp"
#include "postgres/query.hpp"
#include "tenancy/caller.hpp"
#include "tenancy/security_log.hpp"

namespace agente::postgres {
class database;
}
namespace agente::telemetry {
class metrics;
}

namespace agente::identity {

// The types this folder writes; tenancy adds its own.
namespace event {
inline constexpr auto signed_in = "auth.signed_in", sign_in_failed = "auth.sign_in_failed",
                      locked_out = "auth.locked_out", unlocked = "auth.unlocked",
                      refresh_reused = "auth.refresh_reused",
                      session_revoked = "auth.session_revoked",
                      reauthentication_failed = "auth.reauthentication_failed",
                      password_changed = "auth.password_changed",
                      password_forced = "auth.password_forced", totp_enabled = "auth.totp_enabled",
                      totp_disabled = "auth.totp_disabled", totp_removed = "auth.totp_removed",
                      recovery_code_used = "auth.recovery_code_used",
                      user_created = "users.created", user_deleted = "users.deleted",
                      user_disabled = "users.disabled", user_enabled = "users.enabled",
                      user_renamed = "users.renamed", role_changed = "users.role_changed",
                      invited = "users.invited", unknown_user_refused = "users.unknown_refused";
}  // namespace event

struct noted_event {
    std::string id;
    time_point occurred_at;
    std::string event_type;
    std::optional<std::string> tenant_id, user_id, ip_address;
    boost::json::value details;
};
BOOST_DESCRIBE_STRUCT(noted_event, (),
                      (id, occurred_at, event_type, tenant_id, user_id, ip_address, details))

struct event_filter {
    std::optional<std::string> type, tenant, user;
    std::optional<time_point> from, until;                     // from <= occurred_at < until
    std::optional<std::pair<time_point, std::string>> before;  // the last one that was shown
    int most{50};
};

// Metrics: security_events_total{result}.
class security_events final : public tenancy::security_log {
public:
    // Past `most_pending` events not yet in the database new ones go to the log only.
    security_events(asio::io_context& loop, postgres::database& db, clock const& time,
                    telemetry::metrics& metrics, std::size_t most_pending = 4'096);
    ~security_events();

    void note(tenancy::security_event what) override;

    // The newest first; of the own hotel, or of all for a platform operator.
    task<std::vector<noted_event>> find(tenancy::caller const& who, event_filter by);

    // Returns when everything noted so far is written or given up, at the latest after `most`.
    task<> drain(std::chrono::milliseconds most);

private:
    struct core;
    std::shared_ptr<core> core_;
};

namespace store {
std::vector<postgres::query_text> security_event_queries();
}

}  // namespace agente::identity
