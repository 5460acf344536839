// The pure part of group commit: which rows wait, which leave together, who gets which answer. Used
// by group_commit.cpp.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/gate.hpp"
#include "postgres/error.hpp"

namespace agente::postgres {

struct group_limits {
    std::size_t rows_per_statement{256};
    std::size_t bytes_per_statement{256 * 1024};
    std::size_t most_flights{4};    // statements under way at the same time
    std::size_t most_rows{10'000};  // waiting or under way; past any of these three: unavailable
    std::size_t most_bytes{32 << 20};
    std::size_t most_callers{20'000};             // twins included
    std::chrono::milliseconds most_wait{10'000};  // for a departure; past it: unavailable
    int most_retries{3};                          // of a deadlock or a serialization failure
    int most_statements_a_group{
        100};  // when bad rows make it fall apart; past it the rest fail as unavailable
};

struct group_row {
    std::string key;  // what makes two rows the same
    std::vector<std::string>
        cells;  // array elements, ready for an array literal: "\"text\"" or "NULL"

    std::size_t bytes() const noexcept;
};

class group_entry {
public:
    group_entry(group_row row, std::chrono::steady_clock::time_point since)
        : row_(std::move(row)), since_(since) {}

    group_row const& row() const noexcept { return row_; }
    bool settled() const noexcept {
        return state_ == state::added || state_ == state::present || state_ == state::failed;
    }
    // Of a settled entry. True for one caller only: its row was not there before. Throws the error
    // of a failed one.
    bool claim_added();

    net::gate changed;  // opened when it is settled

private:
    friend class group_queue;
    enum class state { waiting, in_flight, added, present, failed };

    group_row row_;
    std::chrono::steady_clock::time_point since_;
    state state_{state::waiting};
    bool claimed_{false};
    std::optional<error> wrong_;
};

using group_entry_ptr = std::shared_ptr<group_entry>;
using group = std::vector<group_entry_ptr>;  // rows of one statement, by key

enum class group_remedy {
    again,   // the same rows once more
    halve,   // one of them is bad: find it
    give_up  // all of them get the error
};
group_remedy remedy_for(error const& wrong, std::size_t rows, int attempts,
                        group_limits const& limits) noexcept;

class group_queue {
public:
    using time_point = std::chrono::steady_clock::time_point;

    group_queue(std::string name, group_limits limits) : name_(std::move(name)), limits_(limits) {}

    // The entry that carries the row, or the one with its key that waits or is under way already.
    // Each call needs one leave(). Throws error{unavailable} when full or closed.
    group_entry_ptr enter(group_row row, time_point now);
    void leave() noexcept { --callers_; }

    // The next rows to go, in the order of their keys, so that statements of several instances
    // cannot deadlock. Those that have waited too long fail here. Empty: none wait.
    group take(time_point now);

    void settle(std::span<group_entry_ptr const> rows,
                std::vector<std::string> const& returned_keys);
    void fail(std::span<group_entry_ptr const> rows, error const& wrong);
    void close();  // fails what waits, and what comes

    bool closed() const noexcept { return closed_; }
    std::size_t waiting() const noexcept { return waiting_.size(); }
    std::size_t known() const noexcept { return by_key_.size(); }
    std::size_t callers() const noexcept { return callers_; }

private:
    error refusal(std::string_view why) const;
    void finish(group_entry& one, group_entry::state how);

    std::string name_;
    group_limits limits_;
    std::deque<group_entry_ptr> waiting_;
    std::unordered_map<std::string, group_entry_ptr> by_key_;
    std::size_t bytes_{0};
    std::size_t callers_{0};
    bool closed_{false};
};

}  // namespace agente::postgres
