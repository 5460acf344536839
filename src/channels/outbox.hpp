// The journal of what is said to guests: written with the end of the messages it answers, then what
// became of sending it. Used by turn_runner (end), whatsapp_sender (result) and the webhook
// (deliveries).
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "channels/delivery_state.hpp"
#include "channels/inbox_store.hpp"
#include "channels/outbox_store.hpp"
#include "channels/round_trip.hpp"
#include "channels/send_queue.hpp"
#include "postgres/database.hpp"
#include "telemetry/metrics.hpp"

namespace agente::channels {

struct outbox_options {
    std::string owner;  // the inbox's
    std::chrono::milliseconds lease{15'000};
};

// What ends with a turn.
struct turn_ending {
    conversation_key of;
    std::vector<std::string> inbox_ids;
    std::string outcome;  // "answered", "ignored", "asked_hotel", "failed"
    std::optional<std::string> tenant;
    std::vector<boost::json::object> replies;  // channel messages, in order
};

class outbox {
public:
    outbox(asio::io_context& loop, postgres::database& database, outbox_options options,
           telemetry::metrics& metrics);

    // The messages end and the replies exist, or neither: then (nothing) is returned, because
    // another instance took the messages over. Returns what is to be sent now. Shares round trips
    // with other turns, whatever their hotel; one that the server refuses fails alone. Safe to call
    // again after postgres::error. `ids`: of the replies; the same ones when it is called again.
    task<std::optional<std::vector<outgoing>>> end_turn(turn_ending what,
                                                        std::vector<std::string> ids);

    // Shares round trips. Safe to call again after postgres::error.
    task<> write_result(store::sending_result what);

    // Everything one webhook says, in one statement.
    task<> apply(std::string channel, std::vector<delivery_update> told);

    // A message that answers nothing. False: its id exists, so it has been said (or is about to
    // be).
    task<bool> add_follow_up(postgres::access as, store::follow_up_row row);

private:
    struct ended_turn {
        store::ended_row row;
        std::exception_ptr trouble;
    };
    task<std::vector<ended_turn>> end_turns(std::vector<store::turn_end> const& all);
    task<std::vector<ended_turn>> end_together(std::vector<store::turn_end> const& all);
    task<std::vector<bool>> write_results(std::vector<store::sending_result> const& all);

    postgres::database& database_;
    outbox_options options_;
    round_trip<store::turn_end, ended_turn> endings_;
    round_trip<store::sending_result, bool> results_;
    telemetry::counter& window_closed_;
    telemetry::counter& failed_later_;
};

}  // namespace agente::channels
