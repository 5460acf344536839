// The states a booking goes through in agente.booking_journal, as data. Used by the store, the
// service and recovery.
#pragma once

#include <boost/describe/enum.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace agente::booking {

enum class state {
    intended,  // nothing has been sent to the hotel system
    sent,  // a create may be on its way; at most one row of a tenant's room type and night is here
           // (exclusion constraint)
    confirmed,  // exists in the hotel system under pms_id. Final
    failed,     // does not exist there, or was cancelled again; `reason` says why. Final
    unknown     // was sent, and neither found nor ruled out yet
};
BOOST_DESCRIBE_ENUM(state, intended, sent, confirmed, failed, unknown)

std::string_view to_string(state s) noexcept;
bool may_become(state from, state to) noexcept;
bool final(state s) noexcept;
std::vector<state> sources_of(
    state to);  // every state that may become `to`: the WHERE of each update

// A row. `lease_until` set: somebody is, or has to be, at work on it; a final row that has one
// waits for its guest to be told.
struct journal_row {
    std::string reference;
    std::string tenant_id;  // slug
    std::string request_key;
    booking::state state{state::intended};
    std::int64_t room_type{0};
    std::chrono::year_month_day arrival, departure;
    std::int16_t rooms{1};
    std::string guest;                     // channel address
    std::optional<std::string> recipient;  // the hotel's number the guest wrote to
    std::optional<std::string> language;   // the guest's; nothing: not known
    std::optional<std::int64_t> fence;
    std::optional<std::int64_t> pms_id;
    std::optional<std::string> reason;
    std::optional<std::int64_t> quoted_micros;
    std::optional<std::string> quoted_currency;
    std::optional<std::string> lease_owner;
    bool lease_over{true};   // no lease, or it has run out, by the database's clock
    std::int64_t age_ms{0};  // since the last change of state, by the database's clock
};

}  // namespace agente::booking
