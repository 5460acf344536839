// What is to be sent next: one message of a guest at a time, each number within its rate. No I/O,
// time is handed in. Used by whatsapp_sender.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "channels/turn_queue.hpp"

namespace agente::channels {

struct outgoing {
    std::string id;  // of the outbox row
    conversation_key to;
    boost::json::object message;
    int attempts{0};     // made before
    bool resent{false};  // taken over: an earlier attempt may have reached the guest
};

struct send_queue_options {
    std::size_t most{4'096};  // messages known here, those under way included; see full()
    std::size_t most_under_way{32};
    double rate{80};   // messages a second and number: what Meta allows an ordinary number
    double burst{40};  // messages that may leave at once after a rest
};

class send_queue {
public:
    using time = std::chrono::steady_clock::time_point;

    explicit send_queue(send_queue_options options) : options_(options) {}

    // Never refuses: a turn that began while there was room brings its few replies all the same.
    // Whoever begins turns or takes over rows looks at full() before.
    void add(outgoing one);
    // Messages to send now; each must be ended with done() or again().
    std::vector<outgoing> start(time now);
    std::optional<time> next_start(time now)
        const;  // when start() may have something; nothing: only done() or add() can change it

    void done(conversation_key const& of);
    // The guest's next message is this one once more, not before `when`.
    void again(outgoing one, time when);
    // Nothing leaves from this number before `when`: its rate or its account is the trouble.
    void hold(std::string const& number_id, time when);

    std::vector<std::string> messages() const;  // ids, for renewing leases
    std::vector<std::string> waiting()
        const;  // ids of those that surely have not been sent: never tried, or refused for now
    std::size_t size() const noexcept { return size_; }
    bool full() const noexcept { return size_ >= options_.most; }

private:
    struct lane {
        std::deque<outgoing> waiting;
        std::string under_way;  // id; empty: none
        time not_before{};
    };
    struct number {
        double tokens;
        time at;
        time not_before{};
    };
    number& number_of(std::string const& id, time now);
    time earliest(conversation_key const& key, lane const& l, time now) const;

    send_queue_options options_;
    std::map<conversation_key, lane> lanes_;
    std::deque<conversation_key>
        order_;  // lanes that have something waiting and nothing under way, longest waiting first
    std::map<std::string, number> numbers_;
    std::size_t size_{0}, under_way_{0};
};

}  // namespace agente::channels
