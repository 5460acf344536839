// The SQL of agente.outbox. Used by outbox and journal_upkeep; rows in, rows out, no decisions.
#pragma once

#include <boost/describe.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "channels/delivery_state.hpp"
#include "postgres/batch.hpp"

namespace agente::channels::store {

struct taken_row {
    std::string id, channel, sender, guest;
    std::optional<std::string> tenant_id;
    boost::json::value message;
    int attempts{};
};
BOOST_DESCRIBE_STRUCT(taken_row, (), (id, channel, sender, guest, tenant_id, message, attempts))

struct updated_row {
    std::string id, state;
    std::optional<std::string> error;
};
BOOST_DESCRIBE_STRUCT(updated_row, (), (id, state, error))

// What became of one sending.
struct sending_result {
    std::string id;
    std::string state;  // sent, unknown, failed
    std::optional<std::string> provider_message_id, error;
    int attempts{};
};

// Results in one statement, whatever is known by then from callbacks that were faster: it is never
// taken back. An `unknown` or `failed` of somebody who no longer holds the lease does not count.
postgres::handle<void> write_results(postgres::batch& in, std::string const& owner,
                                     std::vector<sending_result> results);

// Replies that nobody works on: given back, or their owner's lease ran out, or their outcome is
// unknown, `settle_seconds` ago, and no callback came. They become `owner`'s, to be sent again.
// Without `settle_seconds` only those given back.
postgres::handle<taken_row> take_unsettled(postgres::batch& in, std::string const& owner,
                                           double lease_seconds,
                                           std::optional<double> settle_seconds, int most);
postgres::handle<void> renew_outbox(postgres::batch& in, std::string const& owner,
                                    double lease_seconds, std::vector<std::string> const& ids);
// Given back unsent: the next sweep of anybody takes them.
postgres::handle<void> release_outbox(postgres::batch& in, std::string const& owner,
                                      std::vector<std::string> const& ids);

// What the channel reports, as one statement. Rows that changed come back. A status changes only a
// message that left from its own number, whatever ids it names.
postgres::handle<updated_row> apply_deliveries(postgres::batch& in, std::string const& channel,
                                               std::vector<delivery_summary> const& told);

// A message that answers nothing (a booking settled later): made already leased, like a reply.
struct follow_up_row {
    std::string id, tenant_id, channel, sender, guest, owner;
    boost::json::value message;
    double lease_seconds{};
};
postgres::handle<void> add_follow_up(postgres::batch& in, follow_up_row const& row);

std::vector<postgres::query_text> outbox_queries();

}  // namespace agente::channels::store
