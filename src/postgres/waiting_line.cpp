#include "postgres/waiting_line.hpp"

#include <algorithm>

namespace agente::postgres {

bool waiting_line::push(unit_ptr one) {
    if (units_.size() >= most_) return false;
    units_.push_back(std::move(one));
    return true;
}

void waiting_line::push_again(std::span<unit_ptr const> all) {
    units_.insert(units_.begin(), all.begin(), all.end());
}

unit_ptr waiting_line::pop() {
    auto first = std::move(units_.front());
    units_.pop_front();
    return first;
}

bool waiting_line::erase(unit const& one) {
    auto const at =
        std::ranges::find_if(units_, [&](unit_ptr const& u) { return u.get() == &one; });
    if (at == units_.end()) return false;
    units_.erase(at);
    return true;
}

void waiting_line::expire(steady_time now, std::vector<unit_ptr>& out) {
    std::erase_if(units_, [&](unit_ptr& u) {
        if (u->expires > now) return false;
        out.push_back(std::move(u));
        return true;
    });
}

void waiting_line::clear(std::vector<unit_ptr>& out) {
    for (auto& u : units_) out.push_back(std::move(u));
    units_.clear();
}

}  // namespace agente::postgres
