// The waiting line inside one worker for sets of keys: first come, first served, and one head per
// key. Pure; used by stay_lock.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace agente::booking {

class local_queue {
public:
    using ticket = std::uint64_t;

    explicit local_queue(std::size_t most) : most_(most) {}

    // A place behind everybody who wants one of these keys; empty when the line is full. `keys` are
    // distinct.
    std::optional<ticket> enter(std::vector<std::string> keys);

    // Nobody ahead wants any of its keys: it alone may ask Redis. Stays so until it leaves.
    bool at_head(ticket t) const;
    std::size_t ahead(ticket t) const;  // at most so many must leave first (longest of its lines)

    // The ticket is done with its keys, or gives up waiting. Returns who is at the head because of
    // it, oldest first.
    std::vector<ticket> leave(ticket t);

    std::size_t size() const noexcept { return tickets_.size(); }

private:
    std::size_t most_;
    ticket next_{1};
    std::unordered_map<ticket, std::vector<std::string>> tickets_;
    std::unordered_map<std::string, std::deque<ticket>> lines_;
};

}  // namespace agente::booking
