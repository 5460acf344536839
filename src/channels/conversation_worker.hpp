// Answers guests: notes what was stored, begins turns when they are due, sends what they said,
// renews the leases of what it holds, and takes over what other instances left behind. One a
// worker; made by app.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "channels/crew.hpp"
#include "channels/turn_queue.hpp"
#include "channels/turn_runner.hpp"
#include "channels/whatsapp_sender.hpp"
#include "net/gate.hpp"
#include "postgres/database.hpp"
#include "telemetry/metrics.hpp"

namespace agente::channels {

struct conversation_worker_options {
    turn_queue_options queue;
    std::chrono::milliseconds lease{15'000};  // the inbox's and outbox's; renewed at a third of it
    std::chrono::milliseconds settle_after{
        60'000};  // a sending of unknown outcome is sent again when no callback came by then,
                  // though all that time one could have been received
    int most_swept{256};  // messages, and replies, taken over at once
};

class conversation_worker {
public:
    conversation_worker(asio::io_context& loop, postgres::database& database, turn_runner& turns,
                        whatsapp_sender& sender, std::string owner,
                        conversation_worker_options options, telemetry::metrics& metrics);

    void start();
    // No more turns begin; those under way end, at the latest after `drain`; what is left is
    // released for other instances.
    task<> stop(std::chrono::milliseconds drain);

    // A message that is stored and leased to us. No room: it stays in PostgreSQL until its lease
    // runs out. `tenant`: its hotel, empty when nobody knows.
    void note(conversation_key const& of, std::string inbox_id, std::string tenant, bool bubble);

private:
    task<> dispatch();
    task<> hold_turn(turn_queue::begun turn);
    task<> upkeep();
    task<> one_round();

    postgres::database& database_;
    turn_runner& turns_;
    whatsapp_sender& sender_;
    std::string owner_;
    conversation_worker_options options_;
    turn_queue queue_;
    net::gate changed_;
    bool stopping_{false};
    // Since when callbacks could be received and noted: our start, or the end of the last outage.
    std::chrono::steady_clock::time_point able_since_{std::chrono::steady_clock::now()};
    crew turns_under_way_, background_;
    telemetry::gauge& waiting_;
    telemetry::counter& no_room_;
    telemetry::counter& taken_over_;
};

}  // namespace agente::channels
