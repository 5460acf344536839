// One turn of one conversation from its claim to its committed replies: which hotel, the guest's
// lock and memory, the receptionist, the commit. Used by conversation_worker; holds no queue and
// sends nothing itself.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "channels/hotel_question.hpp"
#include "channels/inbox.hpp"
#include "channels/outbox.hpp"
#include "guest/receptionist.hpp"
#include "guest/session_store.hpp"
#include "tenancy/directory.hpp"
#include "tenancy/flags.hpp"

namespace agente::channels {

struct turn_runner_options {
    int most_attempts{5};  // a message whose turns keep failing ends with an apology and a person
    std::chrono::milliseconds keep_lock_every{5'000};  // well below the session's lock_ttl
    std::chrono::milliseconds busy_pause{150};         // another instance answers this guest now
    std::chrono::milliseconds trouble_pause{
        1'000};  // a dependency is gone; doubles with every attempt
    std::chrono::milliseconds most_trouble_pause{30'000};
    std::chrono::milliseconds most_commit{20'000};  // for the end of a turn to be written
    // Whether a feature is on for a hotel; empty: as it is declared.
    std::function<task<bool>(tenancy::flag const&, std::string slug)> feature{};
    // How long this guest of the hotel has to wait for the next turn, having had many in a short
    // time; what is written meanwhile is answered together then. 0: not at all. Empty: never.
    std::function<task<std::chrono::milliseconds>(std::string slug, std::string guest)> hold_back{};
};

struct turn_report {
    std::vector<std::string> done;                   // inbox ids that ended with it
    std::vector<outgoing> replies;                   // committed and leased to us: to be sent
    std::optional<std::chrono::milliseconds> again;  // the rest is to be tried after this
};

class turn_runner {
public:
    using pms_of = std::function<std::shared_ptr<hotel::property_system>(tenancy::tenant const&)>;

    turn_runner(inbox& messages, outbox& replies, tenancy::directory& directory,
                hotel_question& question, guest::session_store& sessions,
                guest::receptionist& receptionist, pms_of find_pms, turn_runner_options options,
                telemetry::metrics& metrics);

    // What was claimed for the turn: the caller keeps its leases alive while the turn goes on.
    using claimed = std::function<void(std::vector<std::string> const& ids)>;

    // `tenant`: the hotel the webhook resolved, empty when nobody knew. Never throws but for a
    // cancellation: whatever goes wrong with a message ends in another try, and after most_attempts
    // in an apology and a person, also when it is the process that keeps dying of it.
    task<turn_report> run(conversation_key of, std::string tenant, claimed on_claim);

private:
    task<> run_turn(conversation_key const& of, std::string const& tenant, claimed const& on_claim,
                    turn_report& report);
    task<bool> on(tenancy::flag const& what, std::string slug);
    struct begun_turn {
        guest::opened session;
        std::chrono::milliseconds held_back{0};
    };
    task<begun_turn> begin(tenancy::scope as, std::string guest);
    task<std::optional<tenancy::resolved>> hotel_of(conversation_key const& of,
                                                    std::string const& tenant);
    struct answered_turn {
        std::vector<guest::reply> replies;
        std::string outcome;
    };
    task<answered_turn> answer(tenancy::resolved const& hotel, guest::opened& session,
                               guest::turn said, int attempts);
    answered_turn give_up(guest::opened& session, guest::turn const& said);
    task<guest::opened> open(tenancy::resolved const& hotel, conversation_key const& of);
    std::chrono::milliseconds pause_after(int attempts) const;
    task<> with_hotel(conversation_key const& of, tenancy::resolved const& hotel,
                      std::vector<stored_message> messages, std::optional<std::string> first_words,
                      guest::opened& session, turn_report& report);
    task<> holding(conversation_key const& of, tenancy::resolved const& hotel,
                   guest::opened const& session, std::function<task<>()> work);
    task<> ask_which_hotel(conversation_key const& of, std::vector<stored_message> messages,
                           turn_report& report);
    // False: another instance has the messages.
    task<bool> commit(turn_ending what, turn_report& report);

    inbox& inbox_;
    outbox& outbox_;
    tenancy::directory& directory_;
    hotel_question& question_;
    guest::session_store& sessions_;
    guest::receptionist& receptionist_;
    pms_of find_pms_;
    turn_runner_options options_;
    telemetry::counter& poisoned_;
    telemetry::counter& lost_;
    telemetry::counter& held_back_;
    telemetry::histogram& seconds_;
};

}  // namespace agente::channels
