// The journal of what guests wrote: stored once, leased to the instance that took it, claimed for a
// turn. Used by the channels' routes (add) and by turn_runner (claim).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "channels/inbox_store.hpp"
#include "channels/round_trip.hpp"
#include "channels/stored_message.hpp"
#include "postgres/database.hpp"
#include "postgres/group_commit.hpp"
#include "telemetry/metrics.hpp"

namespace agente::channels {

struct inbox_options {
    std::string owner;  // unique among all workers of all processes, new at every start
    std::chrono::milliseconds lease{
        15'000};            // renewed at a third of it; past it another instance takes over
    int most_per_turn{50};  // messages of one guest claimed at once
};

// What group commit inserts; the members are the columns' arrays.
struct inbox_row {
    std::string id, channel, provider_message_id;
    std::optional<std::string> tenant_id;
    std::string guest, recipient, kind;
    boost::json::value body;
    time_point sent_at{};
    std::string lease_owner;
    double lease_seconds{};
};
BOOST_DESCRIBE_STRUCT(inbox_row, (),
                      (id, channel, provider_message_id, tenant_id, guest, recipient, kind, body,
                       sent_at, lease_owner, lease_seconds))

class inbox {
public:
    inbox(asio::io_context& loop, postgres::database& database, inbox_options options,
          telemetry::metrics& metrics);

    // Returns after the commit. True: new, and leased to us; false: it was there before (or in the
    // same moment). Throws postgres::error: nothing is known to be stored.
    task<bool> add(std::string id, incoming_message m, std::optional<std::string> tenant);

    // The open messages of a conversation, now ours, whoever had them before. The caller holds the
    // guest's turn.
    task<std::vector<stored_message>> claim(conversation_key of);

    std::string const& owner() const noexcept { return options_.owner; }
    double lease_seconds() const noexcept {
        return std::chrono::duration<double>(options_.lease).count();
    }
    int most_per_turn() const noexcept { return options_.most_per_turn; }

private:
    task<std::vector<std::vector<stored_message>>> claim_all(
        std::vector<conversation_key> const& all);

    postgres::database& database_;
    inbox_options options_;
    postgres::group_commit<inbox_row> additions_;
    round_trip<conversation_key, std::vector<stored_message>> claims_;
    telemetry::counter& added_;
    telemetry::counter& duplicates_;
};

}  // namespace agente::channels
