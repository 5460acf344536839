// Asks a guest of a number that several hotels share which hotel is meant, and remembers the answer
// in Redis. Used by turn_runner for messages that belong to no tenant.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "channels/turn_queue.hpp"
#include "guest/reply.hpp"
#include "net/task.hpp"
#include "redis/connection.hpp"
#include "tenancy/directory.hpp"

namespace agente::channels {

struct hotel_question_options {
    std::chrono::seconds remember{
        24 * 3600};  // a choice, from the last message; a tap on another hotel changes it any time
};

class hotel_question {
public:
    hotel_question(redis::connection& redis, tenancy::directory& directory,
                   hotel_question_options options)
        : redis_(redis), directory_(directory), options_(options) {}

    struct chosen {
        tenancy::resolved hotel;
        std::optional<std::string>
            first_words;  // what the guest wanted before being asked: to be answered now
    };
    using outcome = std::variant<chosen, guest::reply>;

    // `words` and `choice` of what the guest says now. Redis down: nothing is remembered, a tap on
    // the list still counts. Throws postgres::error when the hotels cannot be read.
    task<outcome> settle(conversation_key of, std::string words, std::string choice);

private:
    struct memory;
    task<memory> recall(std::string key);
    task<> remember(std::string key, memory what);
    task<guest::reply> ask(std::string key, memory& known, std::string words,
                           std::vector<tenancy::tenant> hotels, bool narrowed);

    redis::connection& redis_;
    tenancy::directory& directory_;
    hotel_question_options options_;
};

}  // namespace agente::channels
