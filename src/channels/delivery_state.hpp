// How far a sent message got, from updates that come late, twice and in any order. Pure. Used by
// the outbox.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "channels/message.hpp"

namespace agente::channels {

// Everything one webhook says about one message.
struct delivery_summary {
    std::string number_id;  // whose status it is: only a message that left from there is meant
    std::string reference;  // outbox id; empty: only the provider's id is known
    std::string provider_message_id;
    delivery state{};                                                     // the furthest of them
    std::optional<time_point> sent_at, delivered_at, read_at, failed_at;  // the earliest of each
    int error_code{};
    std::string error;
};

// A later rank never gives way to an earlier one. `failed` ranks below delivered: with several
// devices Meta reports both.
int rank(delivery state) noexcept;

// One summary a message and number, ordered by reference and id, so that concurrent webhooks lock
// rows in one order. A reference that is no UUID is not ours and is dropped.
std::vector<delivery_summary> summarise(std::vector<delivery_update> const& updates);

}  // namespace agente::channels
