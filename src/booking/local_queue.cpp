#include "booking/local_queue.hpp"

#include <algorithm>

namespace agente::booking {

std::optional<local_queue::ticket> local_queue::enter(std::vector<std::string> keys) {
    if (tickets_.size() >= most_) return std::nullopt;
    auto const t = next_++;
    for (auto const& key : keys) lines_[key].push_back(t);
    tickets_.emplace(t, std::move(keys));
    return t;
}

bool local_queue::at_head(ticket t) const {
    auto const found = tickets_.find(t);
    if (found == tickets_.end()) return false;
    return std::ranges::all_of(found->second,
                               [&](std::string const& key) { return lines_.at(key).front() == t; });
}

std::size_t local_queue::ahead(ticket t) const {
    std::size_t longest = 0;
    if (auto const found = tickets_.find(t); found != tickets_.end())
        for (auto const& key : found->second) {
            auto const& line = lines_.at(key);
            longest = std::max(longest,
                               static_cast<std::size_t>(std::ranges::find(line, t) - line.begin()));
        }
    return longest;
}

std::vector<local_queue::ticket> local_queue::leave(ticket t) {
    auto const found = tickets_.find(t);
    if (found == tickets_.end()) return {};
    auto const keys = std::move(found->second);
    tickets_.erase(found);

    std::vector<ticket> fronts;
    for (auto const& key : keys) {
        auto const line = lines_.find(key);
        bool const was_front = line->second.front() == t;
        std::erase(line->second, t);
        if (line->second.empty())
            lines_.erase(line);
        else if (was_front)
            fronts.push_back(line->second.front());
    }
    std::ranges::sort(fronts);
    auto const twins = std::ranges::unique(fronts);
    fronts.erase(twins.begin(), twins.end());
    std::erase_if(fronts, [&](ticket next) { return !at_head(next); });
    return fronts;
}

}  // namespace agente::booking
