// The SQL of agente.inbox and of a turn's end. Used by inbox and journal_upkeep; rows in, rows out,
// no decisions.
#pragma once

#include <boost/describe.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "postgres/batch.hpp"

namespace agente::channels::store {

struct claimed_row {
    std::string id, channel, recipient, guest, kind;
    std::optional<std::string> tenant_id;
    boost::json::value body;
    std::optional<time_point> sent_at;
    time_point received_at{};
    int attempts{};
};
BOOST_DESCRIBE_STRUCT(claimed_row, (),
                      (id, channel, recipient, guest, kind, tenant_id, body, sent_at, received_at,
                       attempts))

struct expired_row {
    std::string id, channel, recipient, guest;
    std::optional<std::string> tenant_id;
};
BOOST_DESCRIBE_STRUCT(expired_row, (), (id, channel, recipient, guest, tenant_id))

struct ended_row {
    std::int64_t turn{};            // which of those asked for, from 1
    std::int64_t ended{};           // inbox rows this statement ended: all of the turn's or none
    std::int64_t replies{};         // outbox rows it made
    std::int64_t replies_before{};  // outbox rows with these ids that an earlier try had made
};
BOOST_DESCRIBE_STRUCT(ended_row, (), (turn, ended, replies, replies_before))

// All open messages of these conversations (parallel arrays), at most `most` each, become `owner`'s
// for `lease_seconds`; their count of attempts goes up. Who asks holds the conversation's turn.
postgres::handle<claimed_row> claim(postgres::batch& in, std::string const& owner,
                                    double lease_seconds, int most,
                                    std::vector<std::string> const& channels,
                                    std::vector<std::string> const& recipients,
                                    std::vector<std::string> const& guests);

// Messages whose owner let the lease run out become `owner`'s.
postgres::handle<expired_row> take_expired(postgres::batch& in, std::string const& owner,
                                           double lease_seconds, int most);
postgres::handle<void> renew_inbox(postgres::batch& in, std::string const& owner,
                                   double lease_seconds, std::vector<std::string> const& ids);
postgres::handle<void> release_inbox(postgres::batch& in, std::string const& owner,
                                     std::vector<std::string> const& ids);

struct turn_end {
    std::vector<std::string>
        inbox_ids;  // all must still be open and `owner`'s, else nothing of this turn happens
    std::string outcome;
    std::optional<std::string> tenant_id;
    std::string channel, sender, guest;
    std::vector<std::string> reply_ids;  // parallel to replies
    std::vector<boost::json::value> replies;
};
// Several turns in one statement; a row each. The replies are leased to `owner`.
postgres::handle<ended_row> end_turns(postgres::batch& in, std::string const& owner,
                                      double lease_seconds, std::vector<turn_end> const& all);

std::vector<postgres::query_text> inbox_queries();

}  // namespace agente::channels::store
