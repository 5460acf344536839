// Conversations in Redis, and the lock that makes a guest's turns follow each other across
// instances. Used by channels.
//
//   auto session = co_await store.open(scope, turn.guest, owner);
//   if (session.busy) … another instance answers this guest now: try again later
//   auto replies = co_await receptionist.answer(scope, hotel, session.state, turn);
//   if (co_await store.save(scope, turn.guest, owner, session) == saved::lost) … drop this turn:
//   its lock went to another … commit replies to the outbox … co_await store.close(scope,
//   turn.guest, owner);
//
// Redis down is not an error of a turn: open() says memory=false, the conversation goes on without
// memory.
#pragma once

#include <chrono>
#include <string>

#include "guest/conversation.hpp"
#include "net/task.hpp"
#include "redis/connection.hpp"
#include "telemetry/metrics.hpp"
#include "tenancy/scope.hpp"

namespace agente::guest {

struct opened {
    conversation state;
    bool memory{true};  // false: Redis could not be asked; `state` is fresh and there is no lock
    bool busy{false};   // another owner holds the guest's turn; `state` is not to be used
};

enum class saved {
    yes,
    lost,  // the lock ran out and another owner may have it: nothing was written, do not send the
           // replies
    no_memory  // Redis could not be asked; the turn stands
};

struct session_options {
    std::chrono::milliseconds ttl{
        std::chrono::minutes(30)};  // of a conversation, from its last turn
    std::chrono::milliseconds lock_ttl{
        std::chrono::seconds(120)};  // longer than any turn: see booking::service::longest()
};

class session_store {
public:
    session_store(redis::connection& redis, session_options options, telemetry::metrics& metrics);

    // One round trip. The same owner may open again (a turn that is tried again).
    task<opened> open(tenancy::scope const& scope, std::string const& guest,
                      std::string const& owner);

    // Writes only while `owner` holds the lock. A session that was opened without memory is not
    // written: it would overwrite what Redis still has.
    task<saved> save(tenancy::scope const& scope, std::string const& guest,
                     std::string const& owner, opened const& session);

    // Releases the lock if `owner` holds it.
    task<> close(tenancy::scope const& scope, std::string const& guest, std::string const& owner);

private:
    redis::connection& redis_;
    session_options options_;
    telemetry::counter& without_memory_;
    telemetry::counter& unreadable_;
};

}  // namespace agente::guest
