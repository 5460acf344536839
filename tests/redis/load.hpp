// Callers that share a connection, and what became of their commands.
#pragma once

#include <map>
#include <string>

#include "net/loop_fixture.hpp"
#include "redis/connection.hpp"

namespace agente::redis {

// The kind and the message of the failure that `call` must throw.
inline error error_of(std::function<void()> const& call) {
    try {
        call();
    } catch (error const& e) {
        return e;
    }
    ADD_FAILURE() << "nothing was thrown";
    return explain("ERR nothing was thrown");
}

struct tally {
    int answered = 0;
    int wrong = 0;  // an answer that belongs to somebody else
    std::map<error_kind, int> failed;
    int under_way = 0;

    int failures(error_kind kind) const {
        auto const found = failed.find(kind);
        return found == failed.end() ? 0 : found->second;
    }
};

// Sends ECHO `times` times, alone, in pipelines and by script in turn.
inline task<> echo_often(connection& at, script const& echo, std::string name, int times,
                         tally& into) {
    ++into.under_way;
    for (int i = 0; i < times; ++i) {
        auto const word = fmt::format("{}-{}", name, i);
        std::vector<std::string> got;
        std::size_t expected = 1;
        try {
            if (i % 3 == 0) {
                auto const answer = co_await at.command({"ECHO", word});
                got.push_back(answer.string());
            } else if (i % 3 == 1) {
                expected = 2;
                std::vector<std::vector<std::string>> const both{{"ECHO", word}, {"ECHO", word}};
                auto const answers = co_await at.pipeline(both);
                for (auto const& each : answers) got.push_back(each.string());
            } else {
                std::vector<std::string> const keys;
                auto const answer = co_await at.run(echo, keys, {word});
                got.push_back(answer.string());
            }
            auto const right =
                got.size() == expected &&
                std::all_of(got.begin(), got.end(), [&](auto const& g) { return g == word; });
            ++(right ? into.answered : into.wrong);
        } catch (error const& e) {
            ++into.failed[e.reason().kind()];
        }
    }
    --into.under_way;
}

}  // namespace agente::redis
