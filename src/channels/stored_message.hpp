// A message as the inbox has it, and the turns a guest's open messages make. Pure. Used by inbox
// and turn_runner.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "channels/message.hpp"
#include "channels/turn_queue.hpp"
#include "guest/turn.hpp"

namespace agente::channels {

struct stored_message {
    std::string id;                     // of the inbox row
    std::optional<std::string> tenant;  // nothing: nobody knows yet which hotel is meant
    incoming_message message;
    int attempts{};  // turns begun for it, this one included
};

// The column `body`, both ways; whatever is missing there is empty.
boost::json::value to_body(incoming_message const& m);
void read_body(incoming_message& into, boost::json::value const& body);

// More of the same may follow: wait a moment before answering.
bool is_bubble(incoming_message const& m);

// Acknowledged and kept, but nothing a receptionist would say something to: reactions, edits,
// deletions, the channel's own notes.
bool is_silent(incoming_message const& m);

struct planned_turn {
    std::vector<std::string> ids;     // of the messages it ends
    std::optional<guest::turn> said;  // nothing: silent messages only
};

// In the order the guest wrote. Texts and pictures in a row are one turn, a tap is one of its own,
// silent messages end with a neighbour. `answered_before(id)`: a turn that was interrupted between
// its answer and its end; its messages stay together, so that the recorded answer goes out again
// and nobody acts twice.
std::vector<planned_turn> plan_turns(std::vector<stored_message> messages,
                                     bool (*answered_before)(void const*, std::string const&),
                                     void const* context);

template <class Predicate>
std::vector<planned_turn> plan_turns(std::vector<stored_message> messages,
                                     Predicate const& answered_before) {
    return plan_turns(
        std::move(messages),
        [](void const* p, std::string const& id) {
            return static_cast<bool>((*static_cast<Predicate const*>(p))(id));
        },
        &answered_before);
}

}  // namespace agente::channels
