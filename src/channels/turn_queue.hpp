// Which guest's turn is due: order, debounce and bounds, without I/O and with time handed in. Used
// by conversation_worker.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace agente::channels {

// One conversation: a guest at one of our addresses in one channel. Its messages are answered one
// turn after the other.
struct conversation_key {
    std::string channel;
    std::string number_id;
    std::string guest;

    auto operator<=>(conversation_key const&) const = default;
};

struct turn_queue_options {
    // People write in bubbles: a turn begins when none came for `debounce`, or `most_debounce`
    // after the first.
    std::chrono::milliseconds debounce{2'000};
    std::chrono::milliseconds most_debounce{8'000};
    std::size_t most_messages{
        4'096};                    // known here; more stay in PostgreSQL until their lease runs out
    std::size_t most_running{64};  // turns at one time
};

class turn_queue {
public:
    using time = std::chrono::steady_clock::time_point;

    explicit turn_queue(turn_queue_options options) : options_(options) {}

    // A stored message waits for its turn. `bubble`: more of the same may follow (texts, pictures);
    // a tapped button is not. `tenant`: the hotel it is for, empty when nobody knows yet; the
    // latest word counts for the whole turn. False: no room, the message is not known here. A
    // message that is known already is taken no second time.
    bool note(conversation_key const& of, std::string message_id, std::string tenant, bool bubble,
              time now);

    struct begun {
        conversation_key of;
        std::string tenant;
    };
    // Conversations whose turn begins now, in the order in which they became due. Each must be
    // ended with end() or again().
    std::vector<begun> start(time now);

    // The running turn works on these too, whoever had them before.
    void took(conversation_key const& of, std::vector<std::string> const& message_ids);

    // When start() may have something; nothing when only new messages or end() can change that.
    std::optional<time> next_due() const;

    // The turn is over. `done`: messages that have ended. Others that came meanwhile make a turn of
    // their own.
    void end(conversation_key const& of, std::vector<std::string> const& done, time now);
    // The turn could not be held to its end; messages that are not `done` wait for the next one,
    // which begins after `pause`.
    void again(conversation_key const& of, std::vector<std::string> const& done,
               std::chrono::milliseconds pause, time now);

    // Every message known here: their leases are to be renewed.
    std::vector<std::string> messages() const;

    std::size_t size() const noexcept { return messages_; }
    std::size_t running() const noexcept { return running_; }
    std::size_t room() const noexcept {
        return options_.most_messages - std::min(messages_, options_.most_messages);
    }

private:
    struct lane {
        std::string tenant;
        std::set<std::string> messages;    // not done
        std::set<std::string> in_turn;     // those the running turn was begun for
        std::optional<time> first_bubble;  // since the last turn began
        std::optional<time> due;           // nothing while running or empty
        bool running{false};
    };
    using lanes = std::map<conversation_key, lane>;

    void set_due(lanes::iterator at, time when);
    void clear_due(lanes::iterator at);
    void drop_if_idle(lanes::iterator at);

    turn_queue_options options_;
    lanes lanes_;
    std::set<std::pair<time, conversation_key>> due_;
    std::size_t messages_{0}, running_{0};
};

}  // namespace agente::channels
